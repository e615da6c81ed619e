/**
 * What stands for an extension's functions in the kernel: Nooks (SOSP 2003), section 3.2. A function pointer that an
 * extension gives the kernel is replaced by a thunk, a few instructions made for the pair of domain and function: they
 * put the address of its target into the argument register after the last argument, and jump to the extension wrapper.
 *
 * Thunks and targets are never freed but used again, the one that has been free longest first: a hart that fetched a
 * thunk just before its domain went finds a dead target behind it.
 */
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { flush_icache_all } from '../../kernel/arch/smp.ts';
import { panic } from '../../kernel/debug/panic.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../../kernel/locking/spinlock.ts';
import { set_memory_x } from '../../kernel/mm/pgtable.ts';
import { vmalloc } from '../../kernel/mm/vmalloc.ts';
import { nooks_extension_wrappers } from '../generated/extension.table.ts';
import { Domain, domain_hold, DOMAIN_LIVE, domain_put } from '../isolation/domain.ts';

/** A function of an extension, as a thunk stands for it. `wrapper`: its extension wrapper, an `NX_` number. */
export class Target {
  domain: Domain | null;
  entry: usize;
  wrapper: u32;
}

const TARGETS = 512;
const THUNK_SIZE = 16;

let targets!: Arr<Embed<Target>, 512>;
let thunks: usize = 0;
/** Where the search for a free target begins. */
let next_target: u32 = 0;
/** Protects the choice of targets. A leaf. */
let targets_lock!: Embed<SpinLock>;

export function targets_init(): void {
  spin_lock_init(targets_lock, 'nooks_targets');
  thunks = vmalloc(TARGETS * THUNK_SIZE);
  if (thunks === 0) panic('no memory for the isolation layer');
  set_memory_x(thunks, TARGETS * THUNK_SIZE / PAGE_SIZE);
}

/**
 * The address that stands in the kernel for `entry` of the domain, to be called as its extension wrapper; 0 for 0, or
 * when there are too many. The same for the same.
 */
export function nooks_interpose(domain: Domain, wrapper: u32, entry: usize): usize {
  if (entry === 0) return 0;
  const flags = spin_lock_irqsave(targets_lock);
  let index = find(domain, wrapper, entry);
  let made = false;
  if (index === TARGETS) {
    index = find_free();
    made = index !== TARGETS;
    if (made) {
      const target = targets[index];
      target.entry = entry;
      target.wrapper = wrapper;
      target.domain = domain;
      const row = nooks_extension_wrappers[wrapper];
      write_thunk(thunks + index * THUNK_SIZE, addr(target), row.words, row.entry);
    }
  }
  spin_unlock_irqrestore(targets_lock, flags);
  if (made) flush_icache_all();
  return index === TARGETS ? 0 : thunks + index * THUNK_SIZE;
}

function find(domain: Domain, wrapper: u32, entry: usize): u32 {
  let index: u32 = 0;
  while (index < TARGETS && (targets[index].domain !== domain || targets[index].wrapper !== wrapper
    || targets[index].entry !== entry)) index++;
  return index;
}

function find_free(): u32 {
  for (let tried: u32 = 0; tried < TARGETS; tried++) {
    const index = next_target;
    next_target = (index + 1) % TARGETS;
    if (targets[index].domain === null) return index;
  }
  return TARGETS;
}

/** lui and addi of the target, lui and jalr of the wrapper: Unprivileged ISA 20240411, section 2.4. */
function write_thunk(at: usize, target: usize, words: u32, wrapper_entry: usize): void {
  const code = cast<Ptr<u32>>(at);
  const rd = (10 + words) << 7;
  const T0 = 5;
  code[0] = ((target + 0x800) & 0xfffff000) | rd | 0x37;
  code[1] = target << 20 | (10 + words) << 15 | rd | 0x13;
  code[2] = ((wrapper_entry + 0x800) & 0xfffff000) | T0 << 7 | 0x37;
  code[3] = wrapper_entry << 20 | T0 << 15 | 0x67;
}

/** Keeps a target's domain from being taken apart, until domain_put; null when it is dead. */
export function target_hold(target: Target): Domain | null {
  const domain = target.domain;
  if (domain === null) return null;
  domain_hold(domain);
  // Dead targets are only made of a domain that is not live any more, when nobody holds it.
  if (domain.state === DOMAIN_LIVE) {
    smp_rmb();
    if (target.domain === domain) return domain;
  }
  domain_put(domain);
  return null;
}

/** All that stands for a domain's functions is dead from now on. */
export function targets_release(domain: Domain): void {
  const flags = spin_lock_irqsave(targets_lock);
  for (let index: u32 = 0; index < TARGETS; index++) if (targets[index].domain === domain) targets[index].domain = null;
  spin_unlock_irqrestore(targets_lock, flags);
}
