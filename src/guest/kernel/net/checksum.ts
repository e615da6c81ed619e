/**
 * The Internet checksum: RFC 1071; Linux 2.4, include/asm-i386/checksum.h. Sums are of 16-bit words as they lie in
 * memory, little-endian: the ones' complement sum does not mind, if the result is stored the same way (RFC 1071, 2(B)).
 */
import { htons } from './byteorder.ts';

/** Adds the words of `length` bytes to a 32-bit ones' complement sum. An odd last byte counts as if a 0 followed. */
export function csum_partial(bytes: usize, length: u32, sum: u32): u32 {
  let at = bytes, rest = length, result = sum;
  // Bytes from an odd address belong to the other halves of the words.
  const odd = (at & 1) !== 0;
  if (odd) result = rotated(result);
  if (odd && rest !== 0) {
    result = add(result, readb(at) << 8);
    at++;
    rest--;
  }
  if ((at & 2) !== 0 && rest >= 2) {
    result = add(result, readw(at));
    at += 2;
    rest -= 2;
  }
  for (const end = at + (rest & ~3); at !== end; at += 4) result = add(result, cast<Ptr<u32>>(at)[0]);
  if (rest & 2) {
    result = add(result, readw(at));
    at += 2;
  }
  if (rest & 1) result = add(result, readb(at));
  return odd ? rotated(result) : result;
}

/** A sum of 32 bits with the carry added: also of two sums. @inline */
function add(a: u32, b: u32): u32 {
  const sum = a + b;
  return sum + (sum < b ? 1 : 0);
}

/** The sum of the same bytes at places of the other parity. @inline */
function rotated(sum: u32): u32 {
  return sum << 8 | sum >>> 24;
}

/** Two sums in one: the second is of bytes that follow an even number of others. */
export function csum_add(a: u32, b: u32): u32 {
  return add(a, b);
}

/** The 16 bits that make the sum of everything, with them, all ones. */
export function csum_fold(sum: u32): u16 {
  let result = (sum & 0xffff) + (sum >>> 16);
  result = (result & 0xffff) + (result >>> 16);
  return ~result as u16;
}

/** The checksum of these bytes; of bytes with a right checksum among them, 0. */
export function ip_compute_csum(bytes: usize, length: u32): u16 {
  return csum_fold(csum_partial(bytes, length, 0));
}

/** The same for an IPv4 header of `ihl` words. */
export function ip_fast_csum(header: usize, ihl: u32): u16 {
  return ip_compute_csum(header, ihl * 4);
}

/** The sum of UDP's and TCP's pseudo header (RFC 768) and `sum`; addresses in network byte order. */
export function csum_tcpudp_nofold(saddr: u32, daddr: u32, length: u32, protocol: u32, sum: u32): u32 {
  return add(add(add(sum, saddr), daddr), htons(length) + (htons(protocol) as u32));
}

export function csum_tcpudp_magic(saddr: u32, daddr: u32, length: u32, protocol: u32, sum: u32): u16 {
  return csum_fold(csum_tcpudp_nofold(saddr, daddr, length, protocol, sum));
}
