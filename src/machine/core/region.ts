/** Signature of a translated region: (hart, left) -> left. The next pc is left in `hart.pc`, with low bits as below. */
export const regionSignature = { parameters: 2, results: 1 } as const;

/** Low bits of the pc a region leaves: why it stopped there. */
export const leaving = {
  /** The interpreter must do the instruction there. */
  interpret: 1,
  /** The region's pages are not mapped as they were; nothing was run. */
  remapped: 2,
} as const;
