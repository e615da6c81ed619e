/** The command lines of the long runs: options with values, `--help`, and mistakes told in one sentence. */
import { parseArgs } from 'node:util';

export interface CommandLine<Defaults> {
  /** What the run is called in its complaints. */
  readonly name: string;
  readonly usage: string;
  /** The options: what each is when it is not given. Where that is a number, a whole number is wanted. */
  readonly defaults: Defaults;
  /** How many words that are no options there may be; none when absent. */
  readonly words?: number;
}

type Values<Defaults> = { [Name in keyof Defaults]: Defaults[Name] extends number ? number : string };

/** What is asked for; the words that are no options are `positionals`. Ends the process after `--help` or a mistake. */
export function readArguments<Defaults extends Readonly<Record<string, number | string>>>(
  { name, usage, defaults, words = 0 }: CommandLine<Defaults>,
): Values<Defaults> & { readonly positionals: readonly string[] } {
  const options = Object.fromEntries(Object.keys(defaults).map((option) => [option, { type: 'string' }] as const));
  try {
    const { values: { help, ...values }, positionals } =
      parseArgs({ allowPositionals: words > 0, options: { ...options, help: { type: 'boolean' } } });
    if (help === true) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    const chosen = Object.entries(defaults).map(([option, otherwise]) => {
      const given = (values as Readonly<Record<string, string | undefined>>)[option];
      return [option, given === undefined || typeof otherwise === 'string' ? given ?? otherwise : wholeNumber(given)];
    });
    if (positionals.length > words) throw new Error(`${positionals[words]} is one word too many`);
    return { ...Object.fromEntries(chosen) as Values<Defaults>, positionals };
  } catch (error) {
    return refuse(name, `${(error as Error).message.split('. ')[0]}: ${usage}`);
  }
}

/** Ends the process by a user's mistake. */
function refuse(name: string, sentence: string): never {
  process.stderr.write(`${name}: ${sentence}\n`);
  process.exit(2);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < 0) throw new Error(`${text} is no number`);
  return value;
}
