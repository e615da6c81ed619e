/**
 * Sockets of the family AF_INET: Linux 2.4, net/ipv4/af_inet.c. Their protocols are listed in inetsw; TCP's row is
 * free.
 */
import { get_user } from '../../arch/uaccess.ts';
import {
  EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EFAULT, EINVAL, ENOBUFS, ENOPROTOOPT, ENOTCONN, ENOTTY,
  EPROTONOSUPPORT, ESOCKTNOSUPPORT,
} from '../../errno.ts';
import { memset } from '../../../lib/memory.ts';
import { datagram_poll } from '../datagram.ts';
import { SIOCADDRT, SIOCDELRT } from '../if.ts';
import {
  AF_INET, AF_UNSPEC, IP_TOS, IP_TTL, IPPROTO_ICMP, IPPROTO_IP, IPPROTO_RAW, IPPROTO_UDP, MSG_DONTWAIT, SockaddrIn,
  SOCK_DGRAM, SOCK_RAW, SOL_IP, SHUT_RDWR,
} from '../in.ts';
import { type Msghdr, NetProtoFamily, ProtoOps, type Socket, SS_CONNECTED, SS_UNCONNECTED } from '../net.ts';
import {
  lock_sock, type Proto, release_sock, sk_alloc, type Sock, sock_init_data, sock_orphan, sock_put, TCP_CLOSE,
  TCP_ESTABLISHED,
} from '../sock.ts';
import { put_option } from '../sock_options.ts';
import { htons } from '../byteorder.ts';
import { devinet_ioctl, inet_addr_type, is_devinet_ioctl, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST } from './devinet.ts';
import { IPDEFTTL } from './ip.ts';
import { raw_prot } from './raw.ts';
import { ip_route_output, ip_rt_ioctl, ip_rt_put, Rtable } from './route.ts';
import { udp_prot } from './udp.ts';

/** What a type of socket and a protocol number are: struct inet_protosw. Protocol IPPROTO_IP stands for any. */
class InetProtosw {
  type: u32;
  protocol: u32;
  prot: Proto;
  ops: ProtoOps;
}

/** Level of ICMP's options, and its option: bits of the types of messages that are not wanted. */
const SOL_RAW = 255;
const ICMP_FILTER = 1;

export const inet_dgram_ops: ProtoOps = {
  family: AF_INET, release: inet_release, bind: inet_bind, connect: inet_dgram_connect, accept: null, listen: null,
  getname: inet_getname, poll: datagram_poll, ioctl: inet_ioctl, shutdown: inet_shutdown, setsockopt: inet_setsockopt,
  getsockopt: inet_getsockopt, sendmsg: inet_sendmsg, recvmsg: inet_recvmsg,
};

const INETSW = 2;
const inetsw: Arr<Embed<InetProtosw>, 2> = [
  { type: SOCK_DGRAM, protocol: IPPROTO_UDP, prot: udp_prot, ops: inet_dgram_ops },
  { type: SOCK_RAW, protocol: IPPROTO_IP, prot: raw_prot, ops: inet_dgram_ops },
];

export const inet_family_ops: NetProtoFamily = { family: AF_INET, create: inet_create };

/** The protocol's part of a new socket: 0 or a negated error. */
function inet_create(sock: Socket, protocol: u32): i32 {
  let known = false;
  for (let at: u32 = 0; at < INETSW; at++) {
    const entry = inetsw[at];
    if (entry.type !== sock.type) continue;
    known = true;
    if (entry.protocol !== IPPROTO_IP && (protocol === IPPROTO_IP || protocol === entry.protocol)) {
      return inet_create_of(sock, entry, entry.protocol);
    }
    // Raw sockets say their protocol; those that write their own IP headers are not there.
    if (entry.protocol === IPPROTO_IP && protocol !== IPPROTO_IP && protocol < IPPROTO_RAW) {
      return inet_create_of(sock, entry, protocol);
    }
  }
  return known ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
}

function inet_create_of(sock: Socket, entry: InetProtosw, protocol: u32): i32 {
  const sk = sk_alloc(AF_INET);
  if (sk === null) return -ENOBUFS;
  sock.ops = entry.ops;
  sock_init_data(sock, sk);
  sk.prot = entry.prot;
  sk.protocol = protocol;
  sk.ttl = IPDEFTTL;
  const hash = sk.prot.hash, init = sk.prot.init;
  if (sock.type === SOCK_RAW) {
    // The number takes the port's place, and packets come from now on.
    sk.num = protocol;
    sk.sport = htons(protocol);
    if (hash !== null) hash(sk);
  }
  return init === null ? 0 : init(sk);
}

