/** Strings ended by a zero, under the names and with the meanings of C's <string.h>. */

export function strlen(text: cstr): u32 {
  let length: u32 = 0;
  while (text[length] !== 0) length++;
  return length;
}

export function strcmp(a: cstr, b: cstr): i32 {
  let index: u32 = 0;
  while (a[index] !== 0 && a[index] === b[index]) index++;
  return (a[index] - b[index]) as i32;
}

export function strncmp(a: cstr, b: cstr, size: u32): i32 {
  for (let index: u32 = 0; index < size; index++) {
    const difference = (a[index] - b[index]) as i32;
    if (difference !== 0 || a[index] === 0) return difference;
  }
  return 0;
}

/** Copies `from` with its zero, as far as `size` bytes hold it; always ends it. Yields the length of `from`. */
export function strlcpy(to: Ptr<u8>, from: cstr, size: u32): u32 {
  const length = strlen(from);
  if (size === 0) return length;
  const copied = length < size ? length : size - 1;
  for (let index: u32 = 0; index < copied; index++) to[index] = from[index];
  to[copied] = 0;
  return length;
}
