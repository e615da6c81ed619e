/**
 * What JavaScript's operators do otherwise. Unprivileged Architecture 20240411, section "M" Extension, table
 * "Semantics for
 * division by zero and division overflow": by zero, the quotient has all bits set and the remainder is the dividend; on
 * overflow the quotient is the dividend and the remainder zero.
 */
export function divideSigned(a: number, b: number): number {
  return b === 0 ? -1 : (a / b) | 0;
}

export function divideUnsigned(a: number, b: number): number {
  return b === 0 ? 0xffff_ffff : Math.floor(a / b) >>> 0;
}

export function remainderSigned(a: number, b: number): number {
  return b === 0 ? a : (a % b) | 0;
}

export function remainderUnsigned(a: number, b: number): number {
  return b === 0 ? a : a % b;
}

/** The caller cuts to 64 bits, which turns the overflow's 2^63 into the dividend. */
export function divideWide(a: bigint, b: bigint): bigint {
  return b === 0n ? -1n : a / b;
}

export function remainderWide(a: bigint, b: bigint): bigint {
  return b === 0n ? a : a % b;
}
