/**
 * Network byte order is big-endian, the processor's little-endian: Linux 2.4, include/linux/byteorder/little_endian.h.
 */

/** @inline */
export function htons(value: u32): u16 {
  return ((value & 0xff) << 8 | (value >>> 8) & 0xff) as u16;
}

/** @inline */
export function ntohs(value: u32): u16 {
  return htons(value);
}

/** @inline */
export function htonl(value: u32): u32 {
  return value << 24 | (value & 0xff00) << 8 | (value >>> 8) & 0xff00 | value >>> 24;
}

/** @inline */
export function ntohl(value: u32): u32 {
  return htonl(value);
}
