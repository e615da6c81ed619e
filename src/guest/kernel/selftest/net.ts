/**
 * Self-test: the network. Datagrams and echoes through sockets of threads on all harts, errors, limits, and a card with
 * a host behind it (net_card.ts) that goes while all use it; in the end no packet, socket, object or page is missing.
 */
import { num_online_cpus } from '../arch/cpu.ts';
import { EADDRINUSE, EAGAIN, ECONNREFUSED, EMSGSIZE, ENETUNREACH } from '../errno.ts';
import { atomic_read } from '../locking/atomic.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL, nr_free_pages } from '../mm/page_alloc.ts';
import { kmem_cache_reap, slab_active_objects } from '../mm/slab.ts';
import { htonl, htons, ntohs } from '../net/byteorder.ts';
import { ip_compute_csum } from '../net/checksum.ts';
import { INADDR_LOOPBACK, IPPROTO_ICMP, SHUT_RDWR, SOCK_DGRAM, SOCK_RAW, SockaddrIn } from '../net/in.ts';
import { ICMP_ECHO, ICMP_ECHOREPLY, Icmphdr, ICMP_HEADER_LEN } from '../net/ipv4/icmp.ts';
import { inet_configure } from '../net/ipv4/devinet.ts';
import { IP_HEADER_LEN } from '../net/ipv4/ip.ts';
import type { Socket } from '../net/net.ts';
import { skb_count } from '../net/skbuff.ts';
import { sk_count, type Sock } from '../net/sock.ts';
import { sock_release } from '../net/socket.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { kernel_thread } from '../sched/fork.ts';
import { schedule_timeout, set_current_state } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';
import { all_came_back } from './mm.ts';
import { test_card, test_unanswered } from './net_card.ts';
import { make_address, open_socket, open_udp, receive, send } from './net_sockets.ts';

const EACH = 2;
const ROUNDS = 40;
const PINGS = 8;
/** The longest datagram of the ring. */
const LARGEST = 3000;
/** Of the ring's sockets, the first. */
const PORT = 5000;

export function selftest_net(): i32 {
  let failed = expect(inet_configure('lo', htonl(INADDR_LOOPBACK), htonl(0xff000000)) === 0, 'no loopback', 0);
  // Caches and tables grow the first time.
  failed += pass() + test_unanswered();
  kmem_cache_reap();
  const free = nr_free_pages(), objects = slab_active_objects(), packets = skb_count(), sockets = sk_count();
  failed += pass() + all_came_back(free, objects);
  return failed + expect(skb_count() === packets, 'packets lost', skb_count() - packets)
    + expect(sk_count() === sockets, 'sockets lost', sk_count() - sockets);
}

function pass(): i32 {
  return test_ring() + run_crew(EACH, ping_often) + test_errors() + test_limits() + test_shutdown() + test_card();
}

let ring!: Arr<Socket | null, 16>;
let members: u32 = 0;

/** Each thread sends to the next one and receives from the one before, in turns, all lengths, all bytes checked. */
function test_ring(): i32 {
  let failed: i32 = 0;
  members = EACH * num_online_cpus();
  for (let n: u32 = 0; n < members; n++) {
    ring[n] = open_udp(SOCK_DGRAM, INADDR_LOOPBACK, PORT + n, INADDR_LOOPBACK, 0);
    failed += expect(ring[n] !== null, 'no socket', n);
  }
  if (failed === 0) failed += run_crew(EACH, pass_round);
  for (let n: u32 = 0; n < members; n++) close(ring[n]);
  return failed;
}

function close(sock: Socket | null): void {
  if (sock !== null) sock_release(sock);
}

