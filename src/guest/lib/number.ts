/** Numbers read from texts: Linux 2.4, lib/vsprintf.c (simple_strtoul). */

/**
 * The number at the start of `text`, in `base` 2 to 16, or 0 to go by its prefix: `0x` 16, `0` 8, else 10. Where it
 * ends goes to `end`, if that is not null. Too large a number wraps.
 */
export function simple_strtoul(text: cstr, end: Ptr<cstr> | null, base: u32): u32 {
  let at: u32 = 0;
  let radix = base;
  const hex = text[0] === char('0') && (text[1] | 0x20) === char('x') && digit(text[2]) < 16;
  if (radix === 0) radix = hex ? 16 : text[0] === char('0') ? 8 : 10;
  if (radix === 16 && hex) at = 2;
  let value: u32 = 0;
  for (; digit(text[at]) < radix; at++) value = value * radix + digit(text[at]);
  if (end !== null) end[0] = cast<cstr>(addr(text) + at);
  return value;
}

/** The same with an optional sign. */
export function simple_strtol(text: cstr, end: Ptr<cstr> | null, base: u32): i32 {
  if (text[0] !== char('-')) return simple_strtoul(text, end, base) as i32;
  return -(simple_strtoul(cast<cstr>(addr(text) + 1), end, base) as i32);
}

/** What a digit counts; 255 for other characters. */
function digit(character: u32): u32 {
  if (character >= char('0') && character <= char('9')) return character - char('0');
  const letter = character | 0x20;
  return letter >= char('a') && letter <= char('f') ? letter - char('a') + 10 : 255;
}
