/**
 * Concurrent recovery under load: four isolated extensions, used by several processes, that fail at random, by
 * themselves, by request and by instructions that are spoilt here. A batch is one run of /test/recover; in lockstep it
 * depends on its seed alone.
 */
import type { Holdings } from '../../../src/host/guest-kernel.ts';
import type { EngineName } from '../../../src/host/machine.ts';
import { readNooksStatistics } from '../../../src/host/nooks-statistics.ts';
import { prompt, type System } from '../../support/system.ts';
import { Subject } from './subject.ts';
import { difference } from './verdict.ts';

/** How much longer by the guest's clock things take where that is the host's. */
const slowness: Record<EngineName, number> = { lockstep: 1, parallel: 10 };
/** The policy gives nobody up; a loop is found soon, though not before what takes its time is done. */
const append = (engine: EngineName) => `quiet slab_debug nooks_failures=32 nooks_ticks=${2 * slowness[engine]}`;
const names = ['unruly', 'sb', 'rogue', 'e1000'];
/** Words of the console that no batch may have. `kernel BUG` may be there: the extensions' own. */
const bad = /Kernel panic|^Oops: |\[#\d|LOCKUP|slab error|BUG: |FAILED|nobody cared|stuck/m;
/** Steps between two looks at the machine. */
const slice = 1_000_000;

export interface Plan {
  readonly seed: number;
  /** Of virtual time in lockstep. */
  readonly milliseconds: number;
  /** One call in so many of unruly's goes wrong. */
  readonly odds: number;
  /** Looks between two instructions that are spoilt, on average; 0 spoils none. */
  readonly spoil: number;
}

export interface Batch {
  readonly recoveries: number;
  /** What went wrong; empty for nothing. */
  readonly complaint: string;
  readonly console: string;
}

export class RecoveryMachine {
  readonly #subject: Subject;
  #before: Holdings | undefined;

  private constructor(subject: Subject) {
    this.#subject = subject;
  }

  static async boot(
    system: System, { harts, engine }: { harts: number; engine: EngineName },
  ): Promise<RecoveryMachine> {
    const subject = await Subject.boot(system, {
      harts, engine, append: append(engine), devices: ['sb16', 'e1000'],
    });
    const machine = new RecoveryMachine(subject);
    // What is made once and kept is there after a first time.
    for (let turn = 0; turn < 2; turn++) {
      const { complaint, console } = await machine.#run({ seed: 1 + turn, milliseconds: 300, odds: 200, spoil: 0 });
      if (complaint !== '') throw new Error(`${complaint} after:\n${console}`);
    }
    machine.#before = subject.holdings;
    subject.keep();
    return machine;
  }

  async batch(plan: Plan): Promise<Batch> {
    await this.#subject.begin(plan.seed);
    const batch = await this.#run(plan);
    return batch.complaint !== '' ? batch
      : { ...batch, complaint: difference(this.#before!, this.#subject.holdings) };
  }

  /** From now on, the first instruction of a function of the kernel is another. */
  plant(symbol: string, instruction: number): void {
    this.#subject.plant(symbol, instruction);
  }

  dispose(): Promise<void> {
    return this.#subject.dispose();
  }

  async #run({ seed, milliseconds, odds, spoil }: Plan): Promise<Batch> {
    const subject = this.#subject, { machine } = subject;
    const from = machine.console.length, first = this.#recoveries;
    const random = randomOf(seed);
    const slow = slowness[subject.engine];
    machine.type(`/test/recover ${seed} ${milliseconds * slow} ${odds} ${slow}\n`);
    let events = this.#events, since = subject.now, over: string | undefined;
    while (over === undefined) {
      const { kind } = await machine.run({ maxInstructions: slice, untilConsole: prompt });
      if (kind === 'console') break;
      if (this.#events !== events) since = subject.now;
      events = this.#events;
      if (kind !== 'limit') over = kind;
      else if (subject.now - since > patience[subject.engine]) over = `nothing fails in ${patience[subject.engine]} ms`;
      else if (spoil > 0 && random(spoil) === 0) this.#spoil(random);
    }
    if (over === undefined && !await subject.settle()) over = 'it does not come to rest';
    const console = subject.said(from);
    const ended = console.includes(`recover ${seed}: ok`);
    const complaint = over ?? bad.exec(console)?.[0] ?? (ended ? '' : 'it did not end');
    return {
      recoveries: this.#recoveries - first, complaint,
      console: over === undefined ? console : `${console}\n${subject.report()}`,
    };
  }

  get #recoveries(): number {
    return readNooksStatistics(this.#subject.kernel).all.recoveries;
  }

  /** Failures, and their ends: an extension may fail again and again on its way back to service. */
  get #events(): number {
    const { failures, recoveries } = readNooksStatistics(this.#subject.kernel).all;
    return Object.values(failures).reduce((sum, count) => sum + count, recoveries);
  }

  /** Makes an instruction of one of the extensions illegal. */
  #spoil(random: (limit: number) => number): void {
    const { kernel, machine } = this.#subject;
    const module = kernel.module(names[random(names.length)]!);
    if (!module) return;
    const physical = kernel.physical(module.base + random(module.textBytes >>> 2) * 4);
    if (physical !== undefined) machine.write(physical, new Uint8Array(4));
  }
}

/** How long nothing may fail or be in service again, in milliseconds. */
const patience: Record<EngineName, number> = { lockstep: 3000, parallel: 60_000 };

/** xorshift32. */
function randomOf(seed: number): (limit: number) => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