function pass_round(member: usize): i32 {
  const index = member as u32;
  const buffer = kmalloc(LARGEST, GFP_KERNEL), to = local<SockaddrIn>(), sock = ring[index];
  if (buffer === 0 || sock === null) return expect(false, 'no memory', 0);
  const before = index === 0 ? members - 1 : index - 1;
  make_address(to, INADDR_LOOPBACK, PORT + (index + 1) % members);
  let failed: i32 = 0;
  for (let round: u32 = 0; round < ROUNDS && failed === 0; round++) {
    const length = length_of(index, round), expected = length_of(before, round);
    fill(buffer, length, index * 31 + round);
    failed += expect(send(sock, buffer, length, to) === (length as i32), 'a datagram was not sent', length);
    const got = receive(sock, buffer, LARGEST);
    failed += expect(got === (expected as i32), 'a datagram was lost', got as u32)
      + expect(is_filled(buffer, expected, before * 31 + round), 'a datagram came with wrong bytes', round);
  }
  kfree(buffer);
  return failed;
}

function length_of(index: u32, round: u32): u32 {
  return (index * 517 + round * 389) % LARGEST;
}

function fill(buffer: usize, length: u32, seed: u32): void {
  const bytes = cast<Ptr<u8>>(buffer);
  for (let at: u32 = 0; at < length; at++) bytes[at] = at * 7 + seed;
}

function is_filled(buffer: usize, length: u32, seed: u32): bool {
  const bytes = cast<Ptr<u8>>(buffer);
  for (let at: u32 = 0; at < length; at++) if (bytes[at] !== ((at * 7 + seed) & 0xff)) return false;
  return true;
}

/** Echo requests to ourselves by a raw socket, which also gets everyone else's answers. */
function ping_often(member: usize): i32 {
  const index = member as u32;
  const sock = open_socket(SOCK_RAW, IPPROTO_ICMP), to = local<SockaddrIn>(), packet = local<Arr<u32, 32>>();
  if (sock === null) return expect(false, 'no raw socket', 0);
  cast<Sock>(sock.sk).icmp_filter = ~(1 << ICMP_ECHOREPLY);
  make_address(to, INADDR_LOOPBACK, 0);
  let failed: i32 = 0;
  for (let n: u32 = 0; n < PINGS && failed === 0; n++) {
    const icmph = cast<Icmphdr>(packet), length = ICMP_HEADER_LEN + n;
    icmph.type = ICMP_ECHO;
    icmph.code = 0;
    icmph.id = index;
    icmph.sequence = htons(n);
    fill(addr(packet) + ICMP_HEADER_LEN, n, index);
    icmph.checksum = 0;
    icmph.checksum = ip_compute_csum(addr(packet), length);
    failed += expect(send(sock, addr(packet), length, to) === (length as i32), 'a ping was not sent', n);
    failed += await_echo(sock, addr(packet), index, n);
  }
  sock_release(sock);
  return failed;
}

function await_echo(sock: Socket, packet: usize, index: u32, n: u32): i32 {
  const icmph = cast<Icmphdr>(packet + IP_HEADER_LEN), length = IP_HEADER_LEN + ICMP_HEADER_LEN + n;
  for (;;) {
    const got = receive(sock, packet, 128);
    if (got < 0) return expect(false, 'a ping was not answered', -got as u32);
    if (icmph.id !== index || ntohs(icmph.sequence) !== n) continue;
    const data = packet + IP_HEADER_LEN + ICMP_HEADER_LEN;
    return expect(got === (length as i32) && icmph.type === ICMP_ECHOREPLY, 'an echo is', got as u32)
      + expect(ip_compute_csum(packet + IP_HEADER_LEN, ICMP_HEADER_LEN + n) === 0 && is_filled(data, n, index),
        'an echo came with wrong bytes', n);
  }
}

