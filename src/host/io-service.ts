import { ParallelBoard, type ThreadData, threads } from './parallel-board.ts';

/** The thread on which devices do what is due at a time, in a parallel machine. */
export class IoService {
  readonly #parallel: ParallelBoard;

  constructor(data: ThreadData) {
    this.#parallel = new ParallelBoard(data, threads.io);
  }

  /** Serves timed devices until the machine is stopped. */
  run(): void {
    const { board, words } = this.#parallel;
    const index = this.#parallel.index('due');
    // The harts raise timer interrupts themselves.
    const devices = board.timed.filter((device) => device !== board.clint);
    while (!this.#parallel.stopped) {
      const changes = Atomics.load(words, index);
      const now = this.#parallel.now();
      for (const device of devices) if (device.due <= now) device.tick(now);
      const left = Math.min(Infinity, ...devices.map(({ due }) => due)) - now;
      // Woken by `dueChanged` and `stop`, which change the word first.
      if (left > 0) Atomics.wait(words, index, changes, left === Infinity ? undefined : Math.max(0.01, left / 1e6));
    }
  }
}