/** The file is closed. */
function inet_release(sock: Socket): i32 {
  const sk = sock.sk;
  if (sk === null) return 0;
  sock.sk = null;
  sk.prot.close(sk);
  return 0;
}

/** Proto.close of protocols that have nothing to say at the end. */
export function inet_sock_release(sk: Sock): void {
  const destroy = sk.prot.destroy;
  lock_sock(sk);
  sk.prot.unhash(sk);
  sock_orphan(sk);
  if (destroy !== null) destroy(sk);
  release_sock(sk);
  sock_put(sk);
}

function inet_bind(sock: Socket, uaddr: usize, addr_len: u32): i32 {
  const sk = cast<Sock>(sock.sk), sin = cast<SockaddrIn>(uaddr), bind = sk.prot.bind;
  if (bind !== null) return bind(sk, uaddr, addr_len);
  if (addr_len < sizeof<SockaddrIn>()) return -EINVAL;
  if (sin.sin_family !== AF_INET) return -EAFNOSUPPORT;
  const address = sin.sin_addr, type = address === 0 ? RTN_LOCAL : inet_addr_type(address);
  if (type !== RTN_LOCAL && type !== RTN_BROADCAST && type !== RTN_MULTICAST) return -EADDRNOTAVAIL;
  lock_sock(sk);
  const error = bind_locked(sk, address, htons(sin.sin_port), type);
  release_sock(sk);
  return error;
}

/** `port` in host byte order. */
function bind_locked(sk: Sock, address: u32, port: u32, type: u32): i32 {
  const get_port = sk.prot.get_port;
  // Bound twice, or, but for raw sockets, whose number is their protocol, with a port already.
  if (sk.state !== TCP_CLOSE || (get_port !== null && sk.num !== 0)) return -EINVAL;
  sk.rcv_saddr = address;
  sk.saddr = type === RTN_LOCAL ? address : 0;
  if (get_port !== null && get_port(sk, port) !== 0) {
    sk.rcv_saddr = 0;
    sk.saddr = 0;
    return -EADDRINUSE;
  }
  sk.daddr = 0;
  sk.dport = 0;
  return 0;
}

/** Gives a socket a port if it has none: 0 or -EAGAIN. @sleeps */
export function inet_autobind(sk: Sock): i32 {
  const get_port = sk.prot.get_port;
  lock_sock(sk);
  const failed = sk.num === 0 && get_port !== null && get_port(sk, 0) !== 0;
  release_sock(sk);
  return failed ? -EAGAIN : 0;
}

function inet_dgram_connect(sock: Socket, uaddr: usize, addr_len: u32, flags: u32): i32 {
  const sk = cast<Sock>(sock.sk), sin = cast<SockaddrIn>(uaddr);
  const connect = sk.prot.connect, disconnect = sk.prot.disconnect;
  if (addr_len < 2) return -EINVAL;
  if (sin.sin_family === AF_UNSPEC) return disconnect === null ? -EINVAL : disconnect(sk, flags);
  if (sk.num === 0) {
    const error = inet_autobind(sk);
    if (error !== 0) return error;
  }
  return connect === null ? -EINVAL : connect(sk, uaddr, addr_len);
}

/** Only packets of that peer from now on, and to it unless a sender says otherwise: net/ipv4/udp.c, udp_connect. */
export function ip4_datagram_connect(sk: Sock, uaddr: usize, addr_len: u32): i32 {
  const sin = cast<SockaddrIn>(uaddr), rt = local<Rtable>();
  if (addr_len < sizeof<SockaddrIn>()) return -EINVAL;
  if (sin.sin_family !== AF_INET) return -EAFNOSUPPORT;
  lock_sock(sk);
  const error = ip_route_output(rt, sin.sin_addr, sk.saddr);
  if (error === 0) {
    if (sk.saddr === 0) sk.saddr = rt.src;
    if (sk.rcv_saddr === 0) sk.rcv_saddr = rt.src;
    sk.dport = sin.sin_port;
    sk.daddr = rt.dst;
    sk.state = TCP_ESTABLISHED;
    if (sk.socket !== null) sk.socket.state = SS_CONNECTED;
    ip_rt_put(rt);
  }
  release_sock(sk);
  return error;
}

