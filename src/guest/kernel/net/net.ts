/** Sockets as the system calls see them: Linux 2.4, include/linux/net.h, include/linux/uio.h. */
import type { File, Inode } from '../fs/fs.ts';
import type { PollTable } from '../fs/poll.ts';
import type { WaitQueueHead } from '../sched/wait.ts';
import type { Sock } from './sock.ts';

// Socket.state.
export const SS_UNCONNECTED = 1;
export const SS_CONNECTING = 2;
export const SS_CONNECTED = 3;

/** Longest address of any family, in bytes. */
export const MAX_SOCK_ADDR = 128;

/** A file's end of a socket; what the protocol knows of it is `sk`. Lies beside its inode, whose life is its life. */
export class Socket {
  state: u32;
  ops: ProtoOps;
  inode: Inode;
  /** Null for sockets of the kernel's own. */
  file: File | null;
  sk: Sock | null;
  /** On which those wait who wait for anything of it. */
  wait: Embed<WaitQueueHead>;
  type: u32;
}

/** Where data is: user memory, or with set_fs(KERNEL_DS) the kernel's. Linux's has many places for iovecs, this one. */
export class Msghdr {
  /** The kernel's copy of an address, or 0. */
  msg_name: usize;
  msg_namelen: u32;
  iov_base: usize;
  iov_len: u32;
  msg_flags: u32;
}

/** A family's functions for a type of socket. Null: not supported. Addresses are the kernel's copies. All may sleep. */
export class ProtoOps {
  family: u32;
  /** The file is closed: lets `sk` go. */
  release: (sock: Socket) => i32;
  bind: ((sock: Socket, uaddr: usize, addr_len: u32) => i32) | null;
  connect: ((sock: Socket, uaddr: usize, addr_len: u32, flags: u32) => i32) | null;
  accept: ((sock: Socket, newsock: Socket, flags: u32) => i32) | null;
  listen: ((sock: Socket, backlog: u32) => i32) | null;
  /** Writes the own address, or the peer's, and its length. */
  getname: ((sock: Socket, uaddr: usize, addr_len: Ptr<u32>, peer: bool) => i32) | null;
  poll: ((file: File, sock: Socket, wait: PollTable | null) => u32) | null;
  ioctl: ((sock: Socket, cmd: u32, arg: usize) => i32) | null;
  shutdown: ((sock: Socket, how: u32) => i32) | null;
  /** `optval` is a user address. */
  setsockopt: ((sock: Socket, level: u32, optname: u32, optval: usize, optlen: u32) => i32) | null;
  getsockopt: ((sock: Socket, level: u32, optname: u32, optval: usize, optlen: usize) => i32) | null;
  sendmsg: ((sock: Socket, msg: Msghdr, length: u32) => i32) | null;
  recvmsg: ((sock: Socket, msg: Msghdr, length: u32, flags: u32) => i32) | null;
}

/** A family of protocols, AF_INET: makes the protocol's side of a socket. */
export class NetProtoFamily {
  family: u32;
  create: (sock: Socket, protocol: u32) => i32;
}
