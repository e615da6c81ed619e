/** `nooks replay`: one trial of a fault campaign again, told in full. */
import type { Command } from 'commander';
import { accountOf } from '../campaign/account.ts';
import { parseTrial } from '../campaign/trial.ts';
import { UserError } from '../host/user-error.ts';
import { statusHelp } from './status.ts';

interface ReplayOptions { readonly json: boolean }

/** Adds the command to the program. */
export function registerReplay(program: Command, _finish: (status: number) => void): void {
  program.command('replay')
    .summary('run one trial of a fault campaign again')
    .description('Runs one trial of a fault campaign, and shows its faults, the console, the outcome and its evidence.')
    .argument('<trial>', 'its line, such as e1000/native/seed=1234; what it leaves out is as usual')
    .option('--json', 'print the record as JSON', false)
    .addHelpText('after', help)
    .action(async (line: string, { json }: ReplayOptions) => {
      const trial = parseTrial(line);
      if ('mistake' in trial) throw new UserError(trial.mistake);
      const { TrialRunner } = await import('../host/trial-runner.ts');
      const runner = await TrialRunner.create();
      const record = await (await runner.bench(trial)).run(trial, { whole: true });
      process.stdout.write(json ? `${JSON.stringify(record, undefined, 2)}\n` : accountOf(record));
      await runner.dispose();
    });
}

const help = `
A line:
  EXTENSION/native|nooks/seed=N[/faults=5][/harts=2][/workload=NAME][/schedule=1][/quantum=1000][/kinds=A,B]

Exit status:
  0    the trial was run, whatever came of it
${statusHelp('mistake', 'internal')}
`;
