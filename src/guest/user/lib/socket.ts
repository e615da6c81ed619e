/** Sockets, by the names of POSIX; all give what the kernel gives: below 0 a negated error number. */
import { htons } from '../../kernel/net/byteorder.ts';
import { AF_INET, SO_RCVBUF, SO_RCVTIMEO, SockaddrIn, SOCK_DGRAM, SOL_SOCKET } from '../../kernel/net/in.ts';
import {
  NR_bind, NR_connect, NR_getsockname, NR_poll, NR_recvfrom, NR_sendto, NR_setsockopt, NR_socket,
} from '../../kernel/syscall/numbers.ts';

export function socket(family: u32, type: u32, protocol: u32): i32 {
  return ecall(NR_socket, family, type, protocol) as i32;
}

export function bind(fd: i32, address: SockaddrIn): i32 {
  return ecall(NR_bind, fd, addr(address), sizeof<SockaddrIn>()) as i32;
}

export function connect(fd: i32, address: SockaddrIn): i32 {
  return ecall(NR_connect, fd, addr(address), sizeof<SockaddrIn>()) as i32;
}

/** The own address. */
export function getsockname(fd: i32, address: SockaddrIn): i32 {
  const length = local<Arr<u32, 1>>();
  length[0] = sizeof<SockaddrIn>();
  return ecall(NR_getsockname, fd, addr(address), addr(length)) as i32;
}

/** `to` null: to the peer. Bytes sent. */
export function sendto(fd: i32, bytes: usize, length: u32, flags: u32, to: SockaddrIn | null): i32 {
  return ecall(NR_sendto, fd, bytes, length, flags, addr(to), sizeof<SockaddrIn>()) as i32;
}

/** The sender's address into `from`, unless that is null. Bytes received. */
export function recvfrom(fd: i32, bytes: usize, size: u32, flags: u32, from: SockaddrIn | null): i32 {
  const length = local<Arr<u32, 1>>();
  length[0] = sizeof<SockaddrIn>();
  return ecall(NR_recvfrom, fd, bytes, size, flags, addr(from), addr(length)) as i32;
}

/** Receiving ends with -EAGAIN after so long. */
export function set_receive_timeout(fd: i32, milliseconds: u32): i32 {
  const time = local<Arr<u32, 2>>();
  time[0] = milliseconds / 1000;
  time[1] = milliseconds % 1000 * 1000;
  return ecall(NR_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, addr(time), 8) as i32;
}

/** Room for packets that nobody has read yet, in bytes. */
export function set_receive_buffer(fd: i32, bytes: u32): i32 {
  const value = local<Arr<u32, 1>>();
  value[0] = bytes;
  return ecall(NR_setsockopt, fd, SOL_SOCKET, SO_RCVBUF, addr(value), 4) as i32;
}

/** What poll looks at: struct pollfd. */
export class PollFd {
  fd: i32;
  events: u16;
  revents: u16;
}

/** `timeout` in milliseconds, -1 for none. How many are ready. */
export function poll(fds: Ptr<Embed<PollFd>>, count: u32, timeout: i32): i32 {
  return ecall(NR_poll, addr(fds), count, timeout) as i32;
}

/** An address in network byte order, and a port. */
export function set_address(address: SockaddrIn, ip: u32, port: u32): void {
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr = ip;
  for (let at: u32 = 0; at < 8; at++) address.sin_zero[at] = 0;
}

/** A UDP socket at a port of its own that only talks with one peer, and waits for it so long; or an error. */
export function udp_to(ip: u32, port: u32, milliseconds: u32): i32 {
  const address = local<SockaddrIn>(), fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return fd;
  set_address(address, ip, port);
  const error = connect(fd, address);
  return error < 0 ? error : set_receive_timeout(fd, milliseconds) < 0 ? -1 : fd;
}
