import { boardPlaces } from '../machine/board.ts';
import { Core, defaultHotCount } from '../machine/core/core.ts';
import { halts } from '../machine/core/trap.ts';
import { Translator } from '../machine/translator/translator.ts';
import { type HartView } from '../machine/machine.ts';
import { hartWords, stepsBefore, stops } from '../machine/words/hart.ts';
import { ProbeRing } from './probe-ring.ts';
import { attention, ParallelBoard, type ThreadData, threads } from './parallel-board.ts';

export interface HartData extends ThreadData { readonly hart: number }

/** Why a hart's thread parked. */
export type Parked = 'stopped' | 'limit' | 'unhandled';

/** Steps between looks at the world: some twenty microseconds where another hart may call, more where none can. */
const sliceSteps = { alone: 100_000, among: 60_000 } as const;

/** One hart of a parallel machine, on its own thread. While `run` is on its way, the thread answers nothing else. */
export class HartService {
  readonly #parallel: ParallelBoard;
  readonly #core: Core;
  readonly #translator: Translator | undefined;
  readonly #hart: number;
  readonly #address: number;
  readonly #view: HartView;
  readonly #spins: number;
  readonly #sliceSteps: number;

  constructor(data: HartData) {
    const { hart, memory, hotCount = defaultHotCount } = data;
    this.#hart = hart;
    this.#spins = data.spins;
    this.#sliceSteps = data.harts === 1 ? sliceSteps.alone : sliceSteps.among;
    this.#parallel = new ParallelBoard(data, threads.hart(hart),
      (host, bytes) => this.#core.code.invalidate(host, bytes));
    const { layout, board } = this.#parallel;
    this.#address = layout.hart(hart);
    this.#view = hartWords.at(memory.buffer, this.#address);
    const ring = new ProbeRing(memory.buffer, boardPlaces(layout).probeRing(hart));
    const surroundings = board.surroundings((address, pc) =>
      ring.put(pc, stepsBefore(this.#parallel.words, address), this.#view.x));
    this.#core = new Core({ memory, layout, engine: hart, harts: [hart], surroundings, hotCount });
    this.#translator = hotCount > 0 ? new Translator(this.#core, memory, layout, hart) : undefined;
  }

  /** Before the first run, and after the host has changed the hart's privilege or translation. */
  setContext(): void {
    this.#core.setContext(this.#address);
  }

  /** From now on the hart notes in its probe ring what it is like before the instructions at these addresses. */
  setProbes(addresses: readonly number[]): void {
    this.#core.code.setProbes(addresses);
  }

  /** All of memory may have changed. */
  forgetCode(): void {
    this.#core.code.clear();
  }

  /** Runs until the machine is stopped, or all harts together have taken about `lastStep` steps since power-on. */
  run(lastStep: number): Parked {
    const { board } = this.#parallel;
    while (!this.#parallel.stopped) {
      const now = this.#parallel.now();
      // Any hart that runs raises the timer interrupts of all; the I/O thread sees to the other devices.
      if (board.clint.due <= now) board.clint.tick(now);
      const stop = this.#core.run(this.#address, this.#sliceSteps);
      if (this.#translator?.hasWork) this.#translator.flush();
      if (stop === stops.wait) this.#wait();
      if (stop === stops.halt && this.#halted()) return 'unhandled';
      if (lastStep !== Infinity && this.#parallel.steps() >= lastStep) {
        this.#parallel.stop();
        return 'limit';
      }
    }
    Atomics.and(this.#parallel.words, this.#parallel.pendingIndex(this.#hart), ~attention);
    return 'stopped';
  }

  #halted(): boolean {
    const reason = this.#view.halt;
    this.#view.halt = 0;
    if (reason !== halts.unhandled) return false;
    this.#parallel.stop();
    return true;
  }

  /** `wfi`: sleeps until an enabled interrupt is pending, the hart's timer is due, or somebody wants its attention. */
  #wait(): void {
    const { words } = this.#parallel;
    const index = this.#parallel.pendingIndex(this.#hart);
    const isDue = (pending: number) => ((pending | this.#view.soft) & this.#view.mie) !== 0;
    for (let spin = 0; spin < this.#spins; spin++) {
      const pending = Atomics.load(words, index);
      if (isDue(pending)) return;
      if ((pending & attention) !== 0) break;
    }
    Atomics.and(words, index, ~attention);
    if (this.#parallel.stopped) return;
    const pending = Atomics.load(words, index);
    if (isDue(pending)) return;
    const left = this.#parallel.board.clint.timerDue(this.#hart) - this.#parallel.now();
    if (left <= 0) return;
    // Woken by whoever sets a bit of the word: a device's line (Board), `stop` or another hart's change of this one's
    // timer (ParallelBoard).
    Atomics.wait(words, index, pending, left === Infinity ? undefined : left / 1e6);
  }
}
