/**
 * The kernel's own tests under one schedule: a machine at the shell's prompt, its turns by a seed, is told to run them
 * by /proc/selftest. A trial is a function of tests, harts, kernel arguments and seed.
 */
import type { MachineSnapshot } from '../../../src/host/machine.ts';
import { prompt, Session, type System } from '../../support/system.ts';

/** Instructions of all harts together; a trial that needs more hangs. */
const patience = 2_000_000_000;

/** Steps of a turn: from tens to thousands. */
export const quantumOf = (seed: number) => [20, 35, 60, 110, 250, 700, 2000][seed % 7]!;

export interface Outcome { readonly good: boolean; readonly console: string }

/** Words of the console that no good run has, except of tests that crash tasks on purpose. */
const bad = /BUG|Oops|panic|FAILED|slab error|LOCKUP/;
const crashing = ['misuse', 'oops'];

export class SelftestMachine {
  readonly #session: Session;
  readonly #snapshot: MachineSnapshot;

  private constructor(session: Session) {
    this.#session = session;
    this.#snapshot = session.machine.snapshot();
  }

  static async boot(system: System, harts: number, append = ''): Promise<SelftestMachine> {
    const options = { harts, seed: 1, append: `panic=-1 ${append}`, memory: 32 * 2 ** 20 };
    return new SelftestMachine(await Session.boot(system, options));
  }

  async trial(tests: readonly string[], seed: number, quantum = quantumOf(seed)): Promise<Outcome> {
    const { machine } = this.#session;
    await machine.restore(this.#snapshot);
    machine.lockstep.reschedule({ quantum, seed: seed + 1 });
    const from = machine.console.length;
    machine.type(`echo ${tests.join()} > /proc/selftest\n`);
    const { kind } = await machine.run({ maxInstructions: patience, untilConsole: prompt });
    const console = machine.console.slice(from);
    return { good: kind === 'console' && passed(console, tests), console: `${console}\n${kind}` };
  }

  dispose(): Promise<void> {
    return this.#session.machine.dispose();
  }
}

/** Whether a console tells that these tests, and no others, ran and went well. */
export function passed(console: string, tests: readonly string[]): boolean {
  return verdicts(console).join() === [...tests].sort().map((name) => `${name}: ok`).join()
    && (tests.some((name) => crashing.includes(name)) || !bad.test(console));
}

/** What a console says of tests, by their names. */
export const verdicts = (console: string) =>
  [...console.matchAll(/^selftest (\w+: \w+)/gm)].map(([, verdict]) => verdict!).sort();

/** The line that runs a trial again. */
export const replayOf = (tests: readonly string[], harts: number, seed: number, append = '') =>
  `npm run selftest -- --tests ${tests.join()} --harts ${harts} --from ${seed} --count 1`
  + (append === '' ? '' : ` --append '${append}'`);
