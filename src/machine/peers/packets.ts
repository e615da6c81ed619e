/** IPv4 (RFC 791), UDP (RFC 768) and ARP (RFC 826) packets: taken apart, and put together in Ethernet frames. */
import { ethernet, etherType, sum16 } from './ethernet.ts';

export const protocol = { ICMP: 1, TCP: 6, UDP: 17 } as const;
const ipHeaderBytes = 20;
const udpHeaderBytes = 8;
const arpBytes = 28;

/** Somebody on the wire. */
export interface Address {
  readonly mac: Uint8Array;
  readonly ip: number;
}
/** A program of somebody's. */
export interface Endpoint extends Address { readonly port: number }

/** An IPv4 datagram that has come in whole and with a right checksum. */
export interface Datagram {
  readonly from: Address;
  readonly to: number;
  readonly protocol: number;
  /** From the IP header on, without padding. */
  readonly packet: Uint8Array;
  readonly payload: Uint8Array;
}

/** Undefined when the frame holds no such datagram: wrong length or checksum, or a fragment. */
export function parseIpv4(frame: Uint8Array): Datagram | undefined {
  const packet = frame.subarray(ethernet.headerBytes);
  if (packet.length < ipHeaderBytes || packet[0]! >>> 4 !== 4) return undefined;
  const view = viewOf(packet);
  const headerBytes = (packet[0]! & 15) * 4, bytes = view.getUint16(2);
  if (headerBytes < ipHeaderBytes || bytes < headerBytes || bytes > packet.length) return undefined;
  const isFragment = (view.getUint16(6) & 0x3fff) !== 0;
  if (isFragment || sum16(packet.subarray(0, headerBytes)) !== 0xffff) return undefined;
  return {
    from: { mac: frame.slice(ethernet.source, ethernet.source + 6), ip: view.getUint32(12) }, to: view.getUint32(16),
    protocol: packet[9]!, packet: packet.subarray(0, bytes), payload: packet.subarray(headerBytes, bytes),
  };
}

/** The ports and data of a UDP datagram; undefined when length or checksum is wrong. */
export function parseUdp({ from, to, payload }: Datagram):
{ readonly fromPort: number; readonly toPort: number; readonly data: Uint8Array } | undefined {
  if (payload.length < udpHeaderBytes) return undefined;
  const view = viewOf(payload), bytes = view.getUint16(4);
  if (bytes < udpHeaderBytes || bytes > payload.length) return undefined;
  const whole = payload.subarray(0, bytes);
  const hasChecksum = view.getUint16(6) !== 0;
  if (hasChecksum && sum16(whole, pseudoHeaderSum(from.ip, to, protocol.UDP, bytes)) !== 0xffff) return undefined;
  return { fromPort: view.getUint16(0), toPort: view.getUint16(2), data: whole.subarray(udpHeaderBytes) };
}

/** A frame with an IPv4 datagram. */
export function ipv4Frame(
  from: Address, to: Address, { protocol: kind, identification }: { protocol: number; identification: number },
  payload: Uint8Array,
): Uint8Array {
  const frame = new Uint8Array(Math.max(ethernet.leastBytes, ethernet.headerBytes + ipHeaderBytes + payload.length));
  putEthernet(frame, from.mac, to.mac, etherType.IPv4);
  const view = viewOf(frame.subarray(ethernet.headerBytes));
  view.setUint16(0, 0x4500);
  view.setUint16(2, ipHeaderBytes + payload.length);
  view.setUint16(4, identification);
  view.setUint8(8, 64);
  view.setUint8(9, kind);
  view.setUint32(12, from.ip);
  view.setUint32(16, to.ip);
  const header = frame.subarray(ethernet.headerBytes, ethernet.headerBytes + ipHeaderBytes);
  view.setUint16(10, ~sum16(header) & 0xffff);
  frame.set(payload, ethernet.headerBytes + ipHeaderBytes);
  return frame;
}

/** The payload of an IPv4 datagram: UDP header and data, with a checksum. */
export function udpPayload(from: Endpoint, to: Endpoint, data: Uint8Array): Uint8Array {
  const payload = new Uint8Array(udpHeaderBytes + data.length);
  const view = viewOf(payload);
  view.setUint16(0, from.port);
  view.setUint16(2, to.port);
  view.setUint16(4, payload.length);
  payload.set(data, udpHeaderBytes);
  const sum = sum16(payload, pseudoHeaderSum(from.ip, to.ip, protocol.UDP, payload.length));
  // All zeros would mean that there is none.
  view.setUint16(6, ~sum & 0xffff || 0xffff);
  return payload;
}

/** The reply to a frame with an ARP request for `me`; undefined when it is none. */
export function arpReply(frame: Uint8Array, me: Address): Uint8Array | undefined {
  const packet = frame.subarray(ethernet.headerBytes);
  if (packet.length < arpBytes) return undefined;
  const view = viewOf(packet);
  const isRequest = view.getUint32(0) === 0x0001_0800 && view.getUint32(4) === 0x0604_0001;
  if (!isRequest || view.getUint32(24) !== me.ip) return undefined;
  const reply = new Uint8Array(ethernet.leastBytes);
  putEthernet(reply, me.mac, packet.subarray(8, 14), etherType.ARP);
  const answer = viewOf(reply.subarray(ethernet.headerBytes));
  answer.setUint32(0, 0x0001_0800);
  answer.setUint32(4, 0x0604_0002);
  reply.set(me.mac, ethernet.headerBytes + 8);
  answer.setUint32(14, me.ip);
  reply.set(packet.subarray(8, 18), ethernet.headerBytes + 18);
  return reply;
}

export const typeOf = (frame: Uint8Array): number => frame[ethernet.type]! << 8 | frame[ethernet.type + 1]!;

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function putEthernet(frame: Uint8Array, source: Uint8Array, destination: Uint8Array, type: number): void {
  frame.set(destination, ethernet.destination);
  frame.set(source, ethernet.source);
  frame[ethernet.type] = type >>> 8;
  frame[ethernet.type + 1] = type & 0xff;
}

const pseudoHeaderSum = (from: number, to: number, kind: number, bytes: number): number =>
  (from >>> 16) + (from & 0xffff) + (to >>> 16) + (to & 0xffff) + kind + bytes;
