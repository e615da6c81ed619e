/**
 * streamd: is to other hosts, and to this one, what the remote host of src/machine/peers is: echo at port 7, sink at 9,
 * report at 11, source at 19, as streams.ts there tells. Runs until it is killed. The source does not wait between
 * datagrams, whatever it is asked for.
 */
import { htonl, ntohl } from '../../kernel/net/byteorder.ts';
import { AF_INET, INADDR_ANY, MSG_DONTWAIT, SockaddrIn, SOCK_DGRAM } from '../../kernel/net/in.ts';
import { complain } from '../lib/error.ts';
import { bind, poll, PollFd, recvfrom, sendto, set_address, set_receive_buffer, socket } from '../lib/socket.ts';
import {
  account, fill_datagram, is_stream, MOST_CONTENT, PORT_ECHO, PORT_REPORT, PORT_SINK, PORT_SOURCE, QUESTION_STREAM,
  STREAM_HEADER, StreamAccount, StreamDatagram, StreamRequest,
} from '../lib/stream.ts';
import { printf } from '../lib/stdio.ts';

const SERVICES = 4;
const ports: Arr<u16, 4> = [PORT_ECHO, PORT_SINK, PORT_REPORT, PORT_SOURCE];
const ECHO = 0, SINK = 1, REPORT = 2, SOURCE = 3;

/** Streams that the sink tells apart. */
const STREAMS = 8;
const RECEIVE_BUFFER = 262144;
const POLLIN = 1;

let fds!: Arr<Embed<PollFd>, 4>;
let streams!: Arr<Embed<StreamAccount>, 8>;
let used: u32 = 0;
let from!: Embed<SockaddrIn>;
let datagram!: Embed<StreamDatagram>;

export function main(): i32 {
  for (let at: u32 = 0; at < SERVICES; at++) {
    const fd = serve(ports[at]);
    if (fd < 0) return complain('streamd', 'bind', fd);
    fds[at].fd = fd;
    fds[at].events = POLLIN;
  }
  printf('streamd: ready\n');
  for (;;) {
    const ready = poll(ptr(fds[0]), SERVICES, -1);
    if (ready < 0) return complain('streamd', 'poll', ready);
    // The sink before the report, so that an account is of all that came before the question.
    for (let at: u32 = 0; at < SERVICES; at++) if (fds[at].revents !== 0) drain(at);
  }
}

/** A socket at that port; or an error. */
function serve(port: u32): i32 {
  const address = local<SockaddrIn>(), fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return fd;
  set_receive_buffer(fd, RECEIVE_BUFFER);
  set_address(address, INADDR_ANY, port);
  const error = bind(fd, address);
  return error < 0 ? error : fd;
}

/** All that waits at a port. */
function drain(service: u32): void {
  const fd = fds[service].fd;
  for (;;) {
    const got = recvfrom(fd, addr(datagram), sizeof<StreamDatagram>(), MSG_DONTWAIT, from);
    if (got < 0) return;
    switch (service) {
      case ECHO: sendto(fd, addr(datagram), got as u32, 0, from); break;
      case SINK: sink(got as u32); break;
      case REPORT: report(fd, got as u32); break;
      case SOURCE: source(fd, got as u32); break;
    }
  }
}

function sink(length: u32): void {
  if (!is_stream(datagram, length)) return;
  const stream = ntohl(datagram.stream), found = find(stream);
  account(found === null ? begin(stream) : found, datagram, length);
}

function find(stream: u32): StreamAccount | null {
  for (let at: u32 = 0; at < used; at++) if (streams[at].stream === stream) return streams[at];
  return null;
}

/** A new stream; when there are too many, in the place of the first. */
function begin(stream: u32): StreamAccount {
  const entry = streams[used < STREAMS ? used++ : 0];
  entry.stream = stream;
  entry.next = 0;
  entry.good = 0;
  entry.bad = 0;
  entry.missing = 0;
  entry.late = 0;
  return entry;
}

function report(fd: i32, length: u32): void {
  const words = cast<StreamRequest>(datagram).words, stream = ntohl(words[2]), found = find(stream);
  if (length !== 12 || !is_stream(datagram, STREAM_HEADER) || ntohl(words[1]) !== QUESTION_STREAM) return;
  words[3] = htonl(found === null ? 0 : found.next);
  words[4] = htonl(found === null ? 0 : found.good);
  words[5] = htonl(found === null ? 0 : found.bad);
  words[6] = htonl(found === null ? 0 : found.missing);
  words[7] = htonl(found === null ? 0 : found.late);
  sendto(fd, addr(datagram), 32, 0, from);
}

function source(fd: i32, length: u32): void {
  const words = cast<StreamRequest>(datagram).words;
  if (length !== 24 || !is_stream(datagram, length)) return;
  const stream = ntohl(words[1]), first = ntohl(words[2]), count = ntohl(words[3]), asked = ntohl(words[4]);
  const bytes = asked < MOST_CONTENT ? asked : MOST_CONTENT;
  for (let sequence = first; sequence !== first + count; sequence++) {
    const size = fill_datagram(datagram, stream, sequence, bytes);
    if (sendto(fd, addr(datagram), size, 0, from) < 0) return;
  }
}
