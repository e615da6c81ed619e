/** Raw sockets: Linux 2.4, net/ipv4/raw.c. They get copies of all packets of their protocol, IP headers included. */
import { copy_from_user } from '../../arch/uaccess.ts';
import { EACCES, EAFNOSUPPORT, EFAULT, EINVAL, EMSGSIZE, ENOTCONN, EOPNOTSUPP } from '../../errno.ts';
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock_bh, write_unlock_bh,
} from '../../locking/rwlock.ts';
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { memset } from '../../../lib/memory.ts';
import { skb_copy_datagram, skb_recv_datagram, sock_alloc_send_skb } from '../datagram.ts';
import { AF_INET, IPPROTO_ICMP, MSG_DONTWAIT, MSG_TRUNC, SockaddrIn } from '../in.ts';
import type { Msghdr } from '../net.ts';
import { kfree_skb, skb_copy, skb_push, skb_put, skb_reserve, type SkBuff } from '../skbuff.ts';
import { Proto, type Sock, sock_hold, sock_put, sock_queue_rcv_skb, TCP_ESTABLISHED } from '../sock.ts';
import { inet_sock_release, ip4_datagram_connect, ip4_datagram_disconnect } from './af_inet.ts';
import { RTN_BROADCAST } from './devinet.ts';
import { ICMP_DEST_UNREACH, icmp_errno, Icmphdr, icmp_is_fatal } from './icmp.ts';
import { IP_HEADER_LEN, ip_hdr, Iphdr } from './ip.ts';
import { ip_build_and_send_pkt, LL_RESERVED_SPACE } from './ip_output.ts';
import { ip_route_output, ip_rt_put, Rtable } from './route.ts';

/** Protects raw_sockets; receive queues inside it. */
let raw_v4_lock!: Embed<RwLock>;
/** All raw sockets, each held, by Sock.next. */
let raw_sockets: Sock | null = null;

export const raw_prot: Proto = {
  name: 'RAW', close: inet_sock_release, connect: ip4_datagram_connect, disconnect: ip4_datagram_disconnect,
  ioctl: null, init: null, destroy: null, sendmsg: raw_sendmsg, recvmsg: raw_recvmsg, bind: null, hash: raw_v4_hash,
  unhash: raw_v4_unhash, get_port: null,
};

export function raw_init(): void {
  rwlock_init(raw_v4_lock, 'raw_v4_lock');
}

function raw_v4_hash(sk: Sock): void {
  write_lock_bh(raw_v4_lock);
  sk.hashed = true;
  sk.next = raw_sockets;
  raw_sockets = sk;
  sock_hold(sk);
  write_unlock_bh(raw_v4_lock);
}

function raw_v4_unhash(sk: Sock): void {
  write_lock_bh(raw_v4_lock);
  const found = sk.hashed;
  if (found) {
    sk.hashed = false;
    if (raw_sockets === sk) raw_sockets = sk.next;
    for (let at = raw_sockets; at !== null; at = at.next) if (at.next === sk) at.next = sk.next;
  }
  write_unlock_bh(raw_v4_lock);
  if (found) sock_put(sk);
}

/** Whether packets of `protocol` from `raddr` to `laddr` are for the socket. */
function wants(sk: Sock, protocol: u32, raddr: u32, laddr: u32): bool {
  return sk.num === protocol && (sk.daddr === 0 || sk.daddr === raddr)
    && (sk.rcv_saddr === 0 || sk.rcv_saddr === laddr);
}

/** Gives copies of a packet, whose data begins after its IP header, to those who want it; whether there was one. */
export function raw_v4_input(skb: SkBuff, protocol: u32): bool {
  let taken = false;
  if (raw_sockets === null) return false;
  read_lock_bh(raw_v4_lock);
  for (let sk: Sock | null = raw_sockets; sk !== null; sk = sk.next) {
    if (!wants(sk, protocol, ip_hdr(skb).saddr, ip_hdr(skb).daddr)) continue;
    taken = true;
    if (protocol === IPPROTO_ICMP && icmp_filtered(sk, skb)) continue;
    const copy = skb_copy(skb, GFP_ATOMIC);
    if (copy === null) continue;
    skb_push(copy, copy.data - copy.nh);
    if (!sock_queue_rcv_skb(sk, copy)) kfree_skb(copy);
  }
  read_unlock_bh(raw_v4_lock);
  return taken;
}

