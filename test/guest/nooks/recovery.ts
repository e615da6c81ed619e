/**
 * Concurrent recovery under load: three isolated extensions, used by several processes, that fail at random, by
 * themselves, by request and by instructions that are spoilt here. A batch is one run of /test/recover; in lockstep it
 * depends on its seed alone.
 */
import { GuestKernel, type Holdings } from '../../../src/host/guest-kernel.ts';
import { reportKernel } from '../../../src/host/kernel-report.ts';
import type { EngineName, MachineSnapshot } from '../../../src/host/machine.ts';
import { readCampaignFiles } from '../../../src/host/campaign-files.ts';
import { buildFolder } from '../../../src/host/shipped.ts';
import { prompt, Session, type System } from '../../support/system.ts';
import { quantumOf } from '../stress/trial.ts';
import { difference } from './verdict.ts';

const memory = 32 * 2 ** 20;
/** What goes wrong with the kernel stops the machine; the policy gives nobody up; a loop is found soon. */
const append = 'quiet panic=-1 slab_debug nooks_failures=1000000 nooks_ticks=2';
const names = ['sb', 'rogue', 'unruly'];
/** Words of the console that no batch may have. `kernel BUG` may be there: the extensions' own. */
const bad = /Kernel panic|Oops: (?!illegal)|\[#\d|LOCKUP|slab error|BUG: |FAILED|nobody cared|stuck/;
/** Steps between two looks at the machine. */
const slice = 1_000_000;

export interface Plan {
  readonly seed: number;
  /** Of virtual time. */
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
  readonly #session: Session;
  readonly kernel: GuestKernel;
  readonly #engine: EngineName;
  #snapshot: MachineSnapshot | undefined;
  #before: Holdings | undefined;

  private constructor(session: Session, engine: EngineName) {
    this.#session = session;
    this.#engine = engine;
    this.kernel = new GuestKernel(session.machine, readCampaignFiles(buildFolder).layouts, memory);
  }

  static async boot(system: System, { harts, engine }: { harts: number; engine: EngineName }): Promise<RecoveryMachine> {
    const session = await Session.boot(system, {
      harts, engine, memory, append, devices: ['sb16'], ...(engine === 'lockstep' && { seed: 1 }),
    });
    const machine = new RecoveryMachine(session, engine);
    // What is made once and kept is there after a first time.
    for (let turn = 0; turn < 2; turn++) {
      const { complaint, console } = await machine.#run({ seed: 1 + turn, milliseconds: 300, odds: 200, spoil: 0 });
      if (complaint !== '') throw new Error(`${complaint} after:\n${console}`);
    }
    machine.#before = machine.kernel.holdings();
    if (engine === 'lockstep') machine.#snapshot = session.machine.snapshot();
    return machine;
  }

  async batch(plan: Plan): Promise<Batch> {
    const { machine } = this.#session;
    if (this.#snapshot) {
      await machine.restore(this.#snapshot);
      machine.lockstep.reschedule({ quantum: quantumOf(plan.seed), seed: plan.seed + 1 });
    }
    const { complaint, ...rest } = await this.#run(plan);
    if (complaint !== '') return { ...rest, complaint };
    return { ...rest, complaint: difference(this.#before!, this.kernel.holdings()) };
  }

  get machine() { return this.#session.machine; }

  dispose(): Promise<void> {
    return this.#session.machine.dispose();
  }

  async #run({ seed, milliseconds, odds, spoil }: Plan): Promise<Batch> {
    const { machine } = this.#session;
    const from = machine.console.length, first = this.#recoveries;
    const random = randomOf(seed);
    machine.type(`/test/recover ${seed} ${milliseconds} ${odds}\n`);
    let recoveries = first, since = this.#now, over: string | undefined;
    while (over === undefined) {
      const { kind } = await machine.run({ maxInstructions: slice, untilConsole: prompt });
      if (kind === 'console') break;
      if (this.#recoveries !== recoveries) since = this.#now;
      recoveries = this.#recoveries;
      if (kind !== 'limit') over = kind;
      else if (this.#now - since > patience[this.#engine]) over = `no recovery for ${patience[this.#engine]} ms`;
      else if (spoil > 0 && random(spoil) === 0) this.#spoil(random);
    }
    if (over === undefined) over = await this.#settle();
    const console = machine.console.slice(from).replaceAll('\r', '')
      + (over === undefined ? '' : reportKernel(machine, this.kernel).join('\n'));
    const complaint = over ?? (bad.exec(console)?.[0] ?? (console.includes(`recover ${seed}: ok`) ? '' : 'it did not end'));
    return { recoveries: this.#recoveries - first, complaint, console };
  }

  /** Lets all that goes on in the background come to an end. */
  async #settle(): Promise<string | undefined> {
    const { machine } = this.#session;
    machine.type('sleep 0.3\n');
    const { kind } = await machine.run({ maxInstructions: 2_000_000_000, untilConsole: prompt });
    return kind === 'console' ? undefined : `no prompt, but ${kind}`;
  }

  get #recoveries(): number {
    return this.#session.machine.readWord(this.kernel.address('recoveries'));
  }

  /** Milliseconds: of virtual time in lockstep. */
  get #now(): number {
    return this.#engine === 'lockstep' ? this.#session.machine.lockstep.now / 1e6 : performance.now();
  }

  /** Makes an instruction of one of the extensions illegal. */
  #spoil(random: (limit: number) => number): void {
    const module = this.kernel.module(names[random(names.length)]!);
    if (!module) return;
    const physical = this.kernel.physical(module.base + random(module.textBytes >>> 2) * 4);
    if (physical !== undefined) this.#session.machine.write(physical, new Uint8Array(4));
  }
}

/** How long there may be no recovery, in milliseconds. */
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
