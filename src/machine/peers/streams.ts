/**
 * Datagrams with sequence numbers and checked content, for programs that test a network driver. All numbers are
 * big-endian words.
 *
 * A *stream datagram* is: magic 0x6e6f6f6b ("nook"), stream, sequence number from 0, bytes of content, content. Byte i
 * of the content is (stream * 31 + sequence * 7 + i * 13 + (i >> 8) * 101) mod 256.
 *
 * - Port 9, the sink: takes any datagram, and keeps account of streams when they are stream datagrams.
 * - Port 19, the source: a request is magic, stream, first sequence number, count, bytes of content, microseconds from
 *   one to the next. The answer is the stream, from port 19. A request for a stream that is under way replaces it.
 * - Port 11, the report: a request is magic, question, arguments; the answer is the same, with numbers behind.
 *   Question 1, stream: next sequence number, good, bad, missing, late.
 *   Question 2: datagrams discarded, echoed, pings, malformed; frames lost, doubled, overtaken, damaged.
 *   Question 3, loss, duplication, reordering, corruption in millionths: from now on so.
 */
import { Deadlines } from '../devices/moment.ts';
import { peerLimits, sinkWords, sourceWords } from '../words/peers.ts';
import type { View } from '../words/struct.ts';
import type { Address, Endpoint } from './packets.ts';
import { viewOf } from './packets.ts';

export const streamMagic = 0x6e6f_6f6b;
export const ports = { echo: 7, sink: 9, report: 11, source: 19, tftp: 69 } as const;
/** Of the report. */
export const questions = { stream: 1, counters: 2, faults: 3 } as const;
const headerBytes = 16;
const contentBytesMost = 1456;

/** Byte `at` of the content of a stream's datagram. */
export const streamByte = (stream: number, sequence: number, at: number): number =>
  Math.imul(stream, 31) + Math.imul(sequence, 7) + Math.imul(at, 13) + Math.imul(at >>> 8, 101) & 0xff;

/** A stream datagram. */
export function streamDatagram(stream: number, sequence: number, bytes: number): Uint8Array {
  const datagram = new Uint8Array(headerBytes + bytes);
  const view = viewOf(datagram);
  [streamMagic, stream, sequence, bytes].forEach((word, index) => view.setUint32(index * 4, word));
  for (let at = 0; at < bytes; at++) datagram[headerBytes + at] = streamByte(stream, sequence, at);
  return datagram;
}

const contentIsRight = (data: Uint8Array, stream: number, sequence: number): boolean => {
  if (viewOf(data).getUint32(12) !== data.length - headerBytes) return false;
  for (let at = headerBytes; at < data.length; at++) {
    if (data[at] !== streamByte(stream, sequence, at - headerBytes)) return false;
  }
  return true;
};

/** The account of streams that come in. */
export class Sinks {
  readonly #sinks: readonly View<typeof sinkWords['fields']>[];

  /** `at`: the first byte of `peerLimits.sinks` structs. */
  constructor(buffer: ArrayBufferLike, at: number) {
    this.#sinks = Array.from({ length: peerLimits.sinks },
      (_, index) => sinkWords.at(buffer, at + index * sinkWords.size));
  }

  reset(): void {
    for (const sink of this.#sinks) sink.used = 0;
  }

  receive(data: Uint8Array): void {
    if (data.length < headerBytes || viewOf(data).getUint32(0) !== streamMagic) return;
    const stream = viewOf(data).getUint32(4), sequence = viewOf(data).getUint32(8);
    const sink = this.#find(stream) ?? this.#begin(stream);
    if (!contentIsRight(data, stream, sequence)) {
      sink.bad++;
      return;
    }
    sink.good++;
    const ahead = sequence - sink.next | 0;
    if (ahead < 0) sink.late++;
    else {
      sink.missing += ahead;
      sink.next = sequence + 1 | 0;
    }
  }

  /** Next sequence number, good, bad, missing, late. */
  report(stream: number): number[] {
    const sink = this.#find(stream);
    return sink ? [sink.next, sink.good, sink.bad, sink.missing, sink.late] : [0, 0, 0, 0, 0];
  }

  #find(stream: number) {
    return this.#sinks.find((sink) => sink.used && sink.stream === (stream | 0));
  }

  /** A new stream; when there are too many, in the place of the first. */
  #begin(stream: number) {
    const sink = this.#sinks.find(({ used }) => !used) ?? this.#sinks[0]!;
    sink.used = 1;
    sink.stream = stream;
    sink.next = sink.good = sink.bad = sink.missing = sink.late = 0;
    return sink;
  }
}

/** The streams that go out. */
export class Sources {
  readonly #sources: readonly View<typeof sourceWords['fields']>[];
  readonly #due: Deadlines;
  readonly #send: (to: Endpoint, data: Uint8Array, ns: number) => void;

  constructor(buffer: ArrayBufferLike, at: number, send: (to: Endpoint, data: Uint8Array, ns: number) => void) {
    this.#sources = Array.from({ length: peerLimits.sources },
      (_, index) => sourceWords.at(buffer, at + index * sourceWords.size));
    this.#due = new Deadlines(this.#sources.map(({ due }) => due));
    this.#send = send;
  }

  reset(): void {
    this.#due.reset();
  }

  get due(): number {
    return this.#due.earliest;
  }

  tick(now: number): void {
    this.#sources.forEach((source, index) => {
      for (let at = this.#due.at(index); at <= now; at = this.#due.at(index)) {
        this.#send({ mac: unpackMac(source.mac), ip: source.ip >>> 0, port: source.port },
          streamDatagram(source.stream >>> 0, source.next >>> 0, source.bytes), at);
        source.next = source.next + 1 | 0;
        this.#due.set(index, source.next === source.end ? Infinity : at + Math.max(1, source.gapUs >>> 0) * 1000);
      }
    });
  }

  /** A request from `from`, at `ns`. */
  request(data: Uint8Array, from: Endpoint, ns: number): void {
    if (data.length < 24 || viewOf(data).getUint32(0) !== streamMagic) return;
    const [stream, first, count, bytes, gapUs] = [4, 8, 12, 16, 20].map((at) => viewOf(data).getUint32(at)) as
      [number, number, number, number, number];
    const index = this.#due.placeFor((place) => {
      const { stream: own, ip, port } = this.#sources[place]!;
      return own === (stream | 0) && ip === (from.ip | 0) && port === from.port;
    });
    const source = this.#sources[index]!;
    source.stream = stream;
    source.ip = from.ip;
    source.port = from.port;
    packMac(from, source.mac);
    source.next = first;
    source.end = first + count | 0;
    source.bytes = Math.min(bytes, contentBytesMost);
    source.gapUs = gapUs;
    this.#due.set(index, count === 0 ? Infinity : ns);
  }
}

/** A station's address in two words. */
export function packMac({ mac }: Address, into: Int32Array): void {
  into[0] = viewOf(mac).getUint32(0);
  into[1] = viewOf(mac).getUint16(4);
}
export function unpackMac(words: Int32Array): Uint8Array {
  const mac = new Uint8Array(6);
  viewOf(mac).setUint32(0, words[0]!);
  viewOf(mac).setUint16(4, words[1]!);
  return mac;
}
