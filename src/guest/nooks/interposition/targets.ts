/**
 * What stands for an extension's functions in the kernel: Nooks (SOSP 2003), section 3.2. A function pointer that an
 * extension gives the kernel is replaced by a thunk, a few instructions that put the address of its target into the
 * argument register after the last argument, and jump to the extension wrapper. The target is made for the pair of
 * domain and function; the thunk depends on its place and the number of arguments alone, so that most are written once
 * and no hart must fetch them anew.
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
  /** The wrapper's entry, to which the thunk jumps; 0 for one that is not written yet. */
  call: usize;
  /** Of arguments. */
  words: u32;
}

const TARGETS = 512;
const THUNK_SIZE = 16;

let targets!: Arr<Embed<Target>, 512>;
let thunks: usize = 0;
/** Where the search for a free target begins, by words of arguments. */
let next_target!: Arr<u32, 8>;
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
  let written = false;
  if (index === TARGETS) {
    index = find_free(nooks_extension_wrappers[wrapper].words);
    if (index !== TARGETS) written = make(index, domain, wrapper, entry);
  }
  spin_unlock_irqrestore(targets_lock, flags);
  if (written) flush_icache_all();
  return index === TARGETS ? 0 : thunks + index * THUNK_SIZE;
}

function find(domain: Domain, wrapper: u32, entry: usize): u32 {
  let index: u32 = 0;
  while (index < TARGETS && (targets[index].domain !== domain || targets[index].wrapper !== wrapper
    || targets[index].entry !== entry)) index++;
  return index;
}

/** One whose thunk is for so many words, or not written yet; if there is none, any. */
function find_free(words: u32): u32 {
  let found: u32 = TARGETS;
  for (let tried: u32 = 0; tried < TARGETS; tried++) {
    const index = (next_target[words] + tried) % TARGETS, target = targets[index];
    if (target.domain !== null) continue;
    const fits = target.words === words || target.call === 0;
    if (fits || found === TARGETS) found = index;
    if (fits) break;
  }
  if (found !== TARGETS) next_target[words] = (found + 1) % TARGETS;
  return found;
}

/** Makes a target; whether its thunk had to be written. Under targets_lock. */
function make(index: u32, domain: Domain, wrapper: u32, entry: usize): bool {
  const target = targets[index], row = nooks_extension_wrappers[wrapper];
  const fits = target.call !== 0 && target.words === row.words;
  target.entry = entry;
  target.wrapper = wrapper;
  target.call = row.entry;
  target.words = row.words;
  target.domain = domain;
  if (!fits) write_thunk(thunks + index * THUNK_SIZE, addr(target), row.words);
  return !fits;
}

/** lui and addi of the target, lw of its `call`, jalr: Unprivileged ISA 20240411, sections 2.4 to 2.6. */
function write_thunk(at: usize, target: usize, words: u32): void {
  const code = cast<Ptr<u32>>(at);
  const argument = 10 + words, T0 = 5;
  code[0] = ((target + 0x800) & 0xfffff000) | argument << 7 | 0x37;
  code[1] = target << 20 | argument << 15 | argument << 7 | 0x13;
  code[2] = offsetof<Target>('call') << 20 | argument << 15 | 2 << 12 | T0 << 7 | 0x03;
  code[3] = T0 << 15 | 0x67;
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
