/**
 * Self-test: a network card that is a tasklet, with a host behind it that answers ARP requests and echoes datagrams.
 * Its ring is short, so its queue is stopped and woken all the time; it can hang; it is taken away while all harts use
 * it.
 */
import { num_online_cpus } from '../arch/cpu.ts';
import { get_cycles, jiffies } from '../arch/time.ts';
import { EAGAIN } from '../errno.ts';
import { local_bh_disable, local_bh_enable } from '../irq/softirq.ts';
import { tasklet_init, tasklet_kill, tasklet_schedule, TaskletStruct } from '../irq/tasklet.ts';
import { Atomic, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { GFP_ATOMIC } from '../mm/page_alloc.ts';
import { htonl, ntohs } from '../net/byteorder.ts';
import { register_netdev, unregister_netdev } from '../net/dev.ts';
import { eth_type_trans } from '../net/eth.ts';
import { ETH_ALEN, ETH_HLEN, ETH_P_ARP, ETH_P_IP, ETH_ZLEN, EthHdr } from '../net/if.ts';
import { IPPROTO_ICMP, SOCK_DGRAM, SOCK_RAW, SockaddrIn } from '../net/in.ts';
import { inet_configure } from '../net/ipv4/devinet.ts';
import { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, Icmphdr } from '../net/ipv4/icmp.ts';
import { IP_HEADER_LEN, Iphdr } from '../net/ipv4/ip.ts';
import { Udphdr } from '../net/ipv4/udp.ts';
import { alloc_etherdev, free_netdev } from '../net/net_init.ts';
import {
  dev_name, NetDevice, netif_queue_stopped, netif_start_queue, netif_stop_queue, netif_wake_queue,
} from '../net/netdevice.ts';
import { netif_rx } from '../net/rx.ts';
import {
  dev_alloc_skb, skb_copy, skb_dequeue, skb_put, skb_queue_head_init, skb_queue_len, skb_queue_purge, skb_queue_tail,
  type SkBuff, SkBuffHead,
} from '../net/skbuff.ts';
import type { Sock } from '../net/sock.ts';
import { sock_release } from '../net/socket.ts';
import { dev_kfree_skb_any } from '../net/xmit.ts';
import { kernel_thread } from '../sched/fork.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { memcmp, memcpy, memset } from '../../lib/memory.ts';
import { expect, run_crew, run_crew_on } from './crew.ts';
import { make_address, open_socket, open_udp, receive, send } from './net_sockets.ts';

/** The card's address, the host's behind it, and one that nobody has: 10.9.0.1 to 10.9.0.3. */
const OWN = 0x0a090001;
const HOST = 0x0a090002;
const NOBODY = 0x0a090003;
const ECHO = 7;
/** Packets that the card takes before it stops its queue. */
const RING = 4;
const LENGTH = 200;
/** Units of 100 ns: many times what another hart needs to take a card away that nothing holds. */
const LINGER = 5000n;

/** The card's driver's own. */
class Card {
  tasklet: Embed<TaskletStruct>;
  ring: Embed<SkBuffHead>;
  open: bool;
  hung: bool;
  slow: bool;
  timeouts: u32;
}

/** Times that the driver was called when it must not be. */
let wrong!: Embed<Atomic>;
let echoes!: Embed<Atomic>;

/** A new card, with its address, open; null for no memory. */
function plug_in(): NetDevice | null {
  const dev = alloc_etherdev(sizeof<Card>());
  if (dev === null) return null;
  const card = cast<Card>(dev.priv);
  tasklet_init(card.tasklet, card_work, addr(dev));
  skb_queue_head_init(card.ring);
  memset(dev.dev_addr, 0x52, ETH_ALEN);
  dev.open = card_open;
  dev.stop = card_stop;
  dev.hard_start_xmit = card_xmit;
  dev.tx_timeout = card_timeout;
  dev.watchdog_timeo = 3;
  if (register_netdev(dev) !== 0 || inet_configure(dev_name(dev), htonl(OWN), htonl(0xffffff00)) !== 0) return null;
  return dev;
}

/** Takes the card away. What uses its memory afterwards finds nothing that it knows. @sleeps */
function pull_out(dev: NetDevice): void {
  unregister_netdev(dev);
  memset(cast(dev.priv), 0x5a, sizeof<Card>());
  memset(dev, 0x5a, sizeof<NetDevice>());
  dev.registered = false;
  free_netdev(dev);
}

function card_open(dev: NetDevice): i32 {
  cast<Card>(dev.priv).open = true;
  netif_start_queue(dev);
  return 0;
}

function card_stop(dev: NetDevice): i32 {
  const card = cast<Card>(dev.priv);
  netif_stop_queue(dev);
  card.open = false;
  tasklet_kill(card.tasklet);
  skb_queue_purge(card.ring);
  return 0;
}

function card_xmit(skb: SkBuff, dev: NetDevice): i32 {
  const card = cast<Card>(dev.priv);
  if (skb_queue_len(card.ring) >= RING) atomic_inc(wrong);
  if (card.slow) linger(card);
  skb_queue_tail(card.ring, skb);
  dev.trans_start = jiffies;
  if (skb_queue_len(card.ring) === RING) netif_stop_queue(dev);
  if (!card.hung) tasklet_schedule(card.tasklet);
  return 0;
}

/** A driver that takes its time: the card must stay open all the while. */
function linger(card: Card): void {
  const end = get_cycles() + LINGER;
  busy = 1;
  while (card.open && get_cycles() < end) smp_mb();
  if (!card.open) atomic_inc(wrong);
}

function card_timeout(dev: NetDevice): void {
  const card = cast<Card>(dev.priv);
  if (!card.open || !netif_queue_stopped(dev)) atomic_inc(wrong);
  card.timeouts++;
  card.hung = false;
  tasklet_schedule(card.tasklet);
}

/** The card sends what it has, and the host answers. */
function card_work(data: usize): void {
  const dev = cast<NetDevice>(data), card = cast<Card>(dev.priv);
  for (let skb = skb_dequeue(card.ring); skb !== null; skb = skb_dequeue(card.ring)) {
    const answer = skb_copy(skb, GFP_ATOMIC);
    dev_kfree_skb_any(skb);
    if (answer === null) continue;
    if (make_answer(answer)) {
      answer.protocol = eth_type_trans(answer, dev);
      netif_rx(answer);
    } else dev_kfree_skb_any(answer);
  }
  if (card.open) netif_wake_queue(dev);
}

/** Turns what was sent into what the host answers; false if it says nothing. */
function make_answer(skb: SkBuff): bool {
  const eth = cast<EthHdr>(skb.data), body = skb.data + ETH_HLEN, type = ntohs(eth.h_proto);
  const answered = type === ETH_P_ARP ? answer_arp(body) : type === ETH_P_IP && echo_udp(body);
  memcpy(eth.h_dest, eth.h_source, ETH_ALEN);
  memset(eth.h_source, 0x66, ETH_ALEN);
  return answered;
}

/** A request for the host's address becomes the answer: RFC 826. Operation at 6, addresses at 8, 14, 18, 24. */
function answer_arp(arp: usize): bool {
  const address = local<Arr<u32, 1>>(), bytes = cast<Ptr<u8>>(arp);
  address[0] = htonl(HOST);
  if (bytes[7] !== 1 || memcmp(cast(arp + 24), address, 4) !== 0) return false;
  bytes[7] = 2;
  memcpy(cast(arp + 18), cast(arp + 8), 10);
  memset(cast(arp + 8), 0x66, ETH_ALEN);
  memcpy(cast(arp + 14), address, 4);
  return true;
}

/** Source and destination change places, which changes no checksum. */
function echo_udp(packet: usize): bool {
  const iph = cast<Iphdr>(packet), uh = cast<Udphdr>(packet + IP_HEADER_LEN);
  if (iph.daddr !== htonl(HOST)) return false;
  const saddr = iph.saddr, source = uh.source;
  iph.saddr = iph.daddr;
  iph.daddr = saddr;
  uh.source = uh.dest;
  uh.dest = source;
  return true;
}

export function test_card(): i32 {
  atomic_set(wrong, 0);
  let failed = test_hung() + test_busy(hold_backlog) + test_busy(hold_driver);
  for (let n: u32 = 0; n < 2; n++) failed += test_pulled_out();
  const times = atomic_read(wrong) as u32;
  return failed + expect(times === 0, 'a driver was called when it must not be', times);
}

/** The card hangs with its queue stopped: the watchdog tells the driver, and nothing is lost. */
function test_hung(): i32 {
  const dev = plug_in(), bytes = local<Arr<u32, 4>>();
  if (dev === null) return expect(false, 'no card', 0);
  const sock = open_udp(SOCK_DGRAM, OWN, 0, HOST, ECHO), card = cast<Card>(dev.priv);
  if (sock === null) return expect(false, 'no socket', 0);
  send(sock, addr(bytes), 16, null);
  let failed = expect(receive(sock, addr(bytes), 16) === 16, 'no echo from the card', 0);
  card.hung = true;
  for (let n: u32 = 0; n < 3 * RING; n++) send(sock, addr(bytes), 16, null);
  failed += expect(netif_queue_stopped(dev) && skb_queue_len(dev.queue) === 2 * RING, 'packets that wait for a card',
    skb_queue_len(dev.queue));
  let came: u32 = 0;
  while (came < 3 * RING && receive(sock, addr(bytes), 16) === 16) came++;
  failed += expect(came === 3 * RING, 'echoes after the watchdog', came)
    + expect(card.timeouts === 1, 'calls of the watchdog', card.timeouts);
  sock_release(sock);
  pull_out(dev);
  return failed;
}

let pulled!: Embed<Completion>;
let victim: NetDevice | null = null;

/** The card goes while all harts talk through it: they are told, and everything comes back. */
function test_pulled_out(): i32 {
  victim = plug_in();
  if (victim === null) return expect(false, 'no card', 0);
  init_completion(pulled);
  atomic_set(echoes, 0);
  if (kernel_thread(pull_out_later, 0, 'selftest') === null) return expect(false, 'no memory', 0);
  const failed = run_crew(2, talk);
  wait_for_completion(pulled);
  return failed + expect(atomic_read(echoes) > 0, 'no echo before the card was gone', 0);
}

function pull_out_later(_: usize): i32 {
  // As soon as it is certain that all are talking, and then at any moment.
  while (atomic_read(echoes) < 20) sleep(1);
  if (victim !== null) pull_out(victim);
  victim = null;
  complete(pulled);
  return 0;
}

function sleep(ticks: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(ticks);
}

/** Datagrams to the host and back, until it cannot be reached any more. */
function talk(member: usize): i32 {
  const sock = open_socket(SOCK_DGRAM, 0), words = local<Arr<u32, 50>>(), to = local<SockaddrIn>();
  const index = member as u32;
  if (sock === null) return expect(false, 'no socket', index);
  make_address(to, HOST, ECHO);
  cast<Sock>(sock.sk).rcvtimeo = 3;
  let failed: i32 = 0;
  for (let round: u32 = 0; failed === 0; round++) {
    for (let at: u32 = 0; at < LENGTH / 4; at++) words[at] = (index << 24) + (round << 8) + at;
    if (send(sock, addr(words), LENGTH, to) < 0) break;
    memset(words, 0, LENGTH);
    const got = receive(sock, addr(words), LENGTH);
    // Lost with the card.
    if (got === -EAGAIN) continue;
    failed += expect(got === LENGTH, 'an echo is', got as u32);
    for (let at: u32 = 0; at < LENGTH / 4; at++) {
      if (words[at] !== (index << 24) + (round << 8) + at) failed += expect(false, 'an echo came with wrong bytes', at);
    }
    atomic_inc(echoes);
  }
  sock_release(sock);
  return failed;
}

/** Hart 1 has come to where the card must stay, and the card has gone all the same. */
let busy: Volatile<u32> = 0;
let gone: Volatile<u32> = 0;

/** The card is taken away while another hart is in its driver, or has a packet of its own waiting. */
function test_busy(work: (index: usize) => i32): i32 {
  if (num_online_cpus() === 1) return 0;
  victim = plug_in();
  busy = 0;
  gone = 0;
  return victim === null ? expect(false, 'no card', 0) : run_crew_on(3, 1, work);
}

function pull_out_busy(): i32 {
  while (busy === 0) yield_();
  pull_out(cast<NetDevice>(victim));
  gone = 1;
  return 0;
}

/** A packet that came by the card waits on a hart that does not come to look at it. */
function hold_backlog(index: usize): i32 {
  if (index === 0) return pull_out_busy();
  const skb = dev_alloc_skb(ETH_ZLEN);
  if (skb === null) return expect(false, 'no memory', 0);
  memset(cast(skb_put(skb, ETH_ZLEN)), 0, ETH_ZLEN);
  skb.protocol = eth_type_trans(skb, cast<NetDevice>(victim));
  local_bh_disable();
  netif_rx(skb);
  busy = 1;
  const end = get_cycles() + LINGER;
  while (gone === 0 && get_cycles() < end) smp_mb();
  const early = gone;
  local_bh_enable();
  return expect(early === 0, 'a card went before its packet', early);
}

/** The driver is busy sending: linger looks whether the card is closed meanwhile. */
function hold_driver(index: usize): i32 {
  if (index === 0) return pull_out_busy();
  const sock = open_socket(SOCK_DGRAM, 0), to = local<SockaddrIn>();
  if (sock === null) return expect(false, 'no socket', 0);
  cast<Card>(cast<NetDevice>(victim).priv).slow = true;
  make_address(to, HOST, ECHO);
  const sent = send(sock, addr(to), 16, to);
  sock_release(sock);
  return expect(sent === 16, 'a datagram was not sent', -sent as u32);
}

/** Nobody answers for an address: after three questions, a second apart, the sender is told. */
export function test_unanswered(): i32 {
  const dev = plug_in(), sock = open_socket(SOCK_RAW, IPPROTO_ICMP), to = local<SockaddrIn>();
  const packet = local<Arr<u32, 32>>();
  if (dev === null || sock === null) return expect(false, 'no card', 0);
  cast<Sock>(sock.sk).rcvtimeo = 500;
  make_address(to, NOBODY, 0);
  memset(packet, 0, 16);
  const start = jiffies;
  send(sock, addr(packet), 16, to);
  const got = receive(sock, addr(packet), 128), waited = jiffies - start;
  const icmph = cast<Icmphdr>(addr(packet) + IP_HEADER_LEN);
  const told = got > IP_HEADER_LEN && icmph.type === ICMP_DEST_UNREACH && icmph.code === ICMP_HOST_UNREACH;
  sock_release(sock);
  pull_out(dev);
  return expect(told, 'no word of a host that is not there', got as u32)
    + expect(waited >= 295 && waited < 320, 'jiffies until that', waited);
}
