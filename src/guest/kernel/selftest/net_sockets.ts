/** Sockets for kernel threads, for self-tests of the network. */
import { KERNEL_DS, set_fs, USER_DS } from '../arch/uaccess.ts';
import { htonl, htons } from '../net/byteorder.ts';
import { AF_INET, SockaddrIn } from '../net/in.ts';
import { Msghdr, type Socket } from '../net/net.ts';
import type { Sock } from '../net/sock.ts';
import { sock_create, sock_recvmsg, sock_release, sock_sendmsg, start_msg } from '../net/socket.ts';

/** Jiffies after which what has not come counts as lost. */
export const LOST = 100;

/** A socket that waits LOST jiffies at most, or null. @sleeps */
export function open_socket(type: u32, protocol: u32): Socket | null {
  const sock = local<Arr<Socket, 1>>();
  if (sock_create(AF_INET, type, protocol, ptr(sock[0])) !== 0) return null;
  cast<Sock>(sock[0].sk).rcvtimeo = LOST;
  return sock[0];
}

/** Address and port in host byte order. */
export function make_address(to: SockaddrIn, address: u32, port: u32): void {
  to.sin_family = AF_INET;
  to.sin_addr = htonl(address);
  to.sin_port = htons(port);
}

/** A UDP socket at that port (0: any) of that address, and connected to a peer unless its port is 0; null if not. */
export function open_udp(type: u32, address: u32, port: u32, peer: u32, peer_port: u32): Socket | null {
  const sock = open_socket(type, 0), at = local<SockaddrIn>();
  if (sock === null) return null;
  const bind = sock.ops.bind, connect = sock.ops.connect;
  make_address(at, address, port);
  let error: i32 = bind === null ? -1 : bind(sock, addr(at), sizeof<SockaddrIn>());
  if (error === 0 && peer_port !== 0) {
    make_address(at, peer, peer_port);
    error = connect === null ? -1 : connect(sock, addr(at), sizeof<SockaddrIn>(), 0);
  }
  if (error === 0) return sock;
  sock_release(sock);
  return null;
}

/** To `to`, or the peer for null: bytes or a negated error. @sleeps */
export function send(sock: Socket, bytes: usize, length: u32, to: SockaddrIn | null): i32 {
  const msg = local<Msghdr>();
  start_msg(msg, bytes, length);
  msg.msg_name = addr(to);
  msg.msg_namelen = sizeof<SockaddrIn>();
  set_fs(KERNEL_DS);
  const result = sock_sendmsg(sock, msg, length);
  set_fs(USER_DS);
  return result;
}

/** Bytes or a negated error. @sleeps */
export function receive(sock: Socket, bytes: usize, size: u32): i32 {
  const msg = local<Msghdr>();
  start_msg(msg, bytes, size);
  set_fs(KERNEL_DS);
  const result = sock_recvmsg(sock, msg, size, 0);
  set_fs(USER_DS);
  return result;
}
