/** The archive format of initial RAM disks: newc, Linux Documentation/early-userspace/buffer-format.txt. */
import { EINVAL } from '../errno.ts';

/** Bytes of the header: a magic and 13 numbers of 8 hexadecimal digits. */
const HEADER = 110;
const DIGITS = 8;

/** A member; its name and contents lie in the archive. */
export class CpioEntry {
  name: cstr;
  mode: u32;
  rdevmajor: u32;
  rdevminor: u32;
  data: usize;
  size: u32;
  /** Where the next one begins. */
  next: usize;
}

/**
 * Reads the member at `at` of the archive that ends at `end`: 1, 0 if it is the trailer, or EINVAL for what is not a
 * whole member of a newc archive.
 */
export function cpio_entry(at: usize, end: usize, entry: CpioEntry): i32 {
  if (end - at < HEADER || at > end || !is_newc(cast<cstr>(at))) return -EINVAL;
  const name_size = field(at, 11);
  entry.mode = field(at, 1);
  entry.size = field(at, 6);
  entry.rdevmajor = field(at, 9);
  entry.rdevminor = field(at, 10);
  const name = at + HEADER;
  if (name_size === 0 || name_size > end - name || readb(name + name_size - 1) !== 0) return -EINVAL;
  entry.name = cast<cstr>(name);
  // Name and contents are padded to multiples of 4 bytes from the beginning of the member.
  entry.data = at + ((HEADER + name_size + 3) & ~3);
  if (entry.data > end || entry.size > end - entry.data) return -EINVAL;
  entry.next = entry.data + ((entry.size + 3) & ~3);
  return is_trailer(entry.name) ? 0 : 1;
}

/** 070701, or 070702 with checksums, which nobody looks at. */
function is_newc(text: cstr): bool {
  const magic = '07070';
  for (let i: u32 = 0; i < 5; i++) {
    if (text[i] !== magic[i]) return false;
  }
  return text[5] === char('1') || text[5] === char('2');
}

/** Number `n` of the header: c_ino is 0. What is no digit counts as 0. */
function field(header: usize, n: u32): u32 {
  let value: u32 = 0;
  for (let i: u32 = 0; i < DIGITS; i++) {
    const c = readb(header + 6 + n * DIGITS + i), letter = c | 0x20;
    let digit: u32 = 0;
    if (c >= char('0') && c <= char('9')) digit = c - char('0');
    else if (letter >= char('a') && letter <= char('f')) digit = letter - char('a') + 10;
    value = (value << 4) | digit;
  }
  return value;
}

function is_trailer(name: cstr): bool {
  const trailer = 'TRAILER!!!';
  let i: u32 = 0;
  while (trailer[i] !== 0 && name[i] === trailer[i]) i++;
  return trailer[i] === name[i];
}
