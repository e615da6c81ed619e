/** Runs random programs on machines that differ in how they execute, and finds where they differ in what they do. */
import { LockstepMachine } from '../../../src/machine/machine.ts';
import { hartWords } from '../../../src/machine/words/hart.ts';
import { pageBytes } from '../../../src/machine/words/layout.ts';
import { ramStart } from '../../../src/platform/memory-map.ts';
import type { Snapshot } from '../../../src/machine/snapshot.ts';
import { planOf } from '../../support/guest.ts';
import { type Contents, randomProgram } from './program.ts';

/** How a machine executes, none of which the guest may notice. */
export interface Way {
  readonly hotCount: number;
  /** Steps that `run` is asked for at a time: translation happens in between. */
  readonly piece: number;
}

export const ways: readonly Way[] = [
  { hotCount: 0, piece: 1_000_000 }, { hotCount: 1, piece: 61 }, { hotCount: 7, piece: 173 },
  { hotCount: 100, piece: 97 },
];

/** What the guest could notice, as text. */
export interface Outcome {
  readonly end: string;
  readonly harts: string;
  readonly pages: string;
  readonly events: string;
}

const noticeable = ['x', 'pc', 'privilege', 'pending', 'soft', 'waiting', 'reserved', 'retiredLow', 'exceptions',
  'charge', 'mstatus', 'medeleg', 'mideleg', 'mie', 'mtvec', 'mcounteren', 'mscratch', 'mepc', 'mcause', 'mtval',
  'stvec', 'scounteren', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'pmpcfg', 'pmpaddr', 'counterOffset'] as const;

/** A machine to run one program after another on. Each run starts from the same state, but for what engines cache. */
export class Contestant {
  readonly machine: LockstepMachine;
  readonly #way: Way;
  readonly #start: Snapshot;

  constructor(way: Way, { harts, quantum = 50, seed = 1 }: { harts: number; quantum?: number; seed?: number }) {
    this.#way = way;
    this.machine = new LockstepMachine({ harts, ramBytes: 2 ** 24, hotCount: way.hotCount, quantum, seed });
    this.machine.load(planOf(new Uint8Array(4)));
    this.#start = this.machine.snapshot();
  }

  run(program: Contents, steps: number): Outcome {
    const { machine } = this;
    machine.restore(this.#start);
    for (const [address, bytes] of program) machine.write(address, bytes);
    let left = steps, end = 'limit';
    while (left > 0 && end === 'limit') {
      const result = machine.run(Math.min(left, this.#way.piece));
      left -= result.steps;
      end = result.end.kind;
    }
    return { end: `${end} after ${steps - left}`, harts: this.#harts(), pages: this.#pages(), events: this.#events() };
  }

  #harts(): string {
    const { machine } = this;
    const harts = Array.from({ length: machine.layout.harts }, (_, index) => machine.hart(index));
    return harts.map((hart, index) => noticeable.map((name) => {
      const { count } = hartWords.fields[name];
      const first = hart.index(name);
      const words = [...hart.memory.subarray(first, first + count)].map((word) => (word >>> 0).toString(16));
      return `hart ${index} ${name} ${words.join(' ')}`;
    }).join('\n')).join('\n');
  }

  #pages(): string {
    return this.machine.dirtyPages().map((page) => {
      let hash = 0x811c9dc5;
      const bytes = this.machine.read(ramStart + page * pageBytes, pageBytes);
      for (const word of new Int32Array(bytes.buffer)) hash = Math.imul(hash ^ word, 0x01000193) + (hash >>> 15);
      return `page ${page.toString(16)} ${hash >>> 0}`;
    }).join('\n');
  }

  #events(): string {
    return `events ${this.machine.events()} at ${this.machine.now}`;
  }
}

/** The lines in which two outcomes differ; empty when they are the same. */
export function differences(a: Outcome, b: Outcome): string[] {
  return (['end', 'harts', 'pages', 'events'] as const).flatMap((part) => {
    const [left, right] = [a[part].split('\n'), b[part].split('\n')];
    const length = Math.max(left.length, right.length);
    const pairs = Array.from({ length }, (_, index) => [left[index], right[index]]);
    return pairs.flatMap(([one, other]) => (one === other ? [] : [`${one} / ${other}`]));
  });
}

/** The fewest steps after which two ways differ on a program, found by halving; fresh machines each time. */
export function firstDifference(seed: number, harts: number, way: Way, most: number): number {
  let same = 0, differ = most;
  while (differ - same > 1) {
    const middle = (same + differ) >> 1;
    const [a, b] = [ways[0]!, way].map((each) => new Contestant(each, { harts }).run(randomProgram(seed), middle));
    if (differences(a!, b!).length > 0) differ = middle;
    else same = middle;
  }
  return differ;
}
