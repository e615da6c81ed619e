/** Memory management on the host, in RAM of the oracle's, over stand-ins for locks, harts and messages. */
import type { HostProgram, LoadOptions } from '../../../src/compiler/oracle/load.ts';
import { loadWithStandIns } from '../../support/stand-ins.ts';

export const MiB = 2 ** 20;
export const pageSize = 4096;
export const GFP_DMA = 0x01;
export const GFP_KERNEL = 0x1f0;

/** A flush as arch/smp.ts is asked for it. */
export interface Flush { readonly cpus: number; readonly start: number; readonly size: number; readonly asid: number }

export interface MemoryOptions extends LoadOptions {
  /** Boot arguments by name. */
  readonly boot?: Readonly<Record<string, string>>;
  /** Bytes of RAM that the page allocator gets, a multiple of 4 MiB. */
  readonly ram?: number;
  readonly onFlush?: (flush: Flush) => void;
  readonly onLoad?: (satp: number, flush: boolean) => void;
}

/** The kernel's memory management after its initialisation. */
export interface Kernel {
  readonly program: HostProgram;
  /** Calls a function of the guest's. */
  call(name: string, ...args: (number | bigint | string)[]): number;
  word(address: number): number;
  setWord(address: number, value: number): void;
  /** The last message. */
  said(): string;
  freePages(): number;
  readonly ramStart: number;
  readonly ramEnd: number;
}

/** Initialises pages, page tables and caches as mem_init does; RAM begins at a multiple of 4 MiB. */
export function startMemory({ boot = {}, ram = 24 * MiB, onFlush, onLoad, ...options }: MemoryOptions = {}): Kernel {
  const program: HostProgram = loadWithStandIns(
    'test/guest/mm/guest',
    ['kernel/mm/mmap.ts', 'kernel/mm/vmalloc.ts', 'kernel/mm/kmalloc.ts', 'kernel/locking/preempt.ts'],
    {
      ...options,
      memorySize: ram + 8 * MiB,
      functions: {
        told_to_flush: (cpus: number, start: number, size: number, asid: number) =>
          onFlush?.({ cpus: cpus >>> 0, start: start >>> 0, size: size >>> 0, asid }),
        told_to_load: (satp: number, flush: number) => onLoad?.(satp >>> 0, Boolean(flush)),
        boot_argument: (name: number) => {
          const value = boot[program.memory.textAt(name >>> 0)];
          return value === undefined ? 0 : program.memory.text(value);
        },
      },
    },
  );
  const { memory, functions } = program;
  const kernel: Kernel = {
    program,
    call: (name, ...args) => Number(functions[name]!(...args)) >>> 0,
    word: (address) => memory.load(address, 4),
    setWord: (address, value) => { memory.store(address, 4, value); },
    said: () => memory.textAt(kernel.call('last_message')),
    freePages: () => Number(functions.nr_free_pages!()),
    ramStart: memory.allocate(ram, 4 * MiB),
    get ramEnd() { return this.ramStart + ram; },
  };
  const mapBytes = kernel.call('mem_map_bytes', ram);
  kernel.call('page_alloc_init', kernel.ramStart, kernel.ramEnd, kernel.ramStart);
  kernel.call('free_range', kernel.ramStart + mapBytes, kernel.ramEnd);
  return kernel;
}

/** The rest of mem_init. */
export function startCaches(kernel: Kernel): Kernel {
  kernel.call('paging_init', kernel.ramEnd);
  kernel.call('map_percpu', 0, kernel.call('get_zeroed_page', GFP_KERNEL));
  for (const init of ['slab_init', 'kmalloc_init', 'vmalloc_init', 'mm_init']) kernel.call(init);
  return kernel;
}

/** Numbers from 0 up to before `below`, by a seed: xorshift32 (Marsaglia 2003). */
export function randomFrom(seed: number): (below: number) => number {
  let state = (seed | 0) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
