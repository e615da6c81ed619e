/** Ethernet frames: IEEE 802.3, section 3. Addresses are 6 bytes; frames are without their check sequence. */

export const ethernet = {
  destination: 0, source: 6, type: 12, headerBytes: 14,
  /** The least a frame has before its check sequence. */
  leastBytes: 60, checkBytes: 4,
  /** Preamble, start delimiter and the gap after a frame, on the wire. */
  overheadBytes: 20,
} as const;

export const etherType = { IPv4: 0x0800, ARP: 0x0806, VLAN: 0x8100, pause: 0x8808 } as const;

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});

/** The remainder before the final complement, from which controllers take their hash of an address. */
export function crcRemainder(bytes: Uint8Array): number {
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]!) & 0xff]! ^ crc >>> 8;
  return crc;
}

/** Section 3.2.9: the frame check sequence, as a little-endian word; signed. */
export const checkSequence = (frame: Uint8Array): number => ~crcRemainder(frame);

/** The frame with its check sequence behind it. */
export function withCheck(frame: Uint8Array, check = checkSequence(frame)): Uint8Array {
  const bytes = new Uint8Array(frame.length + ethernet.checkBytes);
  bytes.set(frame);
  new DataView(bytes.buffer).setInt32(frame.length, check, true);
  return bytes;
}

/** The frame without the check sequence behind it; undefined when that is wrong, so that nobody will take it. */
export function withoutCheck(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < ethernet.checkBytes) return undefined;
  const frame = bytes.subarray(0, bytes.length - ethernet.checkBytes);
  const check = new DataView(bytes.buffer, bytes.byteOffset + frame.length, ethernet.checkBytes).getInt32(0, true);
  return check === checkSequence(frame) ? frame : undefined;
}

/** Parts of a frame, one behind the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Virtual time that a frame holds the wire. */
export const wireNs = (bytes: number, bitsPerSecond: number): number =>
  Math.round((Math.max(bytes, ethernet.leastBytes) + perFrameBytes) * 8e9 / bitsPerSecond);

const perFrameBytes = ethernet.checkBytes + ethernet.overheadBytes;

export const isGroup = (frame: Uint8Array): boolean => (frame[ethernet.destination]! & 1) !== 0;

export function isBroadcast(frame: Uint8Array): boolean {
  for (let at = 0; at < 6; at++) if (frame[at] !== 0xff) return false;
  return true;
}

/** RFC 1071: the ones' complement sum of 16-bit words, big-endian; an odd last byte is padded with zero. */
export function sum16(bytes: Uint8Array, start = 0): number {
  let sum = start;
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes[at]! << 8 | bytes[at + 1]!;
  if (bytes.length & 1) sum += bytes[bytes.length - 1]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return sum;
}

/** `52:54:00:12:34:56`; undefined when the text is no address. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return undefined;
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
}

/** `10.0.2.2` as a number; undefined when the text is no address. */
export function parseIp(text: string): number | undefined {
  const bytes = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : NaN));
  if (bytes.length !== 4 || !bytes.every((byte) => byte <= 255)) return undefined;
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}