function icmp_filtered(sk: Sock, skb: SkBuff): bool {
  const type = skb.len === 0 ? 0 : cast<Icmphdr>(skb.data).type;
  return type < 32 && (sk.icmp_filter & (1 << type)) !== 0;
}

/** An ICMP error about a packet of ours with IP header `iph`: told to connected sockets if there is no hope. */
export function raw_err(skb: SkBuff, iph: Iphdr, info: u32): void {
  const icmph = cast<Icmphdr>(skb.data);
  if (icmph.type !== ICMP_DEST_UNREACH || !icmp_is_fatal(icmph.code)) return;
  read_lock_bh(raw_v4_lock);
  for (let sk: Sock | null = raw_sockets; sk !== null; sk = sk.next) {
    if (sk.state !== TCP_ESTABLISHED || !wants(sk, iph.protocol, iph.daddr, iph.saddr)) continue;
    sk.err = icmp_errno(icmph.code);
    sk.error_report(sk);
  }
  read_unlock_bh(raw_v4_lock);
}

/** What goes after the IP header: bytes sent or a negated error. @sleeps */
function raw_sendmsg(sk: Sock, msg: Msghdr, length: u32): i32 {
  if (msg.msg_flags & ~MSG_DONTWAIT) return -EOPNOTSUPP;
  let daddr = sk.daddr;
  if (msg.msg_name !== 0) {
    const sin = cast<SockaddrIn>(msg.msg_name);
    if (msg.msg_namelen < sizeof<SockaddrIn>()) return -EINVAL;
    if (sin.sin_family !== AF_INET) return -EAFNOSUPPORT;
    daddr = sin.sin_addr;
  } else if (sk.state !== TCP_ESTABLISHED) return -ENOTCONN;
  const rt = local<Rtable>();
  let error = ip_route_output(rt, daddr, sk.saddr);
  if (error !== 0) return error;
  if (rt.type === RTN_BROADCAST && !sk.broadcast) error = -EACCES;
  else error = raw_send(sk, rt, msg, length);
  ip_rt_put(rt);
  return error === 0 ? (length as i32) : error;
}

function raw_send(sk: Sock, rt: Rtable, msg: Msghdr, length: u32): i32 {
  const error = local<Arr<i32, 1>>(), room = LL_RESERVED_SPACE(rt.dev) + IP_HEADER_LEN;
  if (length > rt.dev.mtu || IP_HEADER_LEN + length > rt.dev.mtu) return -EMSGSIZE;
  const skb = sock_alloc_send_skb(sk, room + length, (msg.msg_flags & MSG_DONTWAIT) !== 0, ptr(error[0]));
  if (skb === null) return error[0];
  skb_reserve(skb, room);
  skb.h = skb_put(skb, length);
  if (copy_from_user(skb.h, msg.iov_base, length) !== 0) {
    kfree_skb(skb);
    return -EFAULT;
  }
  return ip_build_and_send_pkt(skb, rt, sk.num, sk.tos, sk.ttl);
}

/** The next packet with its IP header; otherwise as udp_recvmsg. @sleeps */
function raw_recvmsg(sk: Sock, msg: Msghdr, length: u32, noblock: bool, flags: u32): i32 {
  const error = local<Arr<i32, 1>>(), skb = skb_recv_datagram(sk, flags, noblock, ptr(error[0]));
  if (skb === null) return error[0];
  const copied = skb.len < length ? skb.len : length;
  let result = skb_copy_datagram(skb, 0, msg.iov_base, copied);
  if (msg.msg_name !== 0) {
    const sin = cast<SockaddrIn>(msg.msg_name);
    memset(sin, 0, sizeof<SockaddrIn>());
    sin.sin_family = AF_INET;
    sin.sin_addr = ip_hdr(skb).saddr;
    msg.msg_namelen = sizeof<SockaddrIn>();
  }
  msg.msg_flags = copied < skb.len ? MSG_TRUNC : 0;
  if (result === 0) result = (flags & MSG_TRUNC ? skb.len : copied) as i32;
  kfree_skb(skb);
  return result;
}
