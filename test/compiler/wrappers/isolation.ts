/**
 * A stand-in for the isolation layer, in which wrappers run on the host: no page tables, but two sides, versions of
 * objects and a log. Functions of an extension that the kernel gets are addresses handed out from `thunkBase` on.
 */
import type { HostProgram } from '../../../src/compiler/oracle/load.ts';

export type Log = (string | number)[][];

interface Interposed {
  readonly wrapper: number;
  readonly entry: number;
  readonly target: number;
}

const thunkBase = 0x5000_0000;
const domain = 1;

export class Isolation {
  readonly log: Log = [];
  /** The side that runs now. */
  side: 'kernel' | 'extension' = 'extension';
  atomic = false;
  alive = true;
  /** Holders of the domain. */
  held = 0;
  program: HostProgram | undefined;
  readonly #versions = new Map<number, number>();
  readonly #interposed: Interposed[] = [];
  readonly #deferred: (() => void)[] = [];

  /** The functions of guest/nooks/layer.ts. */
  readonly functions = {
    nooks_kernel_call: (body: number, count: number, words: number[]) =>
      this.#cross('kernel', body, words.slice(0, count)),
    nooks_driver_call: (target: number, count: number, words: number[]) => {
      const { entry } = this.#interposed.find((each) => each.target === target)!;
      return this.#cross('extension', entry, words.slice(0, count));
    },
    nooks_defer_kernel_call: (body: number, count: number, words: number[]) => {
      this.#deferred.push(() => this.#cross('kernel', body, words.slice(0, count)));
      return 0n;
    },
    nooks_caller: () => domain,
    target_hold: () => {
      if (this.alive) this.held++;
      return this.alive ? domain : 0;
    },
    domain_put: () => { this.held--; },
    nooks_dead_target: () => -5,
    in_atomic: () => this.atomic,
    nooks_bad_parameter: (wrapper: number, parameter: number) => {
      this.log.push(['bad', ...[wrapper, parameter].map((text) => this.program!.memory.textAt(text))]);
      return -22;
    },
    nooks_string_valid: (_: number, text: number) => text !== 0,
    nooks_buffer_valid: (_: number, address: number, size: number) => address !== 0 && size < 4096,
    nooks_interpose: (_: number, wrapper: number, entry: number) => this.#interpose(wrapper, entry),
    adopt: (_: number, type: number, address: number, size: number) => {
      const kernel = this.program!.memory.allocate(size, 8);
      this.log.push(['adopt', type, size]);
      this.#versions.set(address, kernel);
      return kernel;
    },
    object_add: (_: number, type: number, kernel: number, address: number, size: number) => {
      this.log.push(['add', type, size]);
      this.#versions.set(address, kernel);
      return true;
    },
    object_find: (_: number, __: number, address: number) => this.#versions.get(address) ?? 0,
    object_take: (_: number, type: number, address: number) => {
      const kernel = this.#versions.get(address);
      if (kernel === undefined) return 0;
      this.log.push(['take', type]);
      this.#versions.delete(address);
      const record = this.program!.memory.allocate(4, 4);
      this.program!.memory.store(record, 4, kernel);
      return record;
    },
    object_free: () => {},
    heap_alloc: (_: number, size: number) => this.program!.memory.allocate(size, 8),
    heap_free: () => {},
  };

  /** What the kernel does when it calls a function pointer: the thunk adds the target to the arguments. */
  callPointer(address: number, entries: readonly string[], ...words: number[]): number {
    const { wrapper, target } = this.#interposed[address - thunkBase]!;
    const result = this.program!.callWords(this.program!.functionAddress(entries[wrapper]!), [...words, target]);
    return Number(BigInt.asIntN(32, result));
  }

  drainDeferred(): void {
    for (const call of this.#deferred.splice(0)) call();
  }

  #cross(side: 'kernel' | 'extension', entry: number, words: readonly number[]): bigint {
    const before = this.side;
    this.side = side;
    this.log.push([`to ${side}`, words.length]);
    const result = this.program!.callWords(entry, words);
    this.side = before;
    return result;
  }

  #interpose(wrapper: number, entry: number): number {
    if (entry === 0) return 0;
    const known = this.#interposed.findIndex((each) => each.wrapper === wrapper && each.entry === entry);
    if (known >= 0) return thunkBase + known;
    const target = this.program!.memory.allocate(12, 4);
    return thunkBase + this.#interposed.push({ wrapper, entry, target }) - 1;
  }
}
