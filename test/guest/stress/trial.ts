/**
 * A short mixed stress of the whole kernel under one schedule: a machine at the shell's prompt, its turns by a seed,
 * runs /test/stress. A trial is a function of harts and seed.
 */
import type { MachineSnapshot } from '../../../src/host/machine.ts';
import { prompt, Session, type System } from '../../support/system.ts';

/** Rounds of each of the program's processes. */
const rounds = 3;
/** Instructions of all harts together; a trial that needs more hangs. */
const patience = 400_000_000;
/** The kernel arguments of every trial: what goes wrong is told at once, and stops the machine. */
const append = 'panic=-1 panic_on_oops=1 slab_debug';
/** Words of the console that no good run has. */
const bad = /BUG|Oops|panic|FAILED|failed|slab error|LOCKUP/;

/** Steps of a turn: from tens to thousands. */
export const quantumOf = (seed: number) => [20, 35, 60, 110, 250, 700, 2000][seed % 7]!;

export interface Outcome { readonly good: boolean; readonly console: string; readonly kind: string }

export class StressMachine {
  readonly #session: Session;
  readonly #snapshot: MachineSnapshot;

  private constructor(session: Session) {
    this.#session = session;
    this.#snapshot = session.machine.snapshot();
  }

  static async boot(system: System, harts: number): Promise<StressMachine> {
    return new StressMachine(await Session.boot(system, { harts, seed: 1, append, memory: 32 * 2 ** 20 }));
  }

  async trial(seed: number): Promise<Outcome> {
    const { machine } = this.#session;
    await machine.restore(this.#snapshot);
    machine.lockstep.reschedule({ quantum: quantumOf(seed), seed: seed + 1 });
    const from = machine.console.length;
    machine.type(`/test/stress ${seed} ${rounds}\n`);
    const { kind } = await machine.run({ maxInstructions: patience, untilConsole: prompt });
    const console = machine.console.slice(from);
    const passed = kind === 'console' && console.includes(`stress ${seed} ${rounds}: ok`);
    return { good: passed && !bad.test(console), console, kind };
  }

  dispose(): Promise<void> {
    return this.#session.machine.dispose();
  }
}

/** The line that runs a trial again. */
export const replayOf = (harts: number, seed: number) => `npm run stress -- --harts ${harts} --from ${seed} --count 1`;
