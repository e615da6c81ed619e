/** `nooks replay`: one trial of a fault campaign again, told in full. */
import type { Command } from 'commander';
import { parseTrial } from '../campaign/trial.ts';
import { Trace } from '../host/trace.ts';
import { UserError } from '../host/user-error.ts';
import { statusHelp } from './status.ts';

interface ReplayOptions {
  readonly json: boolean;
  readonly trace?: string;
  readonly traceKernel?: true;
}

/** Adds the command to the program. */
export function registerReplay(program: Command, _finish: (status: number) => void): void {
  program.command('replay')
    .summary('run one trial of a fault campaign again')
    .description('Runs one trial of a fault campaign, and shows its faults within their code, what happened when, '
      + 'the console, the outcome and its evidence.')
    .argument('<trial>', 'its line, such as e1000/native/seed=1234; what it leaves out is as usual')
    .option('--json', 'print the record as JSON', false)
    .option('--trace <file>', 'write every instruction that the extension executes, where it was loaded first')
    .option('--trace-kernel', 'write those of the kernel as well: hundreds of megabytes')
    .addHelpText('after', help)
    .action(async (line: string, { json, trace: path, traceKernel }: ReplayOptions) => {
      const trial = parseTrial(line);
      if ('mistake' in trial) throw new UserError(trial.mistake);
      if (traceKernel && path === undefined) throw new UserError('--trace-kernel needs --trace FILE');
      const { TrialRunner } = await import('../host/trial-runner.ts');
      const { TrialReplay } = await import('../host/trial-replay.ts');
      const trace = path === undefined ? undefined : new Trace(path);
      const runner = await TrialRunner.create();
      const tracing = trace && { trace, kernel: traceKernel === true };
      const { record, account } = await TrialReplay.run(await runner.bench(trial), trial, tracing);
      process.stdout.write(json ? `${JSON.stringify(record, undefined, 2)}\n` : account);
      trace?.close();
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
