/** Loaded modules: Linux 2.4, include/linux/module.h and kernel/module.c. How they are loaded: loader.ts. */
import { INIT_LIST_HEAD, list_del, list_add_tail, list_entry, ListHead } from '../../lib/list.ts';
import { snprintf } from '../../lib/format.ts';
import { strcmp } from '../../lib/string.ts';
import type { Domain } from '../../nooks/isolation/domain.ts';
import { SymbolPlace } from '../debug/kallsyms.ts';
import { printk } from '../debug/printk.ts';
import { Atomic, atomic_dec, atomic_inc, atomic_read } from '../locking/atomic.ts';
import { init_MUTEX, Semaphore } from '../locking/semaphore.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';

export const MODULE_NAME_LEN = 32;

/** A function of a module, or a variable it exports. */
export class ModuleSymbol {
  value: usize;
  size: u32;
  name: cstr;
  /** Other modules may use it. */
  exported: bool;
  /** It is code. */
  text: bool;
}

/** A module that another one uses: it cannot go before its users. */
export class ModuleUse {
  used: Module;
  next: ModuleUse | null;
}

export class Module {
  name: cstr;
  flags: u32;
  /** How many hold it (Linux: uc.usecount). */
  usecount: Embed<Atomic>;
  list: Embed<ListHead>;
  name_bytes: Arr<u8, 32>;
  /** Pages of the vmalloc area: code and constants, which are read-only, then data. */
  base: usize;
  size: u32;
  text_size: u32;
  init: (() => i32) | null;
  cleanup: (() => void) | null;
  symbols: Ptr<Embed<ModuleSymbol>>;
  symbol_count: u32;
  /** Names of the symbols. */
  strings: usize;
  uses: ModuleUse | null;
  /** The protection domain it runs in; null when it runs as part of the kernel. */
  domain: Domain | null;
}

// Module.flags: what its life has come to.
export const MOD_INITIALIZING = 0;
export const MOD_RUNNING = 1;
export const MOD_DELETED = 2;

/** Held while a module is loaded or unloaded: one at a time. Outermost. */
export let module_sem!: Embed<Semaphore>;
/** Protects the list, use counts against going away, and lookups of symbols. Innermost. */
let modlist_lock!: Embed<SpinLock>;
let module_list!: Embed<ListHead>;

export function module_list_init(): void {
  init_MUTEX(module_sem);
  spin_lock_init(modlist_lock, 'modlist_lock');
  INIT_LIST_HEAD(module_list);
}

const LINK = offsetof<Module>('list');

export function module_list_add(module: Module): void {
  const flags = spin_lock_irqsave(modlist_lock);
  list_add_tail(module.list, module_list);
  spin_unlock_irqrestore(modlist_lock, flags);
}

export function module_list_remove(module: Module): void {
  const flags = spin_lock_irqsave(modlist_lock);
  list_del(module.list);
  spin_unlock_irqrestore(modlist_lock, flags);
}

/**
 * The module after one, or the first after null; null behind the last. Under module_sem, modlist_lock or in an oops.
 */
export function next_module(after: Module | null): Module | null {
  const link = after === null ? module_list.next : after.list.next;
  return link === module_list ? null : list_entry<Module>(link, LINK);
}

/** Under module_sem. */
export function find_module(name: cstr): Module | null {
  let module = next_module(null);
  while (module !== null && strcmp(module.name, name) !== 0) module = next_module(module);
  return module;
}

/** Keeps a module from being unloaded, unless that has begun; no module is the kernel, which stays. */
export function try_inc_mod_count(module: Module | null): bool {
  if (module === null) return true;
  const flags = spin_lock_irqsave(modlist_lock);
  const alive = module.flags !== MOD_DELETED;
  if (alive) atomic_inc(module.usecount);
  spin_unlock_irqrestore(modlist_lock, flags);
  return alive;
}

/** For a module's own code, which runs and so is there. */
export function __MOD_INC_USE_COUNT(module: Module | null): void {
  if (module !== null) atomic_inc(module.usecount);
}

export function __MOD_DEC_USE_COUNT(module: Module | null): void {
  if (module !== null) atomic_dec(module.usecount);
}

/** Marks a running module that nobody uses as going; false if someone does, or it does not run. */
export function claim_for_unload(module: Module): bool {
  const flags = spin_lock_irqsave(modlist_lock);
  const free = atomic_read(module.usecount) === 0 && module.flags === MOD_RUNNING;
  if (free) module.flags = MOD_DELETED;
  spin_unlock_irqrestore(modlist_lock, flags);
  return free;
}

/** Says to which function of which module an address of code belongs. Takes no lock: an oops may be under it. */
export function module_symbol_at(address: usize, place: SymbolPlace): bool {
  if (module_list.next === null) return false;
  for (let module = next_module(null); module !== null; module = next_module(module)) {
    if (address - module.base >= module.text_size) continue;
    const symbol = nearest(module, address);
    place.module = module.name;
    place.name = symbol === null ? module.name : symbol.name;
    place.offset = address - (symbol === null ? module.base : symbol.value);
    place.size = symbol === null ? module.text_size : symbol.size;
    return true;
  }
  return false;
}

function nearest(module: Module, address: usize): ModuleSymbol | null {
  let best: ModuleSymbol | null = null;
  for (let index: u32 = 0; index < module.symbol_count; index++) {
    const symbol = module.symbols[index];
    if (!symbol.text || symbol.value > address) continue;
    if (best === null || symbol.value > best.value) best = symbol;
  }
  return best;
}

/** The line of an oops: which modules there are. */
export function print_modules(): void {
  if (module_list.next === null || next_module(null) === null) return;
  printk('<1>Modules linked in:');
  for (let module = next_module(null); module !== null; module = next_module(module)) printk('<1> %s', module.name);
  printk('<1>\n');
}

export function set_module_flags(module: Module, value: u32): void {
  const flags = spin_lock_irqsave(modlist_lock);
  module.flags = value;
  spin_unlock_irqrestore(modlist_lock, flags);
}

/** The text of /proc/modules: name, bytes, use count, address. Gives its length. */
export function modules_text(page: Ptr<u8>, size: u32): u32 {
  let length: u32 = 0;
  const flags = spin_lock_irqsave(modlist_lock);
  for (let module = next_module(null); module !== null && length < size; module = next_module(module)) {
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), size - length, '%-16s %8u %4d 0x%08x%s\n', module.name,
      module.size, atomic_read(module.usecount), module.base, state_text(module.flags));
  }
  spin_unlock_irqrestore(modlist_lock, flags);
  return length < size ? length : size;
}

function state_text(flags: u32): cstr {
  return flags === MOD_RUNNING ? '' : flags === MOD_DELETED ? ' (deleted)' : ' (initializing)';
}
