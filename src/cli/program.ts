/** The command line: which commands there are, and how a mistake in them is told. */
import { Command, CommanderError } from 'commander';
import description from '../../package.json' with { type: 'json' };
import { UserError } from '../host/user-error.ts';
import { ImageError } from '../machine/image/image-error.ts';
import { statuses } from './status.ts';

/** Adds a command to the program. Its action tells the exit status through `finish`. */
export type Register = (program: Command, finish: (status: number) => void) => void;

/** Every command, from a file of its own, which is loaded when the command is named; all are for help and mistakes. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => (await import('./run.ts')).registerRun,
  build: async () => (await import('./build.ts')).registerBuild,
  wrappers: async () => (await import('./wrappers.ts')).registerWrappers,
  campaign: async () => (await import('./campaign.ts')).registerCampaign,
  report: async () => (await import('./report.ts')).registerReport,
  replay: async () => (await import('./replay.ts')).registerReplay,
};

/**
 * Runs one command line.
 * @param words what follows `nooks`
 * @param complain shows one line to the user
 * @returns the exit status
 */
export async function main(words: readonly string[], complain = toStderr): Promise<number> {
  let status = 0;
  const program = await build(words, (value) => { status = value; });
  try {
    await program.parseAsync(words, { from: 'user' });
    return status;
  } catch (error) {
    const sentence = mistakeOf(error);
    if (sentence === undefined) throw error;
    if (sentence !== '') complain(`nooks: ${sentence}`);
    return sentence === '' && isHelp(error) ? 0 : statuses.mistake.status;
  }
}

async function build([name = '']: readonly string[], finish: (status: number) => void): Promise<Command> {
  const program = new Command('nooks')
    .description(description.description)
    .version(description.version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError();
  const wanted = Object.hasOwn(commands, name) ? [commands[name]!] : Object.values(commands);
  for (const load of wanted) (await load())(program, finish);
  return program;
}

/** The sentence for a user's mistake, empty where the help was printed instead; undefined for our own faults. */
function mistakeOf(error: unknown): string | undefined {
  if (error instanceof UserError || error instanceof ImageError) return error.message;
  if (!(error instanceof CommanderError)) return undefined;
  if (isHelp(error) || error.code === 'commander.help') return '';
  return error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}

/** Whether the user asked for what was printed. */
const isHelp = (error: unknown) =>
  error instanceof CommanderError && ['commander.helpDisplayed', 'commander.version'].includes(error.code);

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
