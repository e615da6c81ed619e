/** Our kernel's memory as seen from the host: by its page tables, and by the names of its structs and variables. */
import {
  Layouts, type GuestMemory, type GuestStruct, type GuestValue, type LayoutTable, type Pointer,
} from '../compiler/layouts.ts';
import type { Machine } from './machine.ts';

/** Where the guest has put a module. */
export interface PlacedModule {
  /** Address of its struct. */
  readonly address: number;
  readonly base: number;
  /** Of code and constants, which come first. */
  readonly textBytes: number;
  readonly symbols: ReadonlyMap<string, number>;
}

/** A hart that waits for a spinlock. */
export interface Spin {
  readonly cpu: number;
  readonly lock: string;
  readonly lockAddress: number;
  /** The hart that runs the task which holds it; undefined when that task does not run, or nobody holds it. */
  readonly holder: number | undefined;
  readonly holderTask: number;
  /** The task that holds it has ended, and will never release it. */
  readonly orphaned: boolean;
}

/** What there is of the kernel's memory. Pages of empty slabs count as free. */
export interface Holdings {
  readonly free: number;
  /** Live objects by cache. */
  readonly objects: Readonly<Record<string, number>>;
}

export interface GuestTask {
  /** Of its struct. */
  readonly address: number;
  readonly name: string;
  readonly pid: number;
  /** As sched/task.ts has it: 0 is ready or running. */
  readonly state: number;
  readonly onCpu: boolean;
}

export interface GuestDomain { readonly name: string; readonly state: number; readonly inside: number }

// Sv32: Privileged Architecture 20240411, section 12.3.
const pteV = 1, pteLeaf = 0b1110, pageBytes = 4096, megapage = 22;

/** Harts the kernel can have: NR_CPUS. */
const mostCpus = 8;
const mostModules = 64, mostTasks = 4096, mostCaches = 256, mostDomains = 32;
/** THREAD_SIZE of arch/layout.ts. */
const threadBytes = 8192;
/** What is no such text is what has been written over a lock. */
const lockName = /^[!-~]{1,32}$/;
/** TASK_ZOMBIE of sched/task.ts. */
const taskZombie = 4;

export class GuestKernel {
  readonly #machine: Machine;
  readonly #layouts: Layouts;
  readonly #ram: { readonly start: number; readonly end: number };

  /** @param memory bytes of the machine's RAM */
  constructor(machine: Machine, table: LayoutTable, memory: number) {
    this.#machine = machine;
    this.#layouts = new Layouts(table);
    this.#ram = { start: 0x8000_0000, end: 0x8000_0000 + memory };
  }

  /** The physical address of what the kernel sees at a virtual one; undefined where it sees no RAM. */
  physical(virtual: number): number | undefined {
    const address = virtual >>> 0;
    const root = this.#machine.readWord(this.address('roots'));
    const first = this.#machine.readWord(root + (address >>> megapage) * 4);
    if ((first & pteV) === 0) return undefined;
    if ((first & pteLeaf) !== 0) return this.#inRam(((first >>> 20) * 2 ** megapage) + (address & (2 ** megapage - 1)));
    const table = (first >>> 10) * pageBytes;
    const second = this.#machine.readWord(table + ((address >>> 12) & 1023) * 4);
    if ((second & pteV) === 0) return undefined;
    return this.#inRam((second >>> 10) * pageBytes + (address & (pageBytes - 1)));
  }

