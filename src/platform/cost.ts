/**
 * What time passes in lockstep, where virtual time is counted and not measured: every instruction takes one cycle of a
 * nominal 1 GHz processor, so a nanosecond, and some events take more besides. A profile names those, in cycles.
 */
export interface CostProfile {
  /** A page-table walk because no translation was cached. */
  readonly tlbMiss: number;
  /** Entering a trap handler. */
  readonly trap: number;
  /** mret or sret. */
  readonly trapReturn: number;
  readonly csr: number;
  /** Writing satp. */
  readonly satp: number;
  readonly sfence: number;
  /** A device register access. */
  readonly mmio: number;
}

/** Profiles by name. */
export const costProfiles = {
  /** Every instruction costs one cycle and nothing else costs anything: time is a count of instructions. */
  flat: { tlbMiss: 0, trap: 0, trapReturn: 0, csr: 0, satp: 0, sfence: 0, mmio: 0 },

  /**
   * A two-processor server of 2003. No machine: figures of that time put together, to make what was dear dear here.
   *
   * - tlbMiss, satp: an address-space switch and the at least five TLB misses after it take 170 cycles on a dual
   *   Pentium III (L4Ka::Pistachio/ia32 Performance, l4ka.org); shared out as 50 + 5 * 24.
   * - trap, trapReturn: estimated, after a null system call of some 0.3 us at 1 GHz, most of it the way in and out.
   * - csr, sfence: estimated; both drain the pipeline, and the second invalidates one translation.
   * - mmio: estimated; a read over 33 MHz PCI takes some ten bus clocks of 30 ns beside the bridges. Posted writes
   *   were quicker; the profile does not tell them apart.
   */
  smp2003: { tlbMiss: 24, trap: 150, trapReturn: 100, csr: 10, satp: 50, sfence: 50, mmio: 400 },
} as const satisfies Readonly<Record<string, CostProfile>>;

export type CostProfileName = keyof typeof costProfiles;
