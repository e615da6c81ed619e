import type { Board } from './board.ts';
import type { Core } from './core/core.ts';
import { halts } from './core/trap.ts';
import { Moment } from './devices/moment.ts';
import { Random } from './random.ts';
import type { Translator } from './translator/translator.ts';
import { hartWords, stops } from './words/hart.ts';
import type { Layout } from './words/layout.ts';
import { exits, type machineWords } from './words/machine.ts';
import type { View } from './words/struct.ts';

export interface Schedule {
  /** Mean steps of a turn. */
  readonly quantum: number;
  /** 0: harts take turns of exactly `quantum` steps. Else turns vary from half to one and a half, by this seed. */
  readonly seed: number;
}

/** What ended a run. */
export type LockstepEnd =
  | { readonly kind: 'exit' }
  /** All the steps asked for were taken. */
  | { readonly kind: 'limit' }
  /** Every hart waits and no device has anything to do, ever. */
  | { readonly kind: 'idle' }
  /** A trap handler of this hart cannot be executed. */
  | { readonly kind: 'unhandled'; readonly hart: number }
  /** `pause` was called. */
  | { readonly kind: 'paused' };

/** A turn of a hart that is alone: nobody else can notice how long it is. */
const longestTurn = 100_000;

/**
 * The lockstep engine: all harts on this thread, in turns of exact numbers of steps. Virtual time counts cycles, at one
 * a nanosecond, of the harts that run, divided by how many they are; it never goes back. Everything is a function of the
 * memory's contents, so a run can be stopped anywhere and gone on with.
 */
export class Lockstep {
  readonly #board: Board;
  readonly #core: Core;
  readonly #translator: Translator | undefined;
  readonly #words: Int32Array;
  readonly #harts: readonly number[];
  readonly #machine: View<typeof machineWords['fields']>;
  readonly #now: Moment;
  readonly #random: Random;
  readonly #schedule: Schedule;
  readonly #afterAccess: () => void;
  /** The hart whose turn it is, while it runs; else -1. */
  #running = -1;
  #chargeBefore = 0;
  #paused = false;

  constructor(
    { board, core, translator, layout, memory, schedule, afterAccess }: {
      board: Board; core: Core; translator: Translator | undefined; layout: Layout; memory: WebAssembly.Memory;
      schedule: Schedule;
      /** Called after a device access that ended or interrupted a turn, when no device is being accessed. */
      afterAccess: () => void;
    },
  ) {
    this.#board = board;
    this.#core = core;
    this.#translator = translator;
    this.#words = new Int32Array(memory.buffer);
    this.#harts = Array.from({ length: layout.harts }, (_, index) => layout.hart(index));
    this.#machine = board.machine;
    this.#now = new Moment(board.machine.now);
    this.#random = new Random(board.machine.random);
    this.#schedule = schedule;
    this.#afterAccess = afterAccess;
  }

  reset(): void {
    this.#now.ns = 0;
    this.#random.seed(this.#schedule.seed);
  }

