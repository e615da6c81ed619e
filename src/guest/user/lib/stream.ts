/**
 * Datagrams with sequence numbers and checked content: src/machine/peers/streams.ts says what they and the ports are.
 */
import { htonl, ntohl } from '../../kernel/net/byteorder.ts';
import { recvfrom, sendto } from './socket.ts';

export const PORT_ECHO = 7;
export const PORT_SINK = 9;
export const PORT_REPORT = 11;
export const PORT_SOURCE = 19;

const STREAM_MAGIC = 0x6e6f6f6b;
/** Of the report: how a stream came in. */
export const QUESTION_STREAM = 1;

/** A stream datagram; numbers in network byte order. */
export class StreamDatagram {
  magic: u32;
  stream: u32;
  sequence: u32;
  bytes: u32;
  content: Arr<u8, 2048>;
}

export const STREAM_HEADER = 16;
/** The most bytes of content that a frame of Ethernet holds. */
export const MOST_CONTENT = 1456;

/** A request to the source, and to the report, whose answer has numbers behind it: as many words as there are. */
export class StreamRequest {
  words: Arr<u32, 8>;
}

/** How a stream came in. */
export class StreamAccount {
  stream: u32;
  next: u32;
  good: u32;
  bad: u32;
  missing: u32;
  late: u32;
}

/** Makes the datagram; gives its length. */
export function fill_datagram(datagram: StreamDatagram, stream: u32, sequence: u32, bytes: u32): u32 {
  datagram.magic = htonl(STREAM_MAGIC);
  datagram.stream = htonl(stream);
  datagram.sequence = htonl(sequence);
  datagram.bytes = htonl(bytes);
  let value = stream * 31 + sequence * 7;
  for (let at: u32 = 0; at < bytes; at++) {
    datagram.content[at] = value;
    value += (at & 0xff) === 0xff ? 13 + 101 : 13;
  }
  return STREAM_HEADER + bytes;
}

/** Whether `length` bytes are a datagram of any stream, whatever its content. */
export function is_stream(datagram: StreamDatagram, length: u32): bool {
  return length >= STREAM_HEADER && datagram.magic === htonl(STREAM_MAGIC);
}

/** Whether its length and content are what its numbers say. */
export function content_is_right(datagram: StreamDatagram, length: u32): bool {
  const bytes = length - STREAM_HEADER;
  if (ntohl(datagram.bytes) !== bytes) return false;
  let value = ntohl(datagram.stream) * 31 + ntohl(datagram.sequence) * 7;
  for (let at: u32 = 0; at < bytes; at++) {
    if (datagram.content[at] !== (value & 0xff)) return false;
    value += (at & 0xff) === 0xff ? 13 + 101 : 13;
  }
  return true;
}

/** Counts a datagram of the stream in, as the remote host's sink does. */
export function account(to: StreamAccount, datagram: StreamDatagram, length: u32): void {
  if (!content_is_right(datagram, length)) {
    to.bad++;
    return;
  }
  const sequence = ntohl(datagram.sequence), ahead = (sequence - to.next) as i32;
  to.good++;
  if (ahead < 0) {
    to.late++;
    return;
  }
  to.missing += ahead as u32;
  to.next = sequence + 1;
}

/** Asks the source, by a socket connected to it, for part of a stream: 0 or a negated error. */
export function ask_source(fd: i32, stream: u32, first: u32, count: u32, bytes: u32, gap_us: u32): i32 {
  const request = local<StreamRequest>(), words = request.words;
  words[0] = htonl(STREAM_MAGIC);
  words[1] = htonl(stream);
  words[2] = htonl(first);
  words[3] = htonl(count);
  words[4] = htonl(bytes);
  words[5] = htonl(gap_us);
  const sent = sendto(fd, addr(request), 24, 0, null);
  return sent < 0 ? sent : 0;
}

/**
 * Asks the report, by a socket connected to it, how a stream has come in: 0 or a negated error, -EAGAIN for no answer.
 */
export function ask_account(fd: i32, stream: u32, into: StreamAccount): i32 {
  const request = local<StreamRequest>(), words = request.words;
  words[0] = htonl(STREAM_MAGIC);
  words[1] = htonl(QUESTION_STREAM);
  words[2] = htonl(stream);
  const sent = sendto(fd, addr(request), 12, 0, null);
  if (sent < 0) return sent;
  for (;;) {
    const got = recvfrom(fd, addr(request), sizeof<StreamRequest>(), 0, null);
    if (got < 0) return got;
    // A late answer to an earlier question says less, not something else.
    if (got !== 32 || ntohl(words[2]) !== stream) continue;
    into.stream = stream;
    into.next = ntohl(words[3]);
    into.good = ntohl(words[4]);
    into.bad = ntohl(words[5]);
    into.missing = ntohl(words[6]);
    into.late = ntohl(words[7]);
    return 0;
  }
}
