import { assert } from '../../assert.ts';

/** Set beside the holder when someone may be asleep on the word. */
const waiters = 1 << 30;
const spins = 100;
/** A device access takes microseconds, so a lock held this long is a bug of ours: say so rather than hang. */
const patienceMs = 20_000;

/**
 * A lock on one shared word: 0 when free, else the holder's thread number, with `waiters` when someone may be asleep.
 * Taking and releasing a free lock is one atomic operation each. After Ulrich Drepper, "Futexes Are Tricky" (2011),
 * section 5, with the holder in place of the 1.
 */
export class Lock {
  readonly #memory: Int32Array;
  readonly #index: number;
  readonly #thread: number;

  /** `index`: of the word in `memory`; `thread`: who takes the lock through this object, 1 or more, one per thread. */
  constructor(memory: Int32Array, index: number, thread: number) {
    assert(thread > 0 && thread < waiters, 'threads count from 1');
    this.#memory = memory;
    this.#index = index;
    this.#thread = thread;
  }

  /** The thread that holds the lock, 0 when none. */
  get owner(): number {
    return Atomics.load(this.#memory, this.#index) & ~waiters;
  }

  acquire(): void {
    if (Atomics.compareExchange(this.#memory, this.#index, 0, this.#thread) !== 0) this.#contend();
  }

  /** Takes the lock if it is free; false when it is not. */
  tryAcquire(): boolean {
    return Atomics.compareExchange(this.#memory, this.#index, 0, this.#thread) === 0;
  }

  release(): void {
    const held = Atomics.exchange(this.#memory, this.#index, 0);
    assert((held & ~waiters) === this.#thread, 'a lock is released by its holder');
    if (held & waiters) Atomics.notify(this.#memory, this.#index, 1);
  }

  #contend(): void {
    for (let spin = 0; spin < spins; spin++) {
      const held = Atomics.compareExchange(this.#memory, this.#index, 0, this.#thread);
      if (held === 0) return;
      assert((held & ~waiters) !== this.#thread, 'a lock is not taken twice');
    }
    this.#sleep();
  }

  /** Having slept, a thread cannot tell whether others still do, and so takes the lock as one with waiters. */
  #sleep(): void {
    for (;;) {
      const held = Atomics.load(this.#memory, this.#index);
      if (held === 0) {
        if (Atomics.compareExchange(this.#memory, this.#index, 0, this.#thread | waiters) === 0) return;
        continue;
      }
      const marked = held | waiters;
      if (held !== marked && Atomics.compareExchange(this.#memory, this.#index, held, marked) !== held) continue;
      // Woken by `release` of the holder, which stores 0 and notifies when it finds the word marked.
      const outcome = Atomics.wait(this.#memory, this.#index, marked, patienceMs);
      assert(outcome !== 'timed-out' || this.owner !== (held & ~waiters), `thread ${held & ~waiters} keeps a lock`);
    }
  }
}

/**
 * The lock of a machine that lives on one thread, whose words nobody else sees: the same word and the same complaints,
 * by plain loads and stores.
 */
export class SoleLock extends Lock {
  readonly #memory: Int32Array;
  readonly #index: number;
  readonly #thread: number;

  constructor(memory: Int32Array, index: number, thread: number) {
    super(memory, index, thread);
    this.#memory = memory;
    this.#index = index;
    this.#thread = thread;
  }

  override get owner(): number {
    return this.#memory[this.#index]!;
  }

  override acquire(): void {
    assert(this.#memory[this.#index] === 0, 'a lock is not taken twice');
    this.#memory[this.#index] = this.#thread;
  }

  override tryAcquire(): boolean {
    if (this.#memory[this.#index] !== 0) return false;
    this.#memory[this.#index] = this.#thread;
    return true;
  }

  override release(): void {
    assert(this.#memory[this.#index] === this.#thread, 'a lock is released by its holder');
    this.#memory[this.#index] = 0;
  }
}
