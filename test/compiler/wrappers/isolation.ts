/**
 * A stand-in for the isolation layer, in which wrappers run on the host: no page tables, but two sides, versions of
 * objects and a
 * log. Domains are numbers; wrapped function pointers are addresses handed out from `thunkBase` on.
 */
import type { HostProgram } from '../../../src/compiler/oracle/load.ts';

export type Log = (string | number)[][];

interface Interposed {
  readonly wrapper: number;
  readonly entry: number;
  readonly target: number;
}

const thunkBase = 0x5000_0000;

export class Isolation {
  readonly log: Log = [];
  /** The side that runs now. */
  side: 'kernel' | 'extension' = 'extension';
  inInterrupt = false;
  alive = true;
  program: HostProgram | undefined;
  readonly #versions = new Map<number, number>();
  readonly #interposed: Interposed[] = [];
  readonly #deferred: (() => void)[] = [];

  /** The functions of interface.ts. */
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
    nooks_caller: () => 1,
    nooks_target_alive: () => this.alive,
    nooks_dead_target: () => -5,
    nooks_in_interrupt: () => this.inInterrupt,
    nooks_bad_context: (wrapper: number) => this.#refuse('bad context', wrapper),
    nooks_bad_parameter: (wrapper: number, parameter: number) => this.#refuse('bad parameter', wrapper, parameter),
    nooks_string_valid: (_: number, text: number) => text !== 0,
    nooks_buffer_valid: (_: number, address: number, size: number) => address !== 0 && size < 4096,
    nooks_interpose: (wrapper: number, entry: number) => this.#interpose(wrapper, entry),
    nooks_object_find: (_: number, __: number, address: number) => this.#versions.get(address) ?? 0,
    nooks_object_adopt: (_: number, type: number, address: number, size: number) => this.#version(type, address, size),
    nooks_object_lend: (_: number, __: number, address: number) => {
      return [...this.#versions].find(([extension, kernel]) => kernel === address && extension !== address)?.[0] ?? 0;
    },
    nooks_object_map: (_: number, type: number, address: number) => {
      this.log.push(['map', type]);
      this.#versions.set(address, address);
      return address;
    },
    nooks_object_unmap: (_: number, type: number) => {
      this.log.push(['unmap', type]);
    },
    nooks_object_drop: (_: number, type: number, address: number) => {
      this.log.push(['drop', type]);
      for (const [extension, kernel] of this.#versions) if (kernel === address) this.#versions.delete(extension);
    },
    nooks_object_track: (_: number, type: number, __: number, size: number) => {
      this.log.push(['track', type, size]);
    },
  };

  /**
   * What the kernel does when it calls a function pointer: the thunk passes the target in the register after the
   * arguments.
   */
  callPointer(address: number, entries: readonly string[], ...words: number[]): number {
    const { wrapper, target } = this.#interposed[address - thunkBase]!;
    return Number(
      BigInt.asIntN(
        32,
        this.program!.callWords(this.program!.functionAddress(entries[wrapper - 1]!), [...words, target]),
      ),
    );
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

  #refuse(...[what, ...texts]: [string, ...number[]]): number {
    this.log.push([what, ...texts.map((text) => this.program!.memory.textAt(text))]);
    return -22;
  }

  #interpose(wrapper: number, entry: number): number {
    if (entry === 0) return 0;
    const known = this.#interposed.findIndex((each) => each.wrapper === wrapper && each.entry === entry);
    if (known >= 0) return thunkBase + known;
    const target = this.program!.memory.allocate(12, 4);
    this.program!.memory.store(target, 4, 1);
    return thunkBase + this.#interposed.push({ wrapper, entry, target }) - 1;
  }

  #version(type: number, address: number, size: number): number {
    const kernel = this.program!.memory.allocate(size, 8);
    this.log.push(['adopt', type, size]);
    this.#versions.set(address, kernel);
    return kernel;
  }
}
