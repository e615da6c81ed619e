/** Exception codes of mcause and scause. Privileged Architecture 20240411, table "machine cause register values". */
export const causes = {
  instructionMisaligned: 0,
  instructionAccessFault: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadAccessFault: 5,
  storeMisaligned: 6,
  storeAccessFault: 7,
  ecallFromU: 8,
  ecallFromS: 9,
  ecallFromM: 11,
  instructionPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
} as const;

export type Cause = keyof typeof causes;

/** Interrupt numbers: the bit in mip and mie, and the code in mcause beside its top bit. */
export const interrupts = { SSI: 1, MSI: 3, STI: 5, MTI: 7, SEI: 9, MEI: 11 } as const;
