/** ICMP: RFC 792, RFC 1122, section 3.2.2; Linux 2.4, net/ipv4/icmp.c. */
import { HZ, jiffies } from '../../arch/time.ts';
import { ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, ENETUNREACH, ENOPROTOOPT, EOPNOTSUPP, EACCES } from '../../errno.ts';
import { SpinLock, spin_lock_bh, spin_lock_init, spin_unlock_bh } from '../../locking/spinlock.ts';
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { memcpy } from '../../../lib/memory.ts';
import { ntohs } from '../byteorder.ts';
import { ip_compute_csum } from '../checksum.ts';
import { IFF_LOOPBACK } from '../if.ts';
import { IPPROTO_ICMP } from '../in.ts';
import { alloc_skb, kfree_skb, PACKET_HOST, skb_put, skb_reserve, type SkBuff } from '../skbuff.ts';
import { inet_addr_type, MULTICAST, RTN_LOCAL, RTN_UNICAST } from './devinet.ts';
import {
  icmp_statistics, InetProtocol, IP_HEADER_LEN, ip_hdr, Iphdr, IP_OFFSET, ip_statistics, IPDEFTTL,
} from './ip.ts';
import { inet_add_protocol, inet_protos } from './ip_input.ts';
import { ip_build_and_send_pkt, LL_RESERVED_SPACE } from './ip_output.ts';
import { raw_err } from './raw.ts';
import { ip_route_output, ip_rt_put, Rtable } from './route.ts';

export const ICMP_ECHOREPLY = 0;
export const ICMP_DEST_UNREACH = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETERPROB = 12;

// Codes of ICMP_DEST_UNREACH.
export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;

/** In network byte order. */
export class Icmphdr {
  type: u8;
  code: u8;
  checksum: u16;
  /** An echo's identifier and sequence number, or what a type says. */
  id: u16;
  sequence: u16;
}

export const ICMP_HEADER_LEN = 8;

/**
 * How much of a packet an error carries: RFC 1122 asks for 8 bytes after the IP header, RFC 1812 for as much as fits.
 */
const MOST_QUOTED = 576 - IP_HEADER_LEN - ICMP_HEADER_LEN;
const LEAST_QUOTED = 8;

/** Errors that may be sent in a row, and jiffies for another one: not by host, as in Linux. */
const XRLIM_BURST = 6;
const XRLIM_TIME = HZ / 6;

/** Protects the tokens. A leaf. */
let xrlim_lock!: Embed<SpinLock>;
let xrlim_tokens: u32 = XRLIM_BURST;
let xrlim_last: u32 = 0;

const icmp_protocol: InetProtocol = { handler: icmp_rcv, err_handler: null, protocol: IPPROTO_ICMP };

export function icmp_init(): void {
  spin_lock_init(xrlim_lock, 'icmp_xrlim');
  inet_add_protocol(icmp_protocol);
}

/** The errno that a code of ICMP_DEST_UNREACH stands for: icmp_err_convert. */
export function icmp_errno(code: u32): u32 {
  switch (code) {
    case ICMP_NET_UNREACH: return ENETUNREACH;
    case ICMP_HOST_UNREACH: return EHOSTUNREACH;
    case ICMP_PROT_UNREACH: return ENOPROTOOPT;
    case ICMP_PORT_UNREACH: return ECONNREFUSED;
    case ICMP_FRAG_NEEDED: return EMSGSIZE;
    case 5: return EOPNOTSUPP;
    case 9: case 10: case 13: return EACCES;
    default: return EHOSTUNREACH;
  }
}

/** Whether it says that trying again is of no use. */
export function icmp_is_fatal(code: u32): bool {
  return code === ICMP_PROT_UNREACH || code === ICMP_PORT_UNREACH || code === 9 || code === 10 || code === 13;
}

/** A packet for protocol 1. @consumes skb */
function icmp_rcv(skb: SkBuff): i32 {
  icmp_statistics.InMsgs++;
  if (skb.len < ICMP_HEADER_LEN || ip_compute_csum(skb.data, skb.len) !== 0) {
    icmp_statistics.InErrors++;
  } else {
    const icmph = cast<Icmphdr>(skb.data);
    if (icmph.type === ICMP_ECHO) icmp_echo(skb);
    else if (icmph.type === ICMP_ECHOREPLY) icmp_statistics.InEchoReps++;
    else if (is_error(icmph.type)) icmp_unreach(skb, icmph);
  }
  kfree_skb(skb);
  return 0;
}

function is_error(type: u32): bool {
  return type === ICMP_DEST_UNREACH || type === ICMP_SOURCE_QUENCH || type === ICMP_TIME_EXCEEDED
    || type === ICMP_PARAMETERPROB || type === ICMP_REDIRECT;
}

