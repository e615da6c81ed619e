/** Internet addresses as text: inet_aton(3). */
import { snprintf } from '../../lib/format.ts';
import { strcmp } from '../../lib/string.ts';

/** Longest text of an address with its NUL. */
export const INET_TEXT = 16;

/**
 * The address, in network byte order, that is all of `text`: four decimal numbers, or localhost. False if it is none.
 */
export function parse_address(text: cstr, address: Ptr<u32>): bool {
  if (strcmp(text, 'localhost') === 0) {
    address[0] = 0x0100007f;
    return true;
  }
  let result: u32 = 0, at: u32 = 0;
  for (let part: u32 = 0; part < 4; part++) {
    let number: u32 = 0, digits: u32 = 0;
    for (; text[at] >= char('0') && text[at] <= char('9') && digits < 4; at++) {
      number = number * 10 + text[at] - char('0');
      digits++;
    }
    if (digits === 0 || number > 255) return false;
    result |= number << (8 * part);
    if (part < 3 && text[at++] !== char('.')) return false;
  }
  address[0] = result;
  return text[at] === 0;
}

/** Writes the text of an address; `to` holds INET_TEXT bytes, and is given. */
export function address_text(address: u32, to: Ptr<u8>): cstr {
  snprintf(to, INET_TEXT, '%u.%u.%u.%u', address & 0xff, (address >>> 8) & 0xff, (address >>> 16) & 0xff,
    address >>> 24);
  return cast<cstr>(to);
}
