/** UDP: RFC 768; Linux 2.4, net/ipv4/udp.c. */
import { copy_from_user, put_user } from '../../arch/uaccess.ts';
import { EACCES, EAFNOSUPPORT, EFAULT, EINVAL, EMSGSIZE, ENOTCONN, EOPNOTSUPP, ENOTTY } from '../../errno.ts';
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { memset } from '../../../lib/memory.ts';
import { htons, ntohs } from '../byteorder.ts';
import { csum_partial, csum_tcpudp_magic } from '../checksum.ts';
import { skb_copy_datagram, skb_recv_datagram, sock_alloc_send_skb } from '../datagram.ts';
import { AF_INET, AF_UNSPEC, IPPROTO_UDP, MSG_DONTWAIT, MSG_PEEK, MSG_TRUNC, SockaddrIn } from '../in.ts';
import type { Msghdr } from '../net.ts';
import {
  CHECKSUM_HW, CHECKSUM_UNNECESSARY, kfree_skb, PACKET_HOST, skb_copy, skb_push, skb_put, skb_reserve, skb_trim,
  type SkBuff,
} from '../skbuff.ts';
import { Proto, type Sock, sock_put, sock_queue_rcv_skb, TCP_ESTABLISHED } from '../sock.ts';
import { inet_autobind, inet_sock_release, ip4_datagram_connect, ip4_datagram_disconnect } from './af_inet.ts';
import { RTN_BROADCAST } from './devinet.ts';
import { ICMP_DEST_UNREACH, icmp_errno, Icmphdr, icmp_is_fatal, ICMP_PORT_UNREACH, icmp_send } from './icmp.ts';
import { InetProtocol, IP_HEADER_LEN, ip_hdr, Iphdr, IP_MAX_LEN, udp_statistics } from './ip.ts';
import { inet_add_protocol } from './ip_input.ts';
import { ip_build_and_send_pkt, LL_RESERVED_SPACE } from './ip_output.ts';
import { ip_route_output, ip_rt_put, Rtable } from './route.ts';
import { udp_for_each_match, udp_v4_get_port, udp_v4_lookup, udp_v4_unhash } from './udp_hash.ts';

/** In network byte order. */
export class Udphdr {
  source: u16;
  dest: u16;
  len: u16;
  check: u16;
}

const UDP_HEADER_LEN = 8;

/** ioctl: bytes of the next datagram. */
const FIONREAD = 0x541b;

export const udp_prot: Proto = {
  name: 'UDP', close: inet_sock_release, connect: ip4_datagram_connect, disconnect: ip4_datagram_disconnect,
  ioctl: udp_ioctl, init: null, destroy: null, sendmsg: udp_sendmsg, recvmsg: udp_recvmsg, bind: null, hash: null,
  unhash: udp_v4_unhash, get_port: udp_v4_get_port,
};
const udp_protocol: InetProtocol = { handler: udp_rcv, err_handler: udp_err, protocol: IPPROTO_UDP };

export function udp_init(): void {
  inet_add_protocol(udp_protocol);
}

/** One datagram: its bytes, or a negated error. @sleeps */
function udp_sendmsg(sk: Sock, msg: Msghdr, length: u32): i32 {
  if (length > IP_MAX_LEN - IP_HEADER_LEN - UDP_HEADER_LEN) return -EMSGSIZE;
  if (msg.msg_flags & ~MSG_DONTWAIT) return -EOPNOTSUPP;
  let daddr = sk.daddr, dport = sk.dport;
  if (msg.msg_name !== 0) {
    const sin = cast<SockaddrIn>(msg.msg_name);
    if (msg.msg_namelen < sizeof<SockaddrIn>()) return -EINVAL;
    if (sin.sin_family !== AF_INET && sin.sin_family !== AF_UNSPEC) return -EAFNOSUPPORT;
    if (sin.sin_port === 0) return -EINVAL;
    daddr = sin.sin_addr;
    dport = sin.sin_port;
  } else if (sk.state !== TCP_ESTABLISHED) return -ENOTCONN;
  if (sk.num === 0) {
    const error = inet_autobind(sk);
    if (error !== 0) return error;
  }
  const rt = local<Rtable>();
  let error = ip_route_output(rt, daddr, sk.saddr);
  if (error !== 0) return error;
  if (rt.type === RTN_BROADCAST && !sk.broadcast) error = -EACCES;
  else error = udp_send(sk, rt, dport, msg, length);
  ip_rt_put(rt);
  return error === 0 ? (length as i32) : error;
}

function udp_send(sk: Sock, rt: Rtable, dport: u32, msg: Msghdr, length: u32): i32 {
  const error = local<Arr<i32, 1>>(), room = LL_RESERVED_SPACE(rt.dev) + IP_HEADER_LEN + UDP_HEADER_LEN;
  if (IP_HEADER_LEN + UDP_HEADER_LEN + length > rt.dev.mtu) return -EMSGSIZE;
  const skb = sock_alloc_send_skb(sk, room + length, (msg.msg_flags & MSG_DONTWAIT) !== 0, ptr(error[0]));
  if (skb === null) return error[0];
  skb_reserve(skb, room);
  if (copy_from_user(skb_put(skb, length), msg.iov_base, length) !== 0) {
    kfree_skb(skb);
    return -EFAULT;
  }
  skb.h = skb_push(skb, UDP_HEADER_LEN);
  const uh = cast<Udphdr>(skb.h);
  uh.source = sk.sport;
  uh.dest = dport;
  uh.len = htons(skb.len);
  uh.check = 0;
  const check = csum_tcpudp_magic(rt.src, rt.dst, skb.len, IPPROTO_UDP, csum_partial(skb.h, skb.len, 0));
  // 0 would say that there is none.
  uh.check = check === 0 ? 0xffff : check;
  udp_statistics.OutDatagrams++;
  return ip_build_and_send_pkt(skb, rt, IPPROTO_UDP, sk.tos, sk.ttl);
}