  /** Virtual time, in nanoseconds; exact to the instruction while a hart runs. */
  now(): number {
    if (this.#running < 0) return this.#now.ns;
    return this.#now.ns + Math.floor((this.#machine.carry + this.#progress()) / this.#machine.awake);
  }

  /** A hart's line was raised. If it slept, the turn ends, so that it is not kept waiting for a long one. */
  wake(hart: number): void {
    if (this.#running < 0) return;
    const other = this.#harts[hart]!;
    if (other === this.#running || this.#get(other, 'waiting') === 0) return;
    this.#yield();
  }

  /** A device has something to do at another time. If that is within the turn, the turn ends. */
  dueChanged(): void {
    if (this.#running < 0) return;
    // Told by what is left of the turn, which is the same however the caller cuts the turn into pieces.
    const left = this.#machine.turnLeft - this.#taken();
    if (this.#board.due < this.now() + left / this.#machine.awake) this.#yield();
  }

  /**
   * The engine is wanted after the current device access, to end the run or to do what cannot be done within the
   * access. If the run goes on, so does the turn: what the host looks at must not change who runs when.
   */
  interrupt(): void {
    if (this.#running >= 0 && this.#get(this.#running, 'halt') === 0) this.#set(this.#running, 'halt', halts.device);
  }

  /** Ends the turn, unless it ends already for a reason of its own. */
  #yield(): void {
    if (this.#get(this.#running, 'halt') === 0) this.#set(this.#running, 'halt', halts.yield);
  }

  /** Ends the run after the current turn. */
  pause(): void {
    this.#paused = true;
  }

  /** Takes at most `steps` steps, all harts together; to the step exact. */
  run(steps: number): { readonly end: LockstepEnd; readonly steps: number } {
    let left = steps;
    this.#paused = false;
    const done = (end: LockstepEnd) => ({ end, steps: steps - left });
    while (left > 0) {
      if (this.#machine.exit !== exits.none) return done({ kind: 'exit' });
      if (this.#paused) return done({ kind: 'paused' });
      if (this.#machine.turnLeft === 0 && !this.#beginTurn()) return done({ kind: 'idle' });
      if (this.#machine.turnLeft === 0) continue;
      const hart = this.#harts[this.#machine.next]!;
      const before = this.#retired(hart);
      const halted = this.#runTurn(hart, Math.min(this.#machine.turnLeft, left));
      const taken = this.#retired(hart) - before;
      left -= taken;
      // A turn cut short by the caller's limit is gone on with by the next run.
      const rest = this.#machine.turnLeft - taken;
      const over = rest <= 0 || halted === halts.yield || this.#get(hart, 'waiting') !== 0;
      this.#machine.turnLeft = over ? 0 : rest;
      if (over) this.#machine.next = (this.#machine.next + 1) % this.#harts.length;
      if (halted !== 0) this.#afterAccess();
      if (halted === halts.unhandled) return done({ kind: 'unhandled', hart: this.#harts.indexOf(hart) });
    }
    return done(this.#machine.exit !== exits.none ? { kind: 'exit' } : { kind: 'limit' });
  }

  /** Chooses the next hart and the length of its turn, or lets devices act first; false when nothing ever will. */
  #beginTurn(): boolean {
    const awake = this.#countAwake();
    const due = this.#board.due;
    if (due <= this.#now.ns || awake === 0) {
      if (due === Infinity) return false;
      if (due > this.#now.ns) this.#now.ns = due;
      this.#board.tick(this.#now.ns);
      return true;
    }
    this.#passSleepers();
    this.#machine.awake = awake;
    this.#machine.turnLeft = this.#turn(awake, due);
    return true;
  }

  #runTurn(hart: number, budget: number): number {
    const awake = this.#machine.awake;
    this.#running = hart;
    this.#chargeBefore = this.#get(hart, 'charge');
    const retired = this.#get(hart, 'retiredLow');
    const stop = this.#core.run(hart, budget);
    this.#running = -1;
    const charged = (this.#get(hart, 'charge') - this.#chargeBefore) >>> 0;
    const cycles = this.#machine.carry + ((this.#get(hart, 'retiredLow') - retired) >>> 0) + charged;
    this.#now.ns += Math.floor(cycles / awake);
    this.#machine.carry = cycles % awake;
    if (this.#translator?.hasWork) this.#translator.flush();
    if (stop !== stops.halt) return 0;
    const halted = this.#get(hart, 'halt');
    this.#set(hart, 'halt', 0);
    return halted;
  }

  /** Cycles of the running hart since its turn began or was gone on with, as of its last visit here. */
  #progress(): number {
    return this.#taken() + ((this.#get(this.#running, 'charge') - this.#chargeBefore) >>> 0);
  }

  /** The same in steps; the current instruction is not among them. */
  #taken(): number {
    return this.#get(this.#running, 'budget') - this.#get(this.#running, 'left') - 1;
  }

  /** Wakes harts for which an interrupt is pending, and counts those awake. */
  #countAwake(): number {
    let awake = 0;
    for (const hart of this.#harts) {
      if (this.#get(hart, 'waiting') !== 0) {
        const pending = this.#get(hart, 'pending') | this.#get(hart, 'soft');
        if ((pending & this.#get(hart, 'mie')) === 0) continue;
        this.#set(hart, 'waiting', 0);
      }
      awake++;
    }
    return awake;
  }

  #passSleepers(): void {
    while (this.#get(this.#harts[this.#machine.next]!, 'waiting') !== 0) {
      this.#machine.next = (this.#machine.next + 1) % this.#harts.length;
    }
  }

  /** The length of the turn that begins: none goes past the moment when a device is due. */
  #turn(awake: number, due: number): number {
    const { quantum, seed } = this.#schedule;
    const wanted = awake === 1 ? longestTurn
      : seed === 0 ? quantum : (quantum >>> 1) + this.#random.below(quantum) + 1;
    const untilDue = (due - this.#now.ns) * awake;
    return Math.max(1, Math.min(wanted, untilDue));
  }

  #retired(hart: number): number {
    return (this.#get(hart, 'retiredHigh') >>> 0) * 2 ** 32 + (this.#get(hart, 'retiredLow') >>> 0);
  }

  #get(hart: number, word: keyof typeof hartWords.offset): number {
    return this.#words[(hart + hartWords.offset[word]) >>> 2]!;
  }

  #set(hart: number, word: keyof typeof hartWords.offset, value: number): void {
    this.#words[(hart + hartWords.offset[word]) >>> 2] = value;
  }
}
