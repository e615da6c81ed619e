/**
 * Address-space identifiers, so that translations of several processes can stay in a hart's TLB: Privileged ISA
 * 20240411, sections 12.1.11 (satp) and 12.2.1 (sfence.vma). The scheme is that of Linux's arch/arm64/mm/context.c:
 * identifiers are given out until there are none; then a new generation begins, in which only those in force on some
 * hart are kept, and each hart forgets all translations when it next switches.
 *
 * With the boot argument `tlb=flush`, or where the hart has no identifiers, all have 0 and each switch forgets all.
 */
import { NR_CPUS } from '../arch/cpu.ts';
import { boot_arg_is } from '../init/setup.ts';
import { cmpxchg, xchg } from '../locking/atomic.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../locking/spinlock.ts';

/** Bits of satp that hold the identifier, and where they begin. */
const SATP_ASID = 0x7fc00000;
const SATP_ASID_SHIFT = 22;
/** A context is a generation, in the bits from here on, with an identifier. Zero is none. */
const GENERATION_SHIFT = 9;
const FIRST_GENERATION = 1 << GENERATION_SHIFT;
const ASID_MASK = FIRST_GENERATION - 1;
const WORDS = 16;

/**
 * Protects all below; `active` is also changed without it, by its hart, as long as no new generation has taken what was
 * there. Taken with interrupts off, within a run queue's lock; nothing is taken within it.
 */
let asid_lock!: Embed<SpinLock>;
let generation: u32 = FIRST_GENERATION;
/** Identifiers there are, 0 included, which is the kernel's; 1 without identifiers. */
let num_asids: u32 = 1;
/** Bit n: n has been given in this generation. */
let asid_map!: Arr<u32, 16>;
let next_asid: u32 = 1;
/** By hart: the context it runs with, 0 after a new generation; and what that was when the generation began. */
let active!: Arr<u32, 8>;
let reserved!: Arr<u32, 8>;
/** Harts that have yet to forget the last generation's translations. */
let flush_pending: u32 = 0;

/** Finds out what this hart's satp holds. `satp`: a page table in which the running code has the same address. */
export function asid_init(satp: u32): void {
  spin_lock_init(asid_lock, 'asid_lock');
  const before = csrr_satp();
  csrw_satp(satp | SATP_ASID);
  const found = (csrr_satp() & SATP_ASID) >> SATP_ASID_SHIFT;
  csrw_satp(before);
  sfence_vma();
  num_asids = boot_arg_is('tlb', 'flush') ? 1 : found + 1;
}

/**
 * Keeps the last `count` identifiers from being given out, for good; gives the first of them. Where there are too few
 * for that, all address spaces have 0 from now on, and so does this. Before there is a process.
 */
export function asid_reserve(count: u32): u32 {
  num_asids = num_asids < 4 * count ? 1 : num_asids - count;
  return tlb_flush_always() ? 0 : num_asids;
}

/** Whether each switch must forget all translations. */
export function tlb_flush_always(): bool {
  return num_asids === 1;
}

/** The identifier of a context. @inline */
export function context_asid(context: u32): u32 {
  return context & ASID_MASK;
}

/**
 * Makes a context valid and this hart's; interrupts are off. Gives whether the hart must forget all translations before
 * it uses the identifier.
 */
export function activate_context(context: Ptr<u32>, cpu: u32): bool {
  if (tlb_flush_always()) return true;
  const old = active[cpu];
  const mine = context[0];
  // Unless a new generation has begun since `old` was read, by which active[cpu] would be 0.
  if (old !== 0 && (mine ^ generation) >> GENERATION_SHIFT === 0
    && cmpxchg(addr(active) + cpu * 4, old, mine) === old) return false;
  spin_lock(asid_lock);
  if ((context[0] ^ generation) >> GENERATION_SHIFT !== 0) context[0] = new_context(context[0]);
  const flush = (flush_pending >> cpu & 1) !== 0;
  flush_pending &= ~(1 << cpu);
  xchg(addr(active) + cpu * 4, context[0]);
  spin_unlock(asid_lock);
  return flush;
}

/** A context of this generation in place of one of an earlier one, or of none. */
function new_context(old: u32): u32 {
  // It may be in force since before the generation began: then it keeps its identifier.
  const kept = generation | (old & ASID_MASK);
  if (old !== 0 && renew_reserved(old, kept)) return kept;
  let asid = free_asid(next_asid);
  if (asid === 0) {
    new_generation();
    asid = free_asid(1);
  }
  asid_map[asid >> 5] |= 1 << (asid & 31);
  next_asid = asid + 1;
  return generation | asid;
}

/** All harts' copies are renewed: a process may have moved, so that more than one has it. */
function renew_reserved(old: u32, kept: u32): bool {
  let found = false;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (reserved[cpu] !== old) continue;
    reserved[cpu] = kept;
    found = true;
  }
  return found;
}

/** The first identifier from `from` on that has not been given; 0 if there is none. */
function free_asid(from: u32): u32 {
  for (let asid = from; asid < num_asids; asid++) {
    if ((asid_map[asid >> 5] >> (asid & 31) & 1) === 0) return asid;
  }
  return 0;
}

function new_generation(): void {
  generation += FIRST_GENERATION;
  // The count of generations has come round: contexts of the first ones are long gone, and 0 means none.
  if (generation === 0) generation = FIRST_GENERATION;
  for (let word: u32 = 0; word < WORDS; word++) asid_map[word] = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const context = xchg(addr(active) + cpu * 4, 0);
    // 0: a generation ended twice without a switch on this hart, which goes on with what it had.
    if (context !== 0) reserved[cpu] = context;
    const asid = reserved[cpu] & ASID_MASK;
    asid_map[asid >> 5] |= 1 << (asid & 31);
  }
  flush_pending = (1 << NR_CPUS) - 1;
}
