/**
 * Bits in arrays of words, and bits within a word: Linux 2.4, include/asm-i386/bitops.h. Bit n is bit n % 32 of word
 * n / 32. What begins with two underlines is not atomic.
 */

/** @inline */
function word(nr: u32, address: unknown): usize {
  return addr(address) + ((nr >>> 5) << 2);
}

/** @inline */
function mask(nr: u32): u32 {
  return 1 << (nr & 31);
}

/** Sets the bit; orders nothing. */
export function set_bit(nr: u32, address: unknown): void {
  amoor(word(nr, address), mask(nr));
}

/** Clears the bit; orders nothing: a lock bit is freed by smp_mb() and this, or test_and_clear_bit. */
export function clear_bit(nr: u32, address: unknown): void {
  amoand(word(nr, address), ~mask(nr));
}

export function change_bit(nr: u32, address: unknown): void {
  amoxor(word(nr, address), mask(nr));
}

/** Sets the bit and gives what it was; orders all memory. */
export function test_and_set_bit(nr: u32, address: unknown): bool {
  return (amoor_aqrl(word(nr, address), mask(nr)) & mask(nr)) !== 0;
}

export function test_and_clear_bit(nr: u32, address: unknown): bool {
  return (amoand_aqrl(word(nr, address), ~mask(nr)) & mask(nr)) !== 0;
}

export function test_and_change_bit(nr: u32, address: unknown): bool {
  return (amoxor_aqrl(word(nr, address), mask(nr)) & mask(nr)) !== 0;
}

export function test_bit(nr: u32, address: unknown): bool {
  return (cast<Ptr<Volatile<u32>>>(word(nr, address))[0] & mask(nr)) !== 0;
}

export function __set_bit(nr: u32, address: unknown): void {
  cast<Ptr<u32>>(word(nr, address))[0] |= mask(nr);
}

export function __clear_bit(nr: u32, address: unknown): void {
  cast<Ptr<u32>>(word(nr, address))[0] &= ~mask(nr);
}

/** The place of the lowest set bit, counted from 1; 0 if there is none. */
export function ffs(value: u32): u32 {
  return value === 0 ? 0 : __ffs(value) + 1;
}

/** The place of the lowest set bit of a value that is not 0, counted from 0. */
export function __ffs(value: u32): u32 {
  let rest = value, place: u32 = 0;
  if ((rest & 0xffff) === 0) { place += 16; rest >>>= 16; }
  if ((rest & 0xff) === 0) { place += 8; rest >>>= 8; }
  if ((rest & 0xf) === 0) { place += 4; rest >>>= 4; }
  if ((rest & 3) === 0) { place += 2; rest >>>= 2; }
  return (rest & 1) === 0 ? place + 1 : place;
}

/** The place of the lowest clear bit, counted from 0; the value is not all ones. */
export function ffz(value: u32): u32 {
  return __ffs(~value);
}

/** The place of the highest set bit, counted from 1; 0 if there is none. */
export function fls(value: u32): u32 {
  if (value === 0) return 0;
  let rest = value, place: u32 = 1;
  if ((rest & 0xffff0000) !== 0) { place += 16; rest >>>= 16; }
  if ((rest & 0xff00) !== 0) { place += 8; rest >>>= 8; }
  if ((rest & 0xf0) !== 0) { place += 4; rest >>>= 4; }
  if ((rest & 0xc) !== 0) { place += 2; rest >>>= 2; }
  return (rest & 2) !== 0 ? place + 1 : place;
}

/** How many bits are set: Linux 2.4, include/linux/bitops.h, generic_hweight32. */
export function hweight32(value: u32): u32 {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** The first set bit at or after `from` among `size` bits; `size` if there is none. */
export function find_next_bit(address: unknown, size: u32, from: u32): u32 {
  for (let nr = from; nr < size;) {
    const rest = cast<Ptr<u32>>(word(nr, address))[0] >>> (nr & 31);
    if (rest !== 0) {
      const found = nr + __ffs(rest);
      return found < size ? found : size;
    }
    nr = (nr | 31) + 1;
  }
  return size;
}

/** The first clear bit at or after `from` among `size` bits; `size` if there is none. */
export function find_next_zero_bit(address: unknown, size: u32, from: u32): u32 {
  for (let nr = from; nr < size;) {
    const rest = ~cast<Ptr<u32>>(word(nr, address))[0] >>> (nr & 31);
    if (rest !== 0) {
      const found = nr + __ffs(rest);
      return found < size ? found : size;
    }
    nr = (nr | 31) + 1;
  }
  return size;
}

export function find_first_zero_bit(address: unknown, size: u32): u32 {
  return find_next_zero_bit(address, size, 0);
}
