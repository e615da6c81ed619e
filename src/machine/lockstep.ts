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

type HartView = View<typeof hartWords['fields']>;

interface RunningHart {
  readonly index: number;
  readonly address: number;
  readonly words: HartView;
}

/** A turn of a hart that is alone: nobody else can notice how long it is. */
const longestTurn = 100_000;

/**
 * The lockstep engine: all harts on this thread, in turns of exact numbers of steps. Virtual time counts cycles, at one
 * a nanosecond, of the harts that run, divided by how many they are; it never goes back. Everything is a function of
 * the memory's contents, so a run can be stopped anywhere and gone on with.
 */
export class Lockstep {
  readonly #board: Board;
  readonly #core: Core;
  readonly #translator: Translator | undefined;
  readonly #harts: readonly RunningHart[];
  readonly #machine: View<typeof machineWords['fields']>;
  readonly #now: Moment;
  readonly #random: Random;
  #schedule: Schedule;
  readonly #afterAccess: () => void;
  /** The hart whose turn it is, while it runs. */
  #running: HartView | undefined;
  #chargeBefore = 0;
  /** When the board is due next; kept up during `run`. */
  #due = Infinity;
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
    this.#harts = Array.from({ length: layout.harts }, (_, index) => {
      const address = layout.hart(index);
      return { index, address, words: hartWords.at(memory.buffer, address) };
    });
    this.#machine = board.machine;
    this.#now = new Moment(board.machine.now);
    this.#random = new Random(board.machine.random);
    this.#schedule = schedule;
    this.#afterAccess = afterAccess;
  }

  /** Takes turns by another schedule from now on, its seed's sequence from the start. Between runs. */
  reschedule(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#random.seed(schedule.seed);
  }

  reset(): void {
    this.#now.ns = 0;
    this.#random.seed(this.#schedule.seed);
  }

  /** Virtual time, in nanoseconds; exact to the instruction while a hart runs. */
  now(): number {
    const hart = this.#running;
    if (hart === undefined) return this.#now.ns;
    const cycles = taken(hart) + ((hart.charge - this.#chargeBefore) >>> 0);
    return this.#now.ns + Math.floor((this.#machine.carry + cycles) / this.#machine.awake);
  }

  /** A hart's line was raised. If it slept, the turn ends, so that it is not kept waiting for a long one. */
  wake(hart: number): void {
    const { words } = this.#harts[hart]!;
    if (words === this.#running || words.waiting === 0) return;
    this.#halt(halts.yield);
  }

  /** A device has something to do at another time. If that is within the turn, the turn ends. */
  dueChanged(): void {
    this.#due = this.#board.due;
    if (this.#running === undefined || this.#due === Infinity) return;
    // Told by what is left of the turn, which is the same however the caller cuts the turn into pieces.
    const left = this.#machine.turnLeft - taken(this.#running);
    if (this.#due < this.now() + left / this.#machine.awake) this.#halt(halts.yield);
  }

  /**
   * The engine is wanted after the current device access, to end the run or to do what cannot be done within the
   * access. If the run goes on, so does the turn: what the host looks at must not change who runs when.
   */
  interrupt(): void {
    this.#halt(halts.device);
  }

  /** Stops the hart that runs, unless it stops already for another reason. */
  #halt(reason: number): void {
    if (this.#running?.halt === 0) this.#running.halt = reason;
  }

  /** Ends the run after the current turn. */
  pause(): void {
    this.#paused = true;
  }

  /** Takes at most `steps` steps, all harts together; to the step exact. */
  run(steps: number): { readonly end: LockstepEnd; readonly steps: number } {
    const machine = this.#machine;
    let left = steps;
    this.#paused = false;
    this.#due = this.#board.due;
    const done = (end: LockstepEnd) => ({ end, steps: steps - left });
    while (left > 0) {
      if (machine.exit !== exits.none) return done({ kind: 'exit' });
      if (this.#paused) return done({ kind: 'paused' });
      if (machine.turnLeft === 0) {
        if (!this.#beginTurn()) return done({ kind: 'idle' });
        if (machine.turnLeft === 0) continue;
      }
      const hart = this.#harts[machine.next]!;
      const before = hart.words.retiredLow;
      const halted = this.#runTurn(hart, Math.min(machine.turnLeft, left));
      const moved = (hart.words.retiredLow - before) >>> 0;
      left -= moved;
      // A turn cut short by the caller's limit is gone on with by the next run.
      const rest = machine.turnLeft - moved;
      const over = rest <= 0 || halted === halts.yield || hart.words.waiting !== 0;
      machine.turnLeft = over ? 0 : rest;
      if (over) machine.next = this.#after(machine.next);
      if (halted !== 0) this.#afterAccess();
      if (halted === halts.unhandled) return done({ kind: 'unhandled', hart: hart.index });
    }
    return done(machine.exit !== exits.none ? { kind: 'exit' } : { kind: 'limit' });
  }

  /** Whose turn comes after that of the hart of this number. */
  #after(hart: number): number {
    return hart + 1 === this.#harts.length ? 0 : hart + 1;
  }

  /** Chooses the next hart and the length of its turn, or lets devices act first; false when nothing ever will. */
  #beginTurn(): boolean {
    const awake = this.#countAwake();
    const due = this.#due, now = this.#now.ns;
    if (due <= now || awake === 0) {
      if (due === Infinity) return false;
      if (due > now) this.#now.ns = due;
      this.#board.tick(this.#now.ns);
      this.#due = this.#board.due;
      return true;
    }
    if (awake < this.#harts.length) this.#passSleepers();
    this.#machine.awake = awake;
    this.#machine.turnLeft = this.#turn(awake, due - now);
    return true;
  }

  #runTurn({ address, words }: RunningHart, budget: number): number {
    const { awake, carry } = this.#machine;
    const { charge, retiredLow } = words;
    this.#running = words;
    this.#chargeBefore = charge;
    const stop = this.#core.run(address, budget);
    this.#running = undefined;
    const cycles = carry + ((words.retiredLow - retiredLow) >>> 0) + ((words.charge - charge) >>> 0);
    const passed = Math.floor(cycles / awake);
    this.#now.ns += passed;
    this.#machine.carry = cycles - passed * awake;
    if (this.#translator?.hasWork) this.#translator.flush();
    if (stop !== stops.halt) return 0;
    const halted = words.halt;
    words.halt = 0;
    return halted;
  }

  /** Wakes harts for which an interrupt is pending, and counts those awake. */
  #countAwake(): number {
    let awake = 0;
    for (const { words } of this.#harts) {
      if (words.waiting !== 0) {
        if (((words.pending | words.soft) & words.mie) === 0) continue;
        words.waiting = 0;
      }
      awake++;
    }
    return awake;
  }

  #passSleepers(): void {
    const machine = this.#machine;
    while (this.#harts[machine.next]!.words.waiting !== 0) machine.next = this.#after(machine.next);
  }

  /** The length of the turn that begins: none goes past the moment when a device is due, so many nanoseconds away. */
  #turn(awake: number, untilDue: number): number {
    const { quantum, seed } = this.#schedule;
    const wanted = awake === 1 ? longestTurn
      : seed === 0 ? quantum : (quantum >>> 1) + this.#random.below(quantum) + 1;
    return Math.max(1, Math.min(wanted, untilDue * awake));
  }
}

/** Steps of the running hart since its turn began or was gone on with; the current instruction is not among them. */
const taken = (hart: HartView): number => hart.budget - hart.left - 1;