/** Answers an echo request to one of our own addresses; those to all are not answered (RFC 1122, 3.2.2.6). */
function icmp_echo(skb: SkBuff): void {
  icmp_statistics.InEchos++;
  if (skb.pkt_type !== PACKET_HOST) return;
  const rt = local<Rtable>(), iph = ip_hdr(skb);
  if (ip_route_output(rt, iph.saddr, iph.daddr) !== 0) {
    ip_statistics.OutNoRoutes++;
    return;
  }
  const reply = icmp_alloc(rt, skb.len);
  if (reply !== null) {
    memcpy(cast(reply.data), cast(skb.data), skb.len);
    cast<Icmphdr>(reply.data).type = ICMP_ECHOREPLY;
    icmp_statistics.OutEchoReps++;
    icmp_push(reply, rt, iph.tos);
  }
  ip_rt_put(rt);
}

/** A message of `length` bytes, to be filled. */
function icmp_alloc(rt: Rtable, length: u32): SkBuff | null {
  const room = LL_RESERVED_SPACE(rt.dev) + IP_HEADER_LEN, skb = alloc_skb(room + length, GFP_ATOMIC);
  if (skb === null) {
    icmp_statistics.OutErrors++;
    return null;
  }
  skb_reserve(skb, room);
  skb_put(skb, length);
  return skb;
}

function icmp_push(skb: SkBuff, rt: Rtable, tos: u32): void {
  const icmph = cast<Icmphdr>(skb.data);
  icmph.checksum = 0;
  icmph.checksum = ip_compute_csum(skb.data, skb.len);
  icmp_statistics.OutMsgs++;
  ip_build_and_send_pkt(skb, rt, IPPROTO_ICMP, tos, IPDEFTTL);
}

/** An error about a packet of ours, which it quotes: tells the protocol and raw sockets. */
function icmp_unreach(skb: SkBuff, icmph: Icmphdr): void {
  const iph = cast<Iphdr>(skb.data + ICMP_HEADER_LEN), quoted = skb.len - ICMP_HEADER_LEN;
  if (icmph.type === ICMP_DEST_UNREACH) icmp_statistics.InDestUnreachs++;
  if (quoted < IP_HEADER_LEN || (iph.version_ihl & 15) < 5 || quoted < (iph.version_ihl & 15) * 4 + LEAST_QUOTED) {
    icmp_statistics.InErrors++;
    return;
  }
  // RFC 1122, section 3.2.2: an error that was not sent to one host alone is none.
  if (skb.pkt_type !== PACKET_HOST) return;
  const info = icmph.code === ICMP_FRAG_NEEDED ? ntohs(icmph.sequence) : 0, ipprot = inet_protos[iph.protocol];
  raw_err(skb, iph, info);
  if (ipprot !== null && ipprot.err_handler !== null) ipprot.err_handler(skb, iph, info);
}

/**
 * Tells the sender of `skb_in`, whose IP header is at its nh, that something is wrong with it. Never about what was not
 * for this host alone, nor about errors: RFC 1122, section 3.2.2. `info` goes into the message's last four bytes.
 */
export function icmp_send(skb_in: SkBuff, type: u32, code: u32, info: u32): void {
  const iph = ip_hdr(skb_in), bytes = skb_in.tail - skb_in.nh;
  if (!may_complain(skb_in, iph)) return;
  const rt = local<Rtable>(), saddr = inet_addr_type(iph.daddr) === RTN_LOCAL ? iph.daddr : 0;
  if (ip_route_output(rt, iph.saddr, saddr) !== 0) return;
  const length = bytes < MOST_QUOTED ? bytes : MOST_QUOTED;
  const skb = icmp_xrlim_allow(rt) ? icmp_alloc(rt, ICMP_HEADER_LEN + length) : null;
  if (skb !== null) {
    const icmph = cast<Icmphdr>(skb.data);
    icmph.type = type;
    icmph.code = code;
    cast<Ptr<u32>>(addr(icmph.id))[0] = info;
    memcpy(cast(skb.data + ICMP_HEADER_LEN), cast(skb_in.nh), length);
    if (type === ICMP_DEST_UNREACH) icmp_statistics.OutDestUnreachs++;
    icmp_push(skb, rt, iph.tos);
  }
  ip_rt_put(rt);
}

function may_complain(skb_in: SkBuff, iph: Iphdr): bool {
  const type = inet_addr_type(iph.saddr);
  if (skb_in.pkt_type !== PACKET_HOST || MULTICAST(iph.daddr)) return false;
  if (ntohs(iph.frag_off) & IP_OFFSET || (type !== RTN_UNICAST && type !== RTN_LOCAL)) return false;
  if (iph.protocol !== IPPROTO_ICMP) return true;
  const inner = cast<Icmphdr>(skb_in.nh + (iph.version_ihl & 15) * 4);
  return addr(inner) < skb_in.tail && !is_error(inner.type);
}

/** A few errors at once, then some a second; as many as you like to oneself. */
function icmp_xrlim_allow(rt: Rtable): bool {
  if (rt.dev.flags & IFF_LOOPBACK) return true;
  spin_lock_bh(xrlim_lock);
  const earned = (jiffies - xrlim_last) / XRLIM_TIME;
  if (earned !== 0) {
    xrlim_tokens = xrlim_tokens + earned > XRLIM_BURST ? XRLIM_BURST : xrlim_tokens + earned;
    xrlim_last = jiffies;
  }
  const allowed = xrlim_tokens !== 0;
  if (allowed) xrlim_tokens--;
  spin_unlock_bh(xrlim_lock);
  return allowed;
}
