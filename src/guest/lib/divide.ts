/**
 * 64-bit division, which the compiler calls under the names that C compilers use (libgcc, "Integer library routines").
 * By zero: all ones and the dividend, as the processor does for 32 bits (Unprivileged ISA 20240411, section 13.2).
 */

/** Long division of `a`, 16 bits at a time, by a divisor below 0x10000. */
function divideByShort(a: u64, b: u32): u64 {
  const high = hi32(a), low = lo32(a);
  const first = high / b;
  const second = high % b << 16 | low >> 16;
  const third = second % b << 16 | low & 0xffff;
  return wide(first, (second / b << 16) + third / b);
}

/** Long division of `a`, bit by bit. */
function divideByLong(a: u64, b: u64): u64 {
  let divisor = b;
  let quotient: u64 = 0n;
  let rest = a;
  let bit: u64 = 1n;
  while (divisor < rest && hi32(divisor) >> 31 === 0) {
    divisor <<= 1n;
    bit <<= 1n;
  }
  while (bit !== 0n) {
    if (rest >= divisor) {
      rest -= divisor;
      quotient |= bit;
    }
    divisor >>= 1n;
    bit >>= 1n;
  }
  return quotient;
}

export function __udivdi3(a: u64, b: u64): u64 {
  if (hi32(b) === 0) {
    const divisor = lo32(b);
    if (divisor === 0) return 0xffffffffffffffffn;
    if (hi32(a) === 0) return u64of(lo32(a) / divisor);
    if (divisor < 0x10000) return divideByShort(a, divisor);
  }
  return divideByLong(a, b);
}

export function __umoddi3(a: u64, b: u64): u64 {
  return a - __udivdi3(a, b) * b;
}

function magnitude(value: i64): u64 {
  return (value < 0n ? -value : value) as u64;
}

export function __divdi3(a: i64, b: i64): i64 {
  if (b === 0n) return -1n;
  const quotient = __udivdi3(magnitude(a), magnitude(b)) as i64;
  return (a < 0n) === (b < 0n) ? quotient : -quotient;
}

export function __moddi3(a: i64, b: i64): i64 {
  return a - __divdi3(a, b) * b;
}
