/**
 * What an isolated extension's imports are bound to: Nooks (SOSP 2003), section 3.2. Functions to the entries of their
 * wrappers, or, if they write nothing of the kernel's, to themselves; data to the kernel's, which it can only read.
 */
import { snprintf, vsnprintf } from '../../lib/format.ts';
import { simple_strtoul } from '../../lib/number.ts';
import { memcmp, memcpy, memmove, memset } from '../../lib/memory.ts';
import { strcmp, strcpy, strlcpy, strlen, strncmp, strncpy } from '../../lib/string.ts';
import { smp_processor_id } from '../../kernel/arch/cpu.ts';
import { get_cycles, mdelay, udelay } from '../../kernel/arch/time.ts';
import { kernel_text_address } from '../../kernel/debug/kallsyms.ts';
import { BUG } from '../../kernel/debug/panic.ts';
import { spin_lock_init } from '../../kernel/locking/spinlock.ts';
import { kernel_symbol } from '../../kernel/module/ksymtab.ts';
import {
  nooks_w_copy_from_user, nooks_w_copy_to_user, nooks_w_kfree, nooks_w_kmalloc, nooks_w_printk, nooks_w_vfree,
  nooks_w_vmalloc,
} from './memory.wrappers.ts';
import {
  nooks_w_create_proc_entry, nooks_w_create_proc_read_entry, nooks_w_remove_proc_entry,
} from './proc.wrappers.ts';
import {
  nooks_w_schedule, nooks_w_schedule_timeout, nooks_w_set_current_state, nooks_w_spin_lock,
  nooks_w_spin_lock_irqsave, nooks_w_spin_unlock, nooks_w_spin_unlock_irqrestore,
} from './sched.wrappers.ts';
import { NETWORK, network } from './network.ts';
import { SERVICES, services } from './services.ts';

/** A function of the kernel's interface and what an extension gets in its place. */
export class Binding {
  name: cstr;
  entry: usize;
}

const WRAPPED = 17;
const wrapped: Arr<Embed<Binding>, 17> = [
  { name: 'printk', entry: cast<usize>(nooks_w_printk) },
  { name: 'kmalloc', entry: cast<usize>(nooks_w_kmalloc) },
  { name: 'kfree', entry: cast<usize>(nooks_w_kfree) },
  { name: 'vmalloc', entry: cast<usize>(nooks_w_vmalloc) },
  { name: 'vfree', entry: cast<usize>(nooks_w_vfree) },
  { name: 'copy_from_user', entry: cast<usize>(nooks_w_copy_from_user) },
  { name: 'copy_to_user', entry: cast<usize>(nooks_w_copy_to_user) },
  { name: 'create_proc_entry', entry: cast<usize>(nooks_w_create_proc_entry) },
  { name: 'create_proc_read_entry', entry: cast<usize>(nooks_w_create_proc_read_entry) },
  { name: 'remove_proc_entry', entry: cast<usize>(nooks_w_remove_proc_entry) },
  { name: 'spin_lock', entry: cast<usize>(nooks_w_spin_lock) },
  { name: 'spin_unlock', entry: cast<usize>(nooks_w_spin_unlock) },
  { name: 'spin_lock_irqsave', entry: cast<usize>(nooks_w_spin_lock_irqsave) },
  { name: 'spin_unlock_irqrestore', entry: cast<usize>(nooks_w_spin_unlock_irqrestore) },
  { name: 'set_current_state', entry: cast<usize>(nooks_w_set_current_state) },
  { name: 'schedule', entry: cast<usize>(nooks_w_schedule) },
  { name: 'schedule_timeout', entry: cast<usize>(nooks_w_schedule_timeout) },
];

/** Functions that run in the domain as they are, with its rights. */
const DIRECT = 19;
const direct: Arr<Embed<Binding>, 19> = [
  { name: 'memcpy', entry: cast<usize>(memcpy) },
  { name: 'memset', entry: cast<usize>(memset) },
  { name: 'memmove', entry: cast<usize>(memmove) },
  { name: 'memcmp', entry: cast<usize>(memcmp) },
  { name: 'strlen', entry: cast<usize>(strlen) },
  { name: 'strcmp', entry: cast<usize>(strcmp) },
  { name: 'strncmp', entry: cast<usize>(strncmp) },
  { name: 'strcpy', entry: cast<usize>(strcpy) },
  { name: 'strncpy', entry: cast<usize>(strncpy) },
  { name: 'strlcpy', entry: cast<usize>(strlcpy) },
  { name: 'snprintf', entry: cast<usize>(snprintf) },
  { name: 'vsnprintf', entry: cast<usize>(vsnprintf) },
  { name: 'simple_strtoul', entry: cast<usize>(simple_strtoul) },
  { name: 'smp_processor_id', entry: cast<usize>(smp_processor_id) },
  { name: 'spin_lock_init', entry: cast<usize>(spin_lock_init) },
  { name: 'get_cycles', entry: cast<usize>(get_cycles) },
  { name: 'udelay', entry: cast<usize>(udelay) },
  { name: 'mdelay', entry: cast<usize>(mdelay) },
  { name: 'BUG', entry: cast<usize>(BUG) },
];

/** The address an isolated extension gets for a name; 0 when it may not have it. */
export function nooks_symbol(name: cstr): usize {
  const entry = find(wrapped, WRAPPED, name) + find(direct, DIRECT, name) + find(services, SERVICES, name)
    + find(network, NETWORK, name);
  if (entry !== 0) return entry;
  const symbol = kernel_symbol(name);
  return kernel_text_address(symbol) ? 0 : symbol;
}

/** 0 if the table has no such name. A name is in one table. */
function find(table: Ptr<Embed<Binding>>, count: u32, name: cstr): usize {
  for (let index: u32 = 0; index < count; index++) if (strcmp(table[index].name, name) === 0) return table[index].entry;
  return 0;
}
