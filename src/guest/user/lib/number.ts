/** Numbers in arguments. */

/** The decimal number that is all of `text`, below 2^31, into `*value`; false if it is none. */
export function parse_number(text: cstr, value: Ptr<u32>): bool {
  const most = 0x7fffffff;
  let number: u32 = 0, index: u32 = 0;
  for (; text[index] >= char('0') && text[index] <= char('9'); index++) {
    const digit = text[index] - char('0');
    if (number > (most - digit) / 10) return false;
    number = number * 10 + digit;
  }
  value[0] = number;
  return index !== 0 && text[index] === 0;
}
