/**
 * Where each format keeps its immediate. Unprivileged ISA 20240411, section 2.3, figure "types of immediate produced".
 * H is I with a 5-bit shift amount, C a CSR number, A atomic, F fence, N no operand.
 */
export type Format = 'U' | 'J' | 'I' | 'B' | 'S' | 'R' | 'H' | 'C' | 'A' | 'F' | 'N';

/** [immediate bit, instruction bit, width]: the immediate's bits `from` up live at `at` up. */
type Run = readonly [from: number, at: number, width: number];

const layouts: Record<Format, { readonly runs: readonly Run[]; readonly signed: boolean }> = {
  I: { signed: true, runs: [[0, 20, 12]] },
  S: { signed: true, runs: [[0, 7, 5], [5, 25, 7]] },
  B: { signed: true, runs: [[1, 8, 4], [5, 25, 6], [11, 7, 1], [12, 31, 1]] },
  U: { signed: true, runs: [[12, 12, 20]] },
  J: { signed: true, runs: [[1, 21, 10], [11, 20, 1], [12, 12, 8], [20, 31, 1]] },
  H: { signed: false, runs: [[0, 20, 5]] },
  C: { signed: false, runs: [[0, 20, 12]] },
  F: { signed: false, runs: [[0, 20, 12]] },
  A: { signed: false, runs: [[0, 25, 2]] },
  R: { signed: false, runs: [] },
  N: { signed: false, runs: [] },
};

const ones = (width: number) => 2 ** width - 1;

/** Getting and putting one format's immediate, both derived from its layout. */
export interface Immediate {
  /** The instruction bits the immediate occupies. */
  readonly bits: number;
  /** The immediate in an instruction word: signed 32 bits, with zeros in the bits that the format does not hold. */
  get(word: number): number;
  /** The instruction bits for an immediate; all others are zero, and what the format cannot hold is lost. */
  put(immediate: number): number;
  /** Whether `immediate` can be encoded: in range, and zero in the bits the format does not hold. */
  holds(immediate: number): boolean;
}

function immediate({ runs, signed }: (typeof layouts)[Format]): Immediate {
  const width = Math.max(0, ...runs.map(([from, , count]) => from + count));
  const spare = signed ? 32 - width : 0;
  const parts = runs.map(([from, at, count]) => ({ from, at, mask: ones(count) }));
  // Loops, because every instruction that is decoded or encoded comes through here.
  const get = (word: number) => {
    let value = 0;
    for (const { from, at, mask } of parts) value |= ((word >>> at) & mask) << from;
    return (value << spare) >> spare;
  };
  const put = (value: number) => {
    let word = 0;
    for (const { from, at, mask } of parts) word |= ((value >>> from) & mask) << at;
    return word;
  };
  return {
    bits: runs.reduce((bits, [, at, count]) => bits | (ones(count) << at), 0),
    get, put, holds: (value) => get(put(value)) === (value | 0),
  };
}

/** Every format's immediate. */
export const immediates = Object.fromEntries(
  Object.entries(layouts).map(([format, layout]) => [format, immediate(layout)]),
) as Record<Format, Immediate>;
