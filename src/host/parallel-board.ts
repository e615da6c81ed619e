import { Board, type BoardPins } from '../machine/board.ts';
import { Moment } from '../machine/devices/moment.ts';
import { bookedSteps, hartWords } from '../machine/words/hart.ts';
import { type Layout, layoutOf } from '../machine/words/layout.ts';
import { consoleRingBytes, exits, machineWords } from '../machine/words/machine.ts';
import { cardBytes, type CardSpec } from '../machine/devices/cards.ts';
import { type DiskMemory, storeOver } from './disk.ts';
import { RecordRing } from './record-ring.ts';

/** What every thread of a parallel machine is given when it starts. */
export interface ThreadData {
  readonly memory: WebAssembly.Memory;
  readonly harts: number;
  readonly ramBytes: number;
  readonly disk?: DiskMemory | undefined;
  readonly cards: readonly CardSpec[];
  /** Where each card's records go, for those whose records are wanted. */
  readonly records: readonly (SharedArrayBuffer | undefined)[];
  /** Where each card's frames for the host's network go, for those that forward. */
  readonly forwards: readonly (SharedArrayBuffer | undefined)[];
  readonly hotCount?: number | undefined;
  /** How often a waiting hart looks before it sleeps. */
  readonly spins: number;
}

/** Marks which thread holds a lock: harts count from 1. */
export const threads = { hart: (index: number) => 1 + index, main: 100, io: 101 } as const;

/** A bit of the pending word that no interrupt has: the host wants the hart's attention. */
export const attention = 1 << 31;

/**
 * The host's monotonic clock, in nanoseconds. `performance.now` would be cheaper, but it starts with its thread, and
 * the threads' starts cannot be told apart finely enough: guests see time go backwards from hart to hart.
 */
export function hostNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}

/** One thread's view of a parallel machine: its board, the clock, and the words by which threads talk. */
export class ParallelBoard {
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
  readonly board: Board;
  readonly words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #now: Moment;
  readonly #started: Moment;

  constructor(data: ThreadData, thread: number, wrote: BoardPins['wrote'] = () => {}) {
    const { memory, harts, ramBytes, disk, cards } = data;
    const rings = data.records.map((ring) => ring && new RecordRing(ring));
    const forwards = data.forwards.map((ring) => ring && new RecordRing(ring));
    this.memory = memory;
    this.layout = layoutOf({ harts, engines: harts, ramBytes, cards: cards.map(cardBytes) });
    this.words = new Int32Array(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
    this.board = new Board({
      memory, layout: this.layout, thread, clock: { now: () => this.now() }, disks: disk ? [storeOver(disk)] : [],
      cards,
      pins: {
        transmit: (byte) => this.#transmit(byte),
        drained: () => {},
        exit: (status) => this.#exit(exits.exit, status),
        reset: () => this.#exit(exits.reset, 0),
        wake: () => {},
        dueChanged: () => this.#dueChanged(),
        forward: forwards.some((ring) => ring) ? (card, frame) => forwards[card]?.put(frame, 0) : undefined,
        record: rings.some((ring) => ring) ? (card, bytes, ns) => rings[card]?.put(bytes, ns) : undefined,
        // A hart sees to its own timer; another that sleeps must look at its own again.
        timerChanged: (hart) => {
          if (thread !== threads.hart(hart)) this.#rouse(hart);
        },
        wrote,
      },
    });
    this.#now = new Moment(this.board.machine.now);
    this.#started = new Moment(this.board.machine.started);
  }

  /** Virtual time: the host's, less what passed while the machine was stopped. */
  now(): number {
    return this.#now.ns + Math.max(0, hostNow() - this.#started.ns);
  }

  startClock(): void {
    this.#started.ns = hostNow();
  }

  stopClock(): void {
    this.#now.ns = this.now();
  }

  get stopped(): boolean {
    return Atomics.load(this.words, this.index('stop')) !== 0;
  }

  /** Asks every hart and the I/O thread to park. */
  stop(): void {
    Atomics.store(this.words, this.index('stop'), 1);
    for (let hart = 0; hart < this.layout.harts; hart++) this.#rouse(hart);
    this.#dueChanged();
  }

  /** The index of one of the machine's words. */
  index(name: keyof typeof machineWords.offset): number {
    return this.board.machine.index(name);
  }

  /** Steps all harts have taken since power-on, as of the end of each one's last slice. */
  steps(): number {
    let steps = 0;
    for (let hart = 0; hart < this.layout.harts; hart++) {
      steps += bookedSteps(this.words, this.layout.hart(hart));
    }
    return steps;
  }

  /** The index of a hart's pending word, on which the hart waits. */
  pendingIndex(hart: number): number {
    return (this.layout.hart(hart) + hartWords.offset.pending) >>> 2;
  }

  /** A store to the word the hart waits on, and a notify: it cannot sleep through this. */
  #rouse(hart: number): void {
    const index = this.pendingIndex(hart);
    Atomics.or(this.words, index, attention);
    Atomics.notify(this.words, index);
  }

  /** Wakes the I/O thread, which waits on `due`. */
  #dueChanged(): void {
    Atomics.add(this.words, this.index('due'), 1);
    Atomics.notify(this.words, this.index('due'));
  }

  #exit(kind: number, status: number): void {
    if (Atomics.load(this.words, this.index('exit')) !== exits.none) return;
    this.board.machine.status = status;
    Atomics.store(this.words, this.index('exit'), kind);
    this.stop();
  }

  /** Puts a byte into the console ring, under the UART's lock. Waits while it is full; the host's reading wakes it. */
  #transmit(byte: number): void {
    const { words } = this;
    const head = Atomics.load(words, this.index('consoleHead'));
    for (;;) {
      const tail = Atomics.load(words, this.index('consoleTail'));
      if (((head - tail) >>> 0) < consoleRingBytes) break;
      Atomics.wait(words, this.index('consoleTail'), tail, 1000);
    }
    this.#bytes[this.index('console') * 4 + ((head >>> 0) % consoleRingBytes)] = byte;
    Atomics.store(words, this.index('consoleHead'), (head + 1) | 0);
    Atomics.notify(words, this.index('consoleHead'));
  }

  /** Takes what is in the console ring, oldest first. */
  drainConsole(put: (byte: number) => void): void {
    const { words } = this;
    const head = Atomics.load(words, this.index('consoleHead'));
    let tail = Atomics.load(words, this.index('consoleTail'));
    if (tail === head) return;
    const ring = this.index('console') * 4;
    for (; tail !== head; tail = (tail + 1) | 0) put(this.#bytes[ring + ((tail >>> 0) % consoleRingBytes)]!);
    Atomics.store(words, this.index('consoleTail'), tail);
    Atomics.notify(words, this.index('consoleTail'));
  }
}
