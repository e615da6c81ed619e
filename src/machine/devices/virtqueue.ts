import { descriptor, descriptorFlag } from '../../platform/virtio.ts';
import type { Dma } from './device.ts';

/**
 * Descriptor chains of a split virtqueue: VIRTIO 1.2, section 2.7.5. A driver may write anything into them, so a chain
 * that breaks a rule is undefined, and so is what lies outside RAM.
 */
export interface Segment { readonly address: number; readonly bytes: number }

export interface Chain {
  /** What the device reads, in order. */
  readonly readable: readonly Segment[];
  /** What the device writes, in order. */
  readonly writable: readonly Segment[];
}

interface Table { readonly address: number; readonly entries: number }

/** A 64-bit address as a number; beyond 2^53 it is not exact, but no RAM is there either. */
export const wide = (low: number, high: number) => (high >>> 0) * 2 ** 32 + (low >>> 0);

/** The chain that starts at descriptor `head` of the table at `address`. */
export function chainAt(dma: Dma, table: Table, head: number): Chain | undefined {
  const first = descriptorAt(dma, table, head);
  if (first === undefined) return undefined;
  if (!(first.flags & descriptorFlag.INDIRECT)) return follow(dma, table, head);
  // Section 2.7.5.3.1: an indirect descriptor stands alone, and its table is whole descriptors.
  const entries = first.bytes / descriptor.bytes;
  if (first.flags & descriptorFlag.NEXT || !Number.isInteger(entries) || first.address % 4 !== 0) return undefined;
  return follow(dma, { address: first.address, entries }, 0);
}

/** A chain is no longer than its table: one that is goes round in a circle. */
function follow(dma: Dma, table: Table, head: number): Chain | undefined {
  const readable: Segment[] = [];
  const writable: Segment[] = [];
  let index = head;
  for (let length = 0; length < table.entries; length++) {
    const found = descriptorAt(dma, table, index);
    if (found === undefined || found.flags & descriptorFlag.INDIRECT) return undefined;
    if (found.flags & descriptorFlag.WRITE) writable.push(found);
    // Section 2.7.4.2: device-writable descriptors come after device-readable ones.
    else if (writable.length > 0) return undefined;
    else readable.push(found);
    if (!(found.flags & descriptorFlag.NEXT)) return { readable, writable };
    index = found.next;
  }
  return undefined;
}

function descriptorAt(dma: Dma, table: Table, index: number) {
  if (index >= table.entries) return undefined;
  const at = table.address + index * descriptor.bytes;
  const low = dma.read32(at + descriptor.addr);
  const high = dma.read32(at + descriptor.addrHigh);
  const bytes = dma.read32(at + descriptor.len);
  const rest = dma.read32(at + descriptor.flags);
  if (low === undefined || high === undefined || bytes === undefined || rest === undefined) return undefined;
  return { address: wide(low, high), bytes: bytes >>> 0, flags: rest & 0xffff, next: rest >>> 16 };
}

export const lengthOf = (segments: readonly Segment[]) => segments.reduce((sum, { bytes }) => sum + bytes, 0);

/** `bytes` bytes of the segments from `skip` on; undefined when some are not RAM. */
export function gather(
  dma: Dma, segments: readonly Segment[], { skip, bytes }: { skip: number; bytes: number },
): Uint8Array | undefined {
  const whole = new Uint8Array(bytes);
  const done = eachPiece(segments, { skip, bytes }, (address, length, at) => {
    const part = dma.read(address, length);
    if (part !== undefined) whole.set(part, at);
    return part !== undefined;
  });
  return done ? whole : undefined;
}

/** Writes into the segments from `skip` on; false when some are not RAM. */
export function scatter(dma: Dma, segments: readonly Segment[], skip: number, bytes: Uint8Array): boolean {
  return eachPiece(segments, { skip, bytes: bytes.length }, (address, length, at) =>
    dma.write(address, bytes.subarray(at, at + length)));
}

/** The pieces of memory that a range of the segments covers; stops at the first that `use` refuses. */
function eachPiece(
  segments: readonly Segment[], { skip, bytes }: { skip: number; bytes: number },
  use: (address: number, length: number, at: number) => boolean,
): boolean {
  let at = -skip;
  for (const segment of segments) {
    const from = Math.max(0, -at);
    const to = Math.min(segment.bytes, bytes - at);
    if (from < to && !use(segment.address + from, to - from, at + from)) return false;
    at += segment.bytes;
  }
  return true;
}