/** What must not work says why. */
function test_errors(): i32 {
  const byte = local<Arr<u32, 1>>(), to = local<SockaddrIn>();
  const first = open_udp(SOCK_DGRAM, INADDR_LOOPBACK, PORT, INADDR_LOOPBACK, PORT + 1);
  const free = open_socket(SOCK_DGRAM, 0);
  if (first === null || free === null) return expect(false, 'no socket', 0);
  make_address(to, INADDR_LOOPBACK, PORT);
  const bind = free.ops.bind;
  const taken = bind === null ? 0 : bind(free, addr(to), sizeof<SockaddrIn>());
  let failed = expect(taken === -EADDRINUSE, 'a port was given twice', -taken as u32);
  // Nobody is at the peer's port: the first send is answered by an error, the next call tells.
  send(first, addr(byte), 4, null);
  const refused = receive(first, addr(byte), 4);
  failed += expect(refused === -ECONNREFUSED, 'a closed port', -refused as u32);
  make_address(to, 0x0a636363, 9);
  const unreachable = send(free, addr(byte), 4, to);
  failed += expect(unreachable === -ENETUNREACH, 'an unknown network', -unreachable as u32);
  make_address(to, INADDR_LOOPBACK, 9);
  const long = send(free, addr(byte), 20000, to);
  failed += expect(long === -EMSGSIZE, 'a datagram larger than the interface takes', -long as u32);
  cast<Sock>(free.sk).rcvtimeo = 2;
  const late = receive(free, addr(byte), 4);
  failed += expect(late === -EAGAIN, 'waiting for nothing', -late as u32);
  sock_release(first);
  sock_release(free);
  return failed;
}

/** A receive queue takes what rcvbuf allows; what came when it was full is counted. */
function test_limits(): i32 {
  const sink = open_udp(SOCK_DGRAM, INADDR_LOOPBACK, PORT, INADDR_LOOPBACK, 0);
  const source = open_udp(SOCK_DGRAM, INADDR_LOOPBACK, 0, INADDR_LOOPBACK, PORT);
  const buffer = kmalloc(1000, GFP_KERNEL);
  if (sink === null || source === null || buffer === 0) return expect(false, 'no memory', 0);
  const sk = cast<Sock>(sink.sk);
  sk.rcvbuf = 10000;
  sk.rcvtimeo = 2;
  let got: u32 = 0, failed: i32 = 0;
  for (let n: u32 = 0; n < 50; n++) send(source, buffer, 1000, null);
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(2);
  failed += expect((atomic_read(sk.rmem_alloc) as u32) < sk.rcvbuf, 'more waits than rcvbuf allows', sk.rcvbuf);
  while (receive(sink, buffer, 1000) === 1000) got++;
  const dropped = atomic_read(sk.drops) as u32;
  failed += expect(got > 3 && got < 10 && got + dropped === 50, 'a full queue took', got)
    + expect(atomic_read(sk.rmem_alloc) === 0, 'bytes of no packet', atomic_read(sk.rmem_alloc) as u32);
  kfree(buffer);
  sock_release(sink);
  sock_release(source);
  return failed;
}

let reader!: Embed<Completion>;
let read: i32 = 0;

/** A reader without a time-out is woken by shutdown. */
function test_shutdown(): i32 {
  const sock = open_udp(SOCK_DGRAM, INADDR_LOOPBACK, PORT, INADDR_LOOPBACK, PORT + 1);
  if (sock === null) return expect(false, 'no socket', 0);
  cast<Sock>(sock.sk).rcvtimeo = 0x7fffffff;
  init_completion(reader);
  read = -1;
  if (kernel_thread(read_on, addr(sock), 'selftest') === null) return expect(false, 'no memory', 0);
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(2);
  const shutdown = sock.ops.shutdown;
  if (shutdown !== null) shutdown(sock, SHUT_RDWR);
  wait_for_completion(reader);
  sock_release(sock);
  return expect(read === 0, 'a reader after shutdown got', -read as u32);
}

function read_on(sock: usize): i32 {
  const byte = local<Arr<u32, 1>>();
  read = receive(cast<Socket>(sock), addr(byte), 4);
  complete(reader);
  return 0;
}