/** Packets of anyone again. */
export function ip4_datagram_disconnect(sk: Sock, flags: u32): i32 {
  lock_sock(sk);
  sk.state = TCP_CLOSE;
  sk.daddr = 0;
  sk.dport = 0;
  sk.saddr = 0;
  sk.rcv_saddr = 0;
  if (sk.socket !== null) sk.socket.state = SS_UNCONNECTED;
  release_sock(sk);
  return 0;
}

function inet_getname(sock: Socket, uaddr: usize, addr_len: Ptr<u32>, peer: bool): i32 {
  const sk = cast<Sock>(sock.sk), sin = cast<SockaddrIn>(uaddr);
  if (peer && sk.state !== TCP_ESTABLISHED) return -ENOTCONN;
  memset(sin, 0, sizeof<SockaddrIn>());
  sin.sin_family = AF_INET;
  sin.sin_port = peer ? sk.dport : sk.sport;
  sin.sin_addr = peer ? sk.daddr : sk.rcv_saddr === 0 ? sk.saddr : sk.rcv_saddr;
  addr_len[0] = sizeof<SockaddrIn>();
  return 0;
}

/** As in Linux, also an unconnected one's waiters are woken, though it says ENOTCONN. */
function inet_shutdown(sock: Socket, how: u32): i32 {
  const sk = cast<Sock>(sock.sk);
  if (how > SHUT_RDWR) return -EINVAL;
  lock_sock(sk);
  const connected = sk.state === TCP_ESTABLISHED;
  // 0, 1, 2 become RCV_SHUTDOWN, SEND_SHUTDOWN and both.
  sk.shutdown |= how + 1;
  sk.error_report(sk);
  release_sock(sk);
  return connected ? 0 : -ENOTCONN;
}

function inet_sendmsg(sock: Socket, msg: Msghdr, length: u32): i32 {
  const sk = cast<Sock>(sock.sk);
  return sk.prot.sendmsg(sk, msg, length);
}

function inet_recvmsg(sock: Socket, msg: Msghdr, length: u32, flags: u32): i32 {
  const sk = cast<Sock>(sock.sk);
  return sk.prot.recvmsg(sk, msg, length, (flags & MSG_DONTWAIT) !== 0, flags & ~MSG_DONTWAIT);
}

function inet_ioctl(sock: Socket, cmd: u32, arg: usize): i32 {
  const sk = cast<Sock>(sock.sk), ioctl = sk.prot.ioctl;
  if (cmd === SIOCADDRT || cmd === SIOCDELRT) return ip_rt_ioctl(cmd, arg);
  if (is_devinet_ioctl(cmd)) return devinet_ioctl(cmd, arg);
  return ioctl === null ? -ENOTTY : ioctl(sk, cmd, arg);
}

function inet_setsockopt(sock: Socket, level: u32, optname: u32, optval: usize, optlen: u32): i32 {
  const sk = cast<Sock>(sock.sk), value = local<Arr<u32, 1>>();
  if (optlen < 4) return -EINVAL;
  if (get_user(ptr(value[0]), optval) !== 0) return -EFAULT;
  if (level === SOL_IP && optname === IP_TOS) {
    sk.tos = value[0] & 0xff;
  } else if (level === SOL_IP && optname === IP_TTL) {
    if (value[0] === 0 || value[0] > 255) return -EINVAL;
    sk.ttl = value[0];
  } else if (is_icmp_filter(sk, level, optname)) {
    sk.icmp_filter = value[0];
  } else return -ENOPROTOOPT;
  return 0;
}

function inet_getsockopt(sock: Socket, level: u32, optname: u32, optval: usize, optlen: usize): i32 {
  const sk = cast<Sock>(sock.sk);
  if (level === SOL_IP && optname === IP_TOS) return put_option(sk.tos, optval, optlen);
  if (level === SOL_IP && optname === IP_TTL) return put_option(sk.ttl, optval, optlen);
  if (is_icmp_filter(sk, level, optname)) return put_option(sk.icmp_filter, optval, optlen);
  return -ENOPROTOOPT;
}

function is_icmp_filter(sk: Sock, level: u32, optname: u32): bool {
  return level === SOL_RAW && optname === ICMP_FILTER && sk.type === SOCK_RAW && sk.num === IPPROTO_ICMP;
}
