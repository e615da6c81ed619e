/** Checksums and segmentation that the 82540EM does for software: sections 3.3.5 to 3.5 of its manual. */
import { transmitDescriptor } from '../../../platform/e1000.ts';
import { sum16 } from '../../peers/ethernet.ts';
import { viewOf } from '../../peers/packets.ts';

/** A context descriptor: section 3.3.6, table 3-16. Offsets are from the start of the packet. */
export interface Context {
  readonly ipStart: number;
  readonly ipAt: number;
  readonly ipEnd: number;
  readonly start: number;
  readonly at: number;
  readonly end: number;
  readonly payloadBytes: number;
  readonly command: number;
  readonly headerBytes: number;
  readonly segmentBytes: number;
}

export function contextOf(words: Int32Array): Context {
  const [a, b, c, d] = [words[0]!, words[1]!, words[2]!, words[3]!];
  return {
    ipStart: a & 0xff, ipAt: a >>> 8 & 0xff, ipEnd: a >>> 16, start: b & 0xff, at: b >>> 8 & 0xff, end: b >>> 16,
    payloadBytes: c & 0xf_ffff, command: c >>> 24, headerBytes: d >>> 8 & 0xff, segmentBytes: d >>> 16,
  };
}

/** Puts the checksum of the bytes from `start` to `end`, inclusive (0 is the packet's), at `at`. */
export function insertChecksum(packet: Uint8Array, start: number, at: number, end: number): void {
  const to = end === 0 ? packet.length : Math.min(end + 1, packet.length);
  if (start >= to || at + 2 > packet.length) return;
  viewOf(packet).setUint16(at, ~sum16(packet.subarray(start, to)) & 0xffff);
}

/** Section 3.5: the frames of a packet with a header of which each gets a copy, brought up to date. */
export function segment(packet: Uint8Array, context: Context): Uint8Array[] {
  const { headerBytes, segmentBytes } = context;
  if (segmentBytes === 0 || headerBytes === 0 || packet.length < headerBytes) return [];
  const payload = packet.subarray(headerBytes);
  const frames: Uint8Array[] = [];
  for (let from = 0, index = 0; from < payload.length; from += segmentBytes, index++) {
    const part = payload.subarray(from, from + segmentBytes);
    const frame = new Uint8Array(headerBytes + part.length);
    frame.set(packet.subarray(0, headerBytes));
    frame.set(part, headerBytes);
    bringUpToDate(frame, context, { index, from, isLast: from + segmentBytes >= payload.length });
    frames.push(frame);
  }
  return frames;
}

interface Place { readonly index: number; readonly from: number; readonly isLast: boolean }

/** Sections 3.5.8 and 3.5.9: lengths, identification, sequence number and flags; then the checksums by the caller. */
function bringUpToDate(frame: Uint8Array, context: Context, { index, from, isLast }: Place): void {
  const view = viewOf(frame), { ipStart, start, at, command } = context;
  const fits = (offset: number, bytes: number) => offset + bytes <= frame.length;
  if (command & transmitDescriptor.IP && fits(ipStart, 6)) {
    view.setUint16(ipStart + 2, frame.length - ipStart);
    view.setUint16(ipStart + 4, view.getUint16(ipStart + 4) + index & 0xffff);
  } else if (fits(ipStart, 6)) view.setUint16(ipStart + 4, frame.length - ipStart - 40);
  if (command & transmitDescriptor.TCP && fits(start, 14)) {
    view.setUint32(start + 4, view.getUint32(start + 4) + from >>> 0);
    // FIN and PSH belong to the last.
    if (!isLast) frame[start + 13]! &= ~0x09;
  } else if (fits(start, 6)) view.setUint16(start + 4, frame.length - start);
  // Software leaves the sum of the pseudo header without the length there.
  if (fits(at, 2)) view.setUint16(at, sum16(Uint8Array.of(), view.getUint16(at) + (frame.length - start)));
}