  /** Bytes at a virtual address of the kernel's. */
  readonly memory: GuestMemory = (address, size) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const physical = this.physical(address + at);
      if (physical === undefined) return undefined;
      const count = Math.min(size - at, pageBytes - (physical & (pageBytes - 1)));
      bytes.set(this.#machine.read(physical, count), at);
      at += count;
    }
    return bytes;
  };

  /** A struct of the kernel's, with all its fields; undefined where its memory cannot be read. */
  struct(name: string, address: number): GuestStruct | undefined {
    return this.#layouts.read(this.memory, name, address);
  }

  /** A variable of the kernel's; undefined where its memory cannot be read. */
  variable(name: string): GuestValue | undefined {
    return this.#layouts.global(this.memory, name, this.address(name));
  }

  /** The word at a virtual address; undefined where there is none. */
  word(address: number): number | undefined {
    const physical = this.physical(address);
    return physical === undefined ? undefined : this.#machine.readWord(physical);
  }

  /** The address of a variable or function of the kernel. */
  address(name: string): number {
    const address = this.#machine.symbols.address(name);
    if (address === undefined) throw new Error(`the kernel has no ${name}`);
    return address;
  }

  /** A module that is loaded, by its name. */
  module(name: string): PlacedModule | undefined {
    const address = this.#linked('Module', 'list', this.address('module_list'), mostModules)
      .find((each) => this.#text('Module', each, 'name') === name);
    if (address === undefined) return undefined;
    const number = (field: string) => this.#layouts.number(this.memory, 'Module', address, field) ?? 0;
    return { address, base: number('base'), textBytes: number('text_size'), symbols: this.#symbols(address) };
  }

  /** The structs that are linked by a ListHead of theirs, from the list's head on. */
  #linked(struct: string, field: string, head: number, most: number): number[] {
    const { offset } = this.#layouts.locate(struct, field);
    return this.#layouts.list(this.memory, 'ListHead', head, 'next', most).slice(1).map((link) => link - offset);
  }

  /** What is held of memory now, whoever may just be at work. */
  holdings(): Holdings {
    const caches = this.#linked('KmemCache', 'next', this.address('cache_chain'), mostCaches).map((cache) => {
      const number = (field: string) => this.#layouts.number(this.memory, 'KmemCache', cache, field) ?? 0;
      return {
        name: this.#text('KmemCache', cache, 'name') ?? '', active: number('active'),
        empty: number('empty_count') * 2 ** number('order'),
      };
    });
    const zones = [0, 1].map((zone) => this.address('zones') + zone * this.#layouts.size('Zone'));
    const pages = zones.map((zone) => this.#layouts.number(this.memory, 'Zone', zone, 'free_pages') ?? 0);
    return {
      free: [...pages, ...caches.map(({ empty }) => empty)].reduce((sum, count) => sum + count, 0),
      objects: Object.fromEntries(caches.map(({ name, active }) => [name, active])),
    };
  }

  /** All tasks but the idle ones. */
  tasks(): GuestTask[] {
    return this.#linked('TaskStruct', 'tasks', this.address('task_list'), mostTasks).map((address) => ({
      address, name: this.#bytes('TaskStruct', address, 'comm'), pid: this.#ofTask(address, 'pid'),
      state: this.#ofTask(address, 'state'), onCpu: this.#ofTask(address, 'on_cpu') !== 0,
    }));
  }

  /** Words on a task's kernel stack, innermost first, that may be return addresses. Of a task that runs, as it was. */
  trail({ address }: GuestTask): number[] {
    const [from, to] = [this.address('__text_start'), this.address('__text_end')];
    const [sp, end] = [this.#ofTask(address, 'thread.sp'), this.#ofTask(address, 'stack') + threadBytes];
    const length = sp < end ? (end - sp) >>> 2 : 0;
    const words = Array.from({ length }, (_, index) => this.word(sp + index * 4) ?? 0);
    return [this.#ofTask(address, 'thread.ra'), ...words.filter((word) => word >= from && word < to)];
  }

  /** The state of a task now. */
  stateOf({ address }: GuestTask): number {
    return this.#ofTask(address, 'state');
  }

  /** The innermost crossing of a task: into which domain, and whether the kernel is at work for it. */
  crossing(task: number): { readonly domain: string; readonly inKernel: boolean } | undefined {
    const call = this.#ofTask(task, 'nooks');
    if (call === 0) return undefined;
    const number = (field: string) => this.#layouts.number(this.memory, 'DriverCall', call, field) ?? 0;
    return { domain: this.#bytes('Domain', number('domain'), 'name'), inKernel: number('in_kernel') !== 0 };
  }

  /** The protection domains in use: their states as isolation/domain.ts has them, and who is inside. */
  domains(): GuestDomain[] {
    const [states, inside] = [this.#column('Domain', 'state', 'domains', mostDomains),
      this.#column('Domain', 'inside', 'domains', mostDomains)];
    const first = this.address('domains'), size = this.#layouts.size('Domain');
    return states.flatMap((state, index) => (state === 0 ? []
      : [{ name: this.#bytes('Domain', first + index * size, 'name'), state, inside: inside[index]! }]));
  }

  /** Extensions on their way from a failure to service, or with an agent at work. */
  recovering(): number {
    const first = this.word(this.address('extensions')) ?? 0;
    return this.#layouts.list(this.memory, 'Extension', first, 'next').filter((extension) => {
      const number = (field: string) => this.#layouts.number(this.memory, 'Extension', extension, field) ?? 0;
      return number('state') !== 0 || number('recovering') !== 0 || number('agent') !== 0;
    }).length;
  }

  /** How many tasks run or could. */
  runnable(): number {
    return this.#column('RunQueue', 'nr_running', 'runqueues', mostCpus).reduce((sum, count) => sum + count, 0);
  }

  /** Which harts wait for which locks now. */
  spins(): Spin[] {
    const pages = Array.from({ length: mostCpus }, (_, cpu) => this.word(this.address('percpu') + cpu * 4) ?? 0);
    const field = (page: number, name: string) => this.#layouts.number(this.memory, 'PerCpu', page, name) ?? 0;
    const tasks = pages.map((page) => (page === 0 ? 0 : field(page, 'current')));
    return pages.flatMap((page, cpu) => {
      const lockAddress = page === 0 ? 0 : field(page, 'spinning');
      if (lockAddress === 0) return [];
      const holderTask = this.#layouts.number(this.memory, 'SpinLock', lockAddress, 'owner') ?? 0;
      const holder = holderTask === 0 ? -1 : tasks.indexOf(holderTask);
      const name = this.#text('SpinLock', lockAddress, 'name') ?? '';
      const lock = lockName.test(name) ? name : 'a lock without a name';
      const orphaned = holderTask !== 0 && holder < 0 && !this.#lives(holderTask);
      return [{ cpu, lock, lockAddress, holder: holder < 0 ? undefined : holder, holderTask, orphaned }];
    });
  }

  /** How many clock interrupts each hart has taken. */
  ticks(): number[] {
    return Array.from({ length: mostCpus }, (_, cpu) => this.word(this.address('percpu') + cpu * 4) ?? 0)
      .filter((page) => page !== 0)
      .map((page) => this.#layouts.number(this.memory, 'PerCpu', page, 'ticks') ?? 0);
  }

  /** Whether a task is among those that have not ended. */
  #lives(task: number): boolean {
    const state = this.#layouts.number(this.memory, 'TaskStruct', task, 'state');
    return this.#linked('TaskStruct', 'tasks', this.address('task_list'), mostTasks).includes(task)
      && state !== taskZombie;
  }

  #symbols(module: number): Map<string, number> {
    const symbols = new Map<string, number>();
    const { address: first } = this.#layouts.field(this.memory, 'Module', module, 'symbols') as Pointer;
    const count = this.#layouts.number(this.memory, 'Module', module, 'symbol_count') ?? 0;
    const size = this.#layouts.size('ModuleSymbol');
    for (let index = 0; index < count; index++) {
      const name = this.#text('ModuleSymbol', first + index * size, 'name');
      const value = this.#layouts.number(this.memory, 'ModuleSymbol', first + index * size, 'value');
      if (name !== undefined && value !== undefined && !symbols.has(name)) symbols.set(name, value);
    }
    return symbols;
  }

  #text(struct: string, address: number, field: string): string | undefined {
    const value = this.#layouts.field(this.memory, struct, address, field);
    return (value as { text: string | undefined } | undefined)?.text;
  }

  /** A field of each struct in an array of the kernel's own data, where addresses are physical. */
  #column(struct: string, field: string, array: string, count: number): number[] {
    const first = this.address(array) + this.#layouts.locate(struct, field).offset, size = this.#layouts.size(struct);
    return Array.from({ length: count }, (_, index) => this.#machine.readWord(first + index * size));
  }

  #ofTask(task: number, field: string): number {
    return this.#layouts.number(this.memory, 'TaskStruct', task, field) ?? 0;
  }

  /** A text that lies in the struct itself. */
  #bytes(struct: string, address: number, field: string): string {
    const bytes = this.#layouts.field(this.memory, struct, address, field) as readonly number[] | undefined;
    return String.fromCharCode(...(bytes ?? []).slice(0, bytes?.indexOf(0)));
  }

  #inRam(physical: number): number | undefined {
    return physical >= this.#ram.start && physical < this.#ram.end ? physical : undefined;
  }
}

/**
 * Harts that wait for what cannot come, in words, or none: a circle, be it of one hart that waits for what its own task
 * holds; or a lock that a task held when it ended.
 */
export function circleOf(spins: readonly Spin[]): string[] {
  const orphans = spins.filter(({ orphaned }) => orphaned);
  if (orphans.length > 0) return orphans.map(({ cpu, lock }) => `CPU${cpu} waits for ${lock}, whose holder has ended`);
  for (const start of spins) {
    const path: Spin[] = [];
    for (let at: Spin | undefined = start; at !== undefined; at = spins.find(({ cpu }) => cpu === at!.holder)) {
      const again = path.indexOf(at);
      if (again >= 0) return path.slice(again).map(sentence);
      path.push(at);
    }
  }
  return [];
}

const sentence = ({ cpu, lock, holder }: Spin) => `CPU${cpu} waits for ${lock}, which CPU${holder} holds`;
