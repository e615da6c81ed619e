/** System calls on sockets: Linux 2.4, net/socket.c (sys_socket and those after it). */
import { copy_from_user, copy_to_user, get_user, put_user } from '../arch/uaccess.ts';
import { EFAULT, EINVAL, EOPNOTSUPP } from '../errno.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../fs/fcntl.ts';
import { fput } from '../fs/file_table.ts';
import type { File } from '../fs/fs.ts';
import { SOCK_TYPE_MASK } from '../net/in.ts';
import { MAX_SOCK_ADDR, Msghdr, type Socket } from '../net/net.ts';
import {
  flags_of, sock_create, sock_get_option, sock_map_fd, sock_recvmsg, sock_sendmsg, sock_set_option, sockfd_lookup,
  start_msg,
} from '../net/socket.ts';

/** The longest transfer: a length is an i32 in results. */
const MAX_RW = 0x7fffffff;

/** `type` may have O_NONBLOCK and O_CLOEXEC, as SOCK_NONBLOCK and SOCK_CLOEXEC of later Linux. */
export function sys_socket(family: u32, type: u32, protocol: u32): i32 {
  const sock = local<Arr<Socket, 1>>(), flags = type & ~SOCK_TYPE_MASK;
  if ((flags & ~(O_NONBLOCK | O_CLOEXEC)) !== 0) return -EINVAL;
  const error = sock_create(family, type & SOCK_TYPE_MASK, protocol, ptr(sock[0]));
  return error !== 0 ? error : sock_map_fd(sock[0], flags);
}

export function sys_bind(fd: u32, umyaddr: usize, addrlen: u32): i32 {
  return with_address(fd, umyaddr, addrlen, false);
}

export function sys_connect(fd: u32, uservaddr: usize, addrlen: u32): i32 {
  return with_address(fd, uservaddr, addrlen, true);
}

function with_address(fd: u32, uaddr: usize, addrlen: u32, connect: bool): i32 {
  const address = local<Arr<u32, 32>>(), file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  error[0] = move_addr_to_kernel(uaddr, addrlen, addr(address));
  if (error[0] !== 0) return error[0];
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  const to_bind = sock.ops.bind, to_connect = sock.ops.connect;
  let result: i32 = -EOPNOTSUPP;
  if (connect && to_connect !== null) result = to_connect(sock, addr(address), addrlen, flags_of(file[0]));
  if (!connect && to_bind !== null) result = to_bind(sock, addr(address), addrlen);
  fput(file[0]);
  return result;
}

/** The user's address into `to`, of MAX_SOCK_ADDR bytes: 0 or a negated error. */
function move_addr_to_kernel(uaddr: usize, length: u32, to: usize): i32 {
  if (length > MAX_SOCK_ADDR) return -EINVAL;
  return copy_from_user(to, uaddr, length) === 0 ? 0 : -EFAULT;
}

/** An address of `length` bytes to the user, who says at `ulen` how much room there is: 0 or a negated error. */
function move_addr_to_user(from: usize, length: u32, uaddr: usize, ulen: usize): i32 {
  const room = local<Arr<u32, 1>>();
  if (get_user(ptr(room[0]), ulen) !== 0) return -EFAULT;
  if (room[0] > MAX_RW) return -EINVAL;
  if (copy_to_user(uaddr, from, room[0] < length ? room[0] : length) !== 0) return -EFAULT;
  return put_user(length, ulen);
}

export function sys_getsockname(fd: u32, usockaddr: usize, usockaddr_len: usize): i32 {
  return get_name(fd, usockaddr, usockaddr_len, false);
}

export function sys_getpeername(fd: u32, usockaddr: usize, usockaddr_len: usize): i32 {
  return get_name(fd, usockaddr, usockaddr_len, true);
}

function get_name(fd: u32, uaddr: usize, ulen: usize, peer: bool): i32 {
  const address = local<Arr<u32, 32>>(), length = local<Arr<u32, 1>>();
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  const getname = sock.ops.getname;
  let result: i32 = getname === null ? -EOPNOTSUPP : getname(sock, addr(address), ptr(length[0]), peer);
  fput(file[0]);
  if (result === 0) result = move_addr_to_user(addr(address), length[0], uaddr, ulen);
  return result;
}

/** `uaddr` 0: to the peer. Bytes sent or a negated error. */
export function sys_sendto(fd: u32, buff: usize, length: u32, flags: u32, uaddr: usize, addr_len: u32): i32 {
  const address = local<Arr<u32, 32>>(), msg = local<Msghdr>();
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  if (length > MAX_RW) return -EINVAL;
  start_msg(msg, buff, length);
  if (uaddr !== 0) {
    error[0] = move_addr_to_kernel(uaddr, addr_len, addr(address));
    if (error[0] !== 0) return error[0];
    msg.msg_name = addr(address);
    msg.msg_namelen = addr_len;
  }
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  msg.msg_flags = flags | flags_of(file[0]);
  const result = sock_sendmsg(sock, msg, length);
  fput(file[0]);
  return result;
}

/** `uaddr` 0: the sender is not asked for. Bytes received or a negated error. */
export function sys_recvfrom(fd: u32, ubuf: usize, size: u32, flags: u32, uaddr: usize, uaddr_len: usize): i32 {
  const address = local<Arr<u32, 32>>(), msg = local<Msghdr>();
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  if (size > MAX_RW) return -EINVAL;
  start_msg(msg, ubuf, size);
  msg.msg_name = uaddr === 0 ? 0 : addr(address);
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  let result = sock_recvmsg(sock, msg, size, flags | flags_of(file[0]));
  fput(file[0]);
  if (result >= 0 && uaddr !== 0) {
    const moved = move_addr_to_user(addr(address), msg.msg_namelen, uaddr, uaddr_len);
    if (moved !== 0) result = moved;
  }
  return result;
}

export function sys_setsockopt(fd: u32, level: u32, optname: u32, optval: usize, optlen: u32): i32 {
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  if ((optlen as i32) < 0) return -EINVAL;
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  const result = sock_set_option(sock, level, optname, optval, optlen);
  fput(file[0]);
  return result;
}

export function sys_getsockopt(fd: u32, level: u32, optname: u32, optval: usize, optlen: usize): i32 {
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  const result = sock_get_option(sock, level, optname, optval, optlen);
  fput(file[0]);
  return result;
}

export function sys_shutdown(fd: u32, how: u32): i32 {
  const file = local<Arr<File, 1>>(), error = local<Arr<i32, 1>>();
  const sock = sockfd_lookup(fd, ptr(file[0]), ptr(error[0]));
  if (sock === null) return error[0];
  const shutdown = sock.ops.shutdown, result = shutdown === null ? -EOPNOTSUPP : shutdown(sock, how);
  fput(file[0]);
  return result;
}
