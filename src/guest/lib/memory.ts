/** Bytes in memory, under the names and with the meanings of C's <string.h>. */

/** Whether two addresses are the same distance from a multiple of 4. */
function alike(a: usize, b: usize): bool {
  return ((a ^ b) & 3) === 0;
}

/** Copies `size` bytes that do not overlap. */
export function memcpy(to: unknown, from: unknown, size: u32): usize {
  let target = addr(to), source = addr(from), rest = size;
  if (rest >= 16 && alike(target, source)) {
    for (; (target & 3) !== 0; rest--) cast<Ptr<u8>>(target++)[0] = cast<Ptr<u8>>(source++)[0];
    for (; rest >= 16; rest -= 16) {
      const words = cast<Ptr<u32>>(target), given = cast<Ptr<u32>>(source);
      const a = given[0], b = given[1], c = given[2], d = given[3];
      words[0] = a;
      words[1] = b;
      words[2] = c;
      words[3] = d;
      target += 16;
      source += 16;
    }
    for (; rest >= 4; rest -= 4) {
      cast<Ptr<u32>>(target)[0] = cast<Ptr<u32>>(source)[0];
      target += 4;
      source += 4;
    }
  }
  for (const end = target + rest; target !== end;) cast<Ptr<u8>>(target++)[0] = cast<Ptr<u8>>(source++)[0];
  return addr(to);
}

/** Copies `size` bytes, which may overlap. */
export function memmove(to: unknown, from: unknown, size: u32): usize {
  const target = addr(to), source = addr(from);
  // Distances wrap: a target before the source is far beyond `size`.
  if (target - source >= size) return memcpy(to, from, size);
  for (let index = size; index !== 0;) {
    index--;
    cast<Ptr<u8>>(target)[index] = cast<Ptr<u8>>(source)[index];
  }
  return target;
}

export function memset(to: unknown, value: u32, size: u32): usize {
  let target = addr(to), rest = size;
  if (rest >= 16) {
    const byte = value & 0xff;
    const word = byte * 0x01010101;
    for (; (target & 3) !== 0; rest--) cast<Ptr<u8>>(target++)[0] = byte;
    for (; rest >= 16; rest -= 16) {
      const words = cast<Ptr<u32>>(target);
      words[0] = word;
      words[1] = word;
      words[2] = word;
      words[3] = word;
      target += 16;
    }
    for (; rest >= 4; rest -= 4) {
      cast<Ptr<u32>>(target)[0] = word;
      target += 4;
    }
  }
  for (const end = target + rest; target !== end;) cast<Ptr<u8>>(target++)[0] = value;
  return addr(to);
}

/** Below 0, 0 or above 0 as the first differing byte of `a` is below, there is none, or it is above that of `b`. */
export function memcmp(a: unknown, b: unknown, size: u32): i32 {
  const first = cast<Ptr<u8>>(a), second = cast<Ptr<u8>>(b);
  for (let index: u32 = 0; index < size; index++) {
    const difference = (first[index] - second[index]) as i32;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The address of the first such byte among `size`; 0 if there is none. */
export function memchr(from: unknown, byte: u32, size: u32): usize {
  const bytes = cast<Ptr<u8>>(from);
  for (let index: u32 = 0; index < size; index++) {
    if (bytes[index] === (byte & 0xff)) return addr(from) + index;
  }
  return 0;
}
