/** Cycles charged beside the one that every instruction costs. Lockstep's virtual time counts them. */
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

/** Every instruction costs one cycle and nothing else costs anything. */
export const flat: CostProfile = { tlbMiss: 0, trap: 0, trapReturn: 0, csr: 0, satp: 0, sfence: 0, mmio: 0 };