/** A packet for protocol 17, from the UDP header on. @consumes skb */
function udp_rcv(skb: SkBuff): i32 {
  const uh = cast<Udphdr>(skb.data), iph = ip_hdr(skb);
  if (!is_sound(skb)) {
    udp_statistics.InErrors++;
    kfree_skb(skb);
    return 0;
  }
  if (skb.pkt_type !== PACKET_HOST) {
    udp_for_each_match(iph.daddr, uh.dest, iph.saddr, uh.source, deliver_copy, addr(skb));
    kfree_skb(skb);
    return 0;
  }
  const sk = udp_v4_lookup(iph.saddr, uh.source, iph.daddr, uh.dest);
  if (sk !== null) {
    udp_queue_rcv_skb(sk, skb);
    sock_put(sk);
    return 0;
  }
  udp_statistics.NoPorts++;
  icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
  kfree_skb(skb);
  return 0;
}

/** Length and checksum; cuts what is beyond off. */
function is_sound(skb: SkBuff): bool {
  const uh = cast<Udphdr>(skb.data), iph = ip_hdr(skb);
  if (skb.len < UDP_HEADER_LEN) return false;
  const length = ntohs(uh.len);
  if (length < UDP_HEADER_LEN || length > skb.len) return false;
  const cut = length !== skb.len;
  skb_trim(skb, length);
  if (uh.check === 0 || skb.ip_summed === CHECKSUM_UNNECESSARY) return true;
  // The hardware's sum is of all that the packet had.
  const sum = skb.ip_summed === CHECKSUM_HW && !cut ? skb.csum : csum_partial(skb.data, length, 0);
  return csum_tcpudp_magic(iph.saddr, iph.daddr, length, IPPROTO_UDP, sum) === 0;
}

function deliver_copy(sk: Sock, arg: usize): void {
  const copy = skb_copy(cast<SkBuff>(arg), GFP_ATOMIC);
  if (copy !== null) udp_queue_rcv_skb(sk, copy);
}

/** @consumes skb */
function udp_queue_rcv_skb(sk: Sock, skb: SkBuff): void {
  if (sock_queue_rcv_skb(sk, skb)) {
    udp_statistics.InDatagrams++;
  } else {
    udp_statistics.InErrors++;
    kfree_skb(skb);
  }
}

/** An ICMP error about a datagram of ours: told to a connected socket if there is no hope. */
function udp_err(skb: SkBuff, iph: Iphdr, info: u32): void {
  const uh = cast<Udphdr>(addr(iph) + (iph.version_ihl & 15) * 4), icmph = cast<Icmphdr>(skb.data);
  const sk = udp_v4_lookup(iph.daddr, uh.dest, iph.saddr, uh.source);
  if (sk === null) return;
  if (icmph.type === ICMP_DEST_UNREACH && icmp_is_fatal(icmph.code) && sk.state === TCP_ESTABLISHED) {
    sk.err = icmp_errno(icmph.code);
    sk.error_report(sk);
  }
  sock_put(sk);
}

/**
 * The next datagram: as many of its bytes as there is room for, the rest is lost; with MSG_TRUNC, its length. @sleeps
 */
function udp_recvmsg(sk: Sock, msg: Msghdr, length: u32, noblock: bool, flags: u32): i32 {
  const error = local<Arr<i32, 1>>(), skb = skb_recv_datagram(sk, flags, noblock, ptr(error[0]));
  if (skb === null) return error[0];
  const whole = skb.len - UDP_HEADER_LEN, copied = whole < length ? whole : length;
  let result = skb_copy_datagram(skb, UDP_HEADER_LEN, msg.iov_base, copied);
  if (msg.msg_name !== 0) {
    const sin = cast<SockaddrIn>(msg.msg_name);
    memset(sin, 0, sizeof<SockaddrIn>());
    sin.sin_family = AF_INET;
    sin.sin_port = cast<Udphdr>(skb.data).source;
    sin.sin_addr = ip_hdr(skb).saddr;
    msg.msg_namelen = sizeof<SockaddrIn>();
  }
  msg.msg_flags = copied < whole ? MSG_TRUNC : 0;
  if (result === 0) result = (flags & MSG_TRUNC ? whole : copied) as i32;
  kfree_skb(skb);
  return result;
}

function udp_ioctl(sk: Sock, cmd: u32, arg: usize): i32 {
  if (cmd !== FIONREAD) return -ENOTTY;
  const error = local<Arr<i32, 1>>(), skb = skb_recv_datagram(sk, MSG_PEEK, true, ptr(error[0]));
  if (skb === null) return put_user(0, arg);
  const length = skb.len - UDP_HEADER_LEN;
  kfree_skb(skb);
  return put_user(length, arg);
}
