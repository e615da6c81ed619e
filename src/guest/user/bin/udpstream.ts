/**
 * udpstream send|receive|echo host count bytes [window]: datagrams of checked content to a host's sink, from its
 * source, or there and back, by the ports that src/machine/peers/streams.ts tells of. At most `window` of them are on
 * their way at a time (32; echo: 1), for there is nothing else to keep a sender from being too fast; 0: all at once.
 *
 * Status 0 if all came as they should, once and in order; 1 if not; 2 for a mistake.
 */
import { EAGAIN } from '../../kernel/errno.ts';
import { ntohl } from '../../kernel/net/byteorder.ts';
import { strcmp } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { parse_address } from '../lib/inet.ts';
import { parse_number } from '../lib/number.ts';
import { recvfrom, sendto, set_receive_buffer, udp_to } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import {
  account, ask_account, ask_source, fill_datagram, is_stream, MOST_CONTENT, PORT_ECHO, PORT_REPORT, PORT_SINK,
  PORT_SOURCE, StreamAccount, StreamDatagram,
} from '../lib/stream.ts';
import { microseconds } from '../lib/time.ts';
import { getpid } from '../lib/unistd.ts';

const WINDOW = 32;
const ECHO_WINDOW = 1;
/** How long nothing has to come before it counts as lost. */
const TIMEOUT_MS = 500;
/** How often a question is put that nobody answers. */
const TRIES = 5;
const RECEIVE_BUFFER = 262144;

/** What was asked for. */
class Task {
  ip: u32;
  count: u32;
  bytes: u32;
  window: u32;
  stream: u32;
  start: u32;
}

let task!: Embed<Task>;
let result!: Embed<StreamAccount>;
let datagram!: Embed<StreamDatagram>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 5 || argc > 6 || !read_arguments(argc, argv)) {
    return usage('udpstream send|receive|echo address count bytes [window]');
  }
  const what = argv[1], echo = strcmp(what, 'echo') === 0;
  if (argc < 6) task.window = echo ? ECHO_WINDOW : WINDOW;
  if (task.window === 0) task.window = task.count;
  // Two runs are two streams.
  task.stream = (getpid() as u32) << 20 ^ microseconds();
  result.stream = task.stream;
  task.start = microseconds();
  let error: i32 = 0;
  if (strcmp(what, 'send') === 0) error = send_all();
  else if (strcmp(what, 'receive') === 0) error = receive_all();
  else if (echo) error = echo_all();
  else return usage('udpstream send|receive|echo address count bytes [window]');
  if (error < 0) return complain('udpstream', what, error);
  return report(what);
}

function read_arguments(argc: u32, argv: Ptr<cstr>): bool {
  return parse_address(argv[2], ptr(task.ip)) && parse_number(argv[3], ptr(task.count)) && task.count !== 0
    && parse_number(argv[4], ptr(task.bytes)) && task.bytes <= MOST_CONTENT
    && (argc < 6 || parse_number(argv[5], ptr(task.window)));
}

/** Says how it went; gives the exit status. */
function report(what: cstr): i32 {
  const time = microseconds() - task.start, missing: u32 = result.good < task.count ? task.count - result.good : 0;
  printf('udpstream %s: %u of %u datagrams, %u bytes each, %u bad, %u missing, %u late, %u us\n', what, result.good,
    task.count, task.bytes, result.bad, missing, result.late, time);
  return result.good === task.count && result.bad === 0 && result.missing === 0 && result.late === 0 ? 0 : 1;
}

/** A line at each tenth of a long way. */
function progress(before: u32, now: u32): void {
  if (task.count < 100) return;
  const tenth = task.count / 10;
  if (before / tenth !== now / tenth && now < task.count) printf('%u of %u\n', now, task.count);
}

/** To the sink, which is asked after each window how far it has come. */
function send_all(): i32 {
  const sink = udp_to(task.ip, PORT_SINK, TIMEOUT_MS), questions = udp_to(task.ip, PORT_REPORT, TIMEOUT_MS);
  if (sink < 0 || questions < 0) return sink < 0 ? sink : questions;
  for (let sent: u32 = 0; sent < task.count;) {
    const end = task.count - sent > task.window ? sent + task.window : task.count;
    for (let sequence = sent; sequence < end; sequence++) {
      const length = fill_datagram(datagram, task.stream, sequence, task.bytes);
      const error = sendto(sink, addr(datagram), length, 0, null);
      if (error < 0) return error;
    }
    const error = wait_for_sink(questions, end);
    if (error < 0) return error;
    progress(sent, end);
    sent = end;
  }
  return 0;
}

/** Until the sink has all up to `end`, or has got nothing between two questions. */
function wait_for_sink(questions: i32, end: u32): i32 {
  let silent: u32 = 0;
  for (;;) {
    const before = result.good + result.bad, error = ask_account(questions, task.stream, result);
    if (error === -EAGAIN && ++silent < TRIES) continue;
    if (error < 0) return error;
    if (result.next >= end || (result.good + result.bad === before && ++silent >= TRIES)) return 0;
  }
}

/** From the source, which is asked for a window at a time. */
function receive_all(): i32 {
  const source = udp_to(task.ip, PORT_SOURCE, TIMEOUT_MS);
  if (source < 0) return source;
  set_receive_buffer(source, RECEIVE_BUFFER);
  for (let first: u32 = 0; first < task.count;) {
    const end = task.count - first > task.window ? first + task.window : task.count;
    const error = ask_source(source, task.stream, first, end - first, task.bytes, 0);
    if (error < 0) return error;
    const received = receive_window(source, end);
    if (received < 0) return received;
    // Lost ones at a window's end are seen by their time alone.
    result.missing += end - result.next;
    result.next = end;
    progress(first, end);
    first = end;
  }
  return 0;
}

function receive_window(source: i32, end: u32): i32 {
  while (result.next < end) {
    const got = recvfrom(source, addr(datagram), sizeof<StreamDatagram>(), 0, null);
    if (got === -EAGAIN) return 0;
    if (got < 0) return got;
    if (is_ours(got as u32)) account(result, datagram, got as u32);
  }
  return 0;
}

/** Whether what has come belongs to this run. */
function is_ours(length: u32): bool {
  return is_stream(datagram, length) && ntohl(datagram.stream) === task.stream;
}

/** To the echo port and back. */
function echo_all(): i32 {
  const fd = udp_to(task.ip, PORT_ECHO, TIMEOUT_MS);
  if (fd < 0) return fd;
  set_receive_buffer(fd, RECEIVE_BUFFER);
  for (let sent: u32 = 0; sent < task.count;) {
    const end = task.count - sent > task.window ? sent + task.window : task.count;
    for (let sequence = sent; sequence < end; sequence++) {
      const length = fill_datagram(datagram, task.stream, sequence, task.bytes);
      const error = sendto(fd, addr(datagram), length, 0, null);
      if (error < 0) return error;
    }
    const received = receive_window(fd, end);
    if (received < 0) return received;
    result.missing += end - result.next;
    result.next = end;
    progress(sent, end);
    sent = end;
  }
  return 0;
}
