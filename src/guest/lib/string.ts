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

/** The length of the text, or `most` if it is longer. */
export function strnlen(text: cstr, most: u32): u32 {
  let length: u32 = 0;
  while (length < most && text[length] !== 0) length++;
  return length;
}

/** Copies `from` with its zero; `to` must hold it. */
export function strcpy(to: Ptr<u8>, from: cstr): Ptr<u8> {
  let index: u32 = 0;
  do to[index] = from[index]; while (from[index++] !== 0);
  return to;
}

/**
 * Copies up to `size` bytes of `from`, and fills with zeros: a text of `size` bytes or more is left without its end.
 */
export function strncpy(to: Ptr<u8>, from: cstr, size: u32): Ptr<u8> {
  let index: u32 = 0;
  for (; index < size && from[index] !== 0; index++) to[index] = from[index];
  for (; index < size; index++) to[index] = 0;
  return to;
}

/** Puts `from` behind the text in `to`, which must hold both. */
export function strcat(to: Ptr<u8>, from: cstr): Ptr<u8> {
  strcpy(ptr(to[strlen(cast<cstr>(to))]), from);
  return to;
}

/** Puts up to `size` bytes of `from` behind the text in `to`, and a zero. */
export function strncat(to: Ptr<u8>, from: cstr, size: u32): Ptr<u8> {
  const end = strlen(cast<cstr>(to)), added = strnlen(from, size);
  for (let index: u32 = 0; index < added; index++) to[end + index] = from[index];
  to[end + added] = 0;
  return to;
}

/** The first `character` in the text, of which its zero is part; null if there is none. */
export function strchr(text: cstr, character: u32): cstr | null {
  let index: u32 = 0;
  for (; text[index] !== (character & 0xff); index++) if (text[index] === 0) return null;
  return cast<cstr>(addr(text) + index);
}

/** The last one. */
export function strrchr(text: cstr, character: u32): cstr | null {
  for (let index = strlen(text) + 1; index !== 0;) {
    index--;
    if (text[index] === (character & 0xff)) return cast<cstr>(addr(text) + index);
  }
  return null;
}

/** Where `part` begins in the text for the first time; null if nowhere. */
export function strstr(text: cstr, part: cstr): cstr | null {
  const length = strlen(part);
  for (let at = addr(text); ; at++) {
    if (strncmp(cast<cstr>(at), part, length) === 0) return cast<cstr>(at);
    if (cast<cstr>(at)[0] === 0) return null;
  }
}

/** How many characters from the start on are among those of `accepted`. */
export function strspn(text: cstr, accepted: cstr): u32 {
  let length: u32 = 0;
  while (text[length] !== 0 && strchr(accepted, text[length]) !== null) length++;
  return length;
}

/** The first character of the text that is among those of `wanted`; null if there is none. */
export function strpbrk(text: cstr, wanted: cstr): cstr | null {
  for (let at = addr(text); cast<cstr>(at)[0] !== 0; at++) {
    if (strchr(wanted, cast<cstr>(at)[0]) !== null) return cast<cstr>(at);
  }
  return null;
}
