/**
 * Sockets as files: Linux 2.4, net/socket.c. A socket is an inode of sockfs, which is at no path, with its Socket in
 * generic_ip. Kernel threads use sock_create and the sock_ functions, with set_fs(KERNEL_DS) around transfers.
 */
import { BUG_ON } from '../debug/panic.ts';
import { EAFNOSUPPORT, EBADF, EINVAL, EMFILE, ENFILE, ENOMEM, ENOTSOCK, ENOTTY, EOPNOTSUPP } from '../errno.ts';
import { Qstr, d_alloc, d_alloc_root, d_instantiate, full_name_hash } from '../fs/dcache.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../fs/err.ts';
import { O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../fs/fcntl.ts';
import { fd_install, fget, get_unused_fd, put_unused_fd, set_close_on_exec } from '../fs/file.ts';
import { fput } from '../fs/file_table.ts';
import {
  FS_NOMOUNT, FS_SINGLE, type File, FileOperations, FileSystemType, type Inode, type SuperBlock, SuperOperations,
  type VfsMount,
} from '../fs/fs.ts';
import { iput, new_inode } from '../fs/inode.ts';
import { S_IFDIR, S_IFSOCK } from '../fs/mode.ts';
import { kern_mount, mntget } from '../fs/mount.ts';
import { dentry_open } from '../fs/open.ts';
import type { PollTable } from '../fs/poll.ts';
import { no_llseek } from '../fs/read_write.ts';
import { register_filesystem } from '../fs/super.ts';
import { atomic_inc } from '../locking/atomic.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { init_waitqueue_head } from '../sched/wait.ts';
import { snprintf } from '../../lib/format.ts';
import { memset } from '../../lib/memory.ts';
import { strlen } from '../../lib/string.ts';
import { MSG_DONTWAIT, NPROTO, SOCK_MAX, SOL_SOCKET } from './in.ts';
import { Msghdr, type NetProtoFamily, Socket, SS_UNCONNECTED } from './net.ts';
import { dev_ioctl, is_dev_ioctl } from './dev_ioctl.ts';
import { sock_getsockopt, sock_setsockopt } from './sock_options.ts';

const sock_super_operations: SuperOperations = {
  read_inode: null, dirty_inode: null, write_inode: null, put_inode: null, delete_inode: null, put_super: null,
  write_super: null, statfs: null, clear_inode: sock_clear_inode,
};
const socket_file_ops: FileOperations = {
  owner: null, llseek: no_llseek, read: sock_read, write: sock_write, readdir: null, poll: sock_poll, ioctl: sock_ioctl,
  open: null, flush: null, release: sock_close, fsync: null,
};

let sock_fs_type: Embed<FileSystemType> = {
  name: 'sockfs', fs_flags: FS_NOMOUNT | FS_SINGLE, read_super: sockfs_read_super, owner: null, next: null,
};
let sock_mnt!: VfsMount;
/** Written at boot only. */
let net_families!: Arr<NetProtoFamily | null, 3>;

export function sock_init(): void {
  BUG_ON(register_filesystem(sock_fs_type) !== 0);
  sock_mnt = kern_mount(sock_fs_type);
  BUG_ON(IS_ERR(sock_mnt));
}

/** A family of protocols offers itself: 0 or -EINVAL. */
export function sock_register(family: NetProtoFamily): i32 {
  if (family.family >= NPROTO || net_families[family.family] !== null) return -EINVAL;
  net_families[family.family] = family;
  return 0;
}

function sockfs_read_super(sb: SuperBlock, data: usize, silent: i32): SuperBlock | null {
  sb.s_op = sock_super_operations;
  const root = new_inode(sb);
  if (root === null) return null;
  root.i_mode = S_IFDIR | 0o600;
  sb.s_root = d_alloc_root(root);
  if (sb.s_root !== null) return sb;
  iput(root);
  return null;
}

/** The socket of an inode. @inline */
export function SOCKET_I(inode: Inode): Socket {
  return cast<Socket>(inode.generic_ip);
}

/** A new socket into `*res`, without a file: 0 or a negated error. sock_release ends it. @out res @sleeps */
export function sock_create(family: u32, type: u32, protocol: u32, res: Ptr<Socket>): i32 {
  const of = family < NPROTO ? net_families[family] : null;
  if (of === null) return -EAFNOSUPPORT;
  if (type >= SOCK_MAX) return -EINVAL;
  const sock = sock_alloc();
  if (sock === null) return -ENFILE;
  sock.type = type;
  const error = of.create(sock, protocol);
  if (error !== 0) {
    iput(sock.inode);
    return error;
  }
  res[0] = sock;
  return 0;
}

function sock_alloc(): Socket | null {
  const memory = kmalloc(sizeof<Socket>(), GFP_KERNEL);
  const inode = memory === 0 ? null : new_inode(sock_mnt.mnt_sb);
  if (inode === null) {
    kfree(memory);
    return null;
  }
  memset(cast(memory), 0, sizeof<Socket>());
  const sock = cast<Socket>(memory);
  inode.i_mode = S_IFSOCK | 0o777;
  inode.i_nlink = 0;
  inode.i_fop = socket_file_ops;
  inode.generic_ip = memory;
  sock.state = SS_UNCONNECTED;
  sock.inode = inode;
  init_waitqueue_head(sock.wait);
  return sock;
}

function sock_clear_inode(inode: Inode): void {
  kfree(inode.generic_ip);
  inode.generic_ip = 0;
}

/** Ends a socket: its protocol's part, and, unless a file still has it, the rest. @sleeps */
export function sock_release(sock: Socket): void {
  if (sock.sk !== null) sock.ops.release(sock);
  if (sock.file === null) iput(sock.inode);
  else sock.file = null;
}

/** Gives the socket a file of the current task: its descriptor, or a negated error, and it is ended. @sleeps */
export function sock_map_fd(sock: Socket, flags: u32): i32 {
  const fd = get_unused_fd();
  const file = fd < 0 ? ERR_PTR<File>(-EMFILE) : sock_file(sock, flags & O_NONBLOCK);
  if (IS_ERR(file)) {
    if (fd >= 0) put_unused_fd(fd as u32);
    sock_release(sock);
    return PTR_ERR(file);
  }
  set_close_on_exec(fd as u32, (flags & O_CLOEXEC) !== 0);
  fd_install(fd as u32, file);
  return fd;
}

/** An open file, whose last reference ends the socket; or an ERR_PTR. */
function sock_file(sock: Socket, flags: u32): File {
  const text = local<Arr<u8, 32>>(), name = local<Qstr>();
  snprintf(ptr(text[0]), 32, 'socket:[%u]', sock.inode.i_ino);
  name.name = cast<cstr>(text);
  name.len = strlen(name.name);
  name.hash = full_name_hash(name.name, name.len);
  const dentry = d_alloc(sock_mnt.mnt_root, name);
  if (dentry === null) return ERR_PTR<File>(-ENOMEM);
  d_instantiate(dentry, sock.inode);
  // dentry_open lets go of both if it fails; the inode is kept for sock_release.
  atomic_inc(sock.inode.i_count);
  const file = dentry_open(dentry, mntget(sock_mnt), O_RDWR | flags);
  if (IS_ERR(file)) return file;
  iput(sock.inode);
  sock.file = file;
  return file;
}

/** The socket of descriptor `fd`, held by `*file` (fput); null, and `*error` negated. @out file @out error */
export function sockfd_lookup(fd: u32, file: Ptr<File>, error: Ptr<i32>): Socket | null {
  const found = fget(fd);
  error[0] = -EBADF;
  if (found === null) return null;
  if (found.f_op === socket_file_ops) {
    file[0] = found;
    error[0] = 0;
    return SOCKET_I(cast<Inode>(found.f_dentry.d_inode));
  }
  fput(found);
  error[0] = -ENOTSOCK;
  return null;
}

/** Bytes sent or a negated error. @sleeps */
export function sock_sendmsg(sock: Socket, msg: Msghdr, length: u32): i32 {
  const sendmsg = sock.ops.sendmsg;
  return sendmsg === null ? -EOPNOTSUPP : sendmsg(sock, msg, length);
}

/** Bytes received or a negated error; the sender's address to `msg.msg_name`. @sleeps */
export function sock_recvmsg(sock: Socket, msg: Msghdr, length: u32, flags: u32): i32 {
  const recvmsg = sock.ops.recvmsg;
  return recvmsg === null ? -EOPNOTSUPP : recvmsg(sock, msg, length, flags);
}

/** Options of all sockets here, of its protocols there. @sleeps */
export function sock_set_option(sock: Socket, level: u32, optname: u32, optval: usize, optlen: u32): i32 {
  const setsockopt = sock.ops.setsockopt, sk = sock.sk;
  if (level === SOL_SOCKET) return sk === null ? -EINVAL : sock_setsockopt(sk, optname, optval, optlen);
  return setsockopt === null ? -EOPNOTSUPP : setsockopt(sock, level, optname, optval, optlen);
}

/** @sleeps */
export function sock_get_option(sock: Socket, level: u32, optname: u32, optval: usize, optlen: usize): i32 {
  const getsockopt = sock.ops.getsockopt, sk = sock.sk;
  if (level === SOL_SOCKET) return sk === null ? -EINVAL : sock_getsockopt(sk, optname, optval, optlen);
  return getsockopt === null ? -EOPNOTSUPP : getsockopt(sock, level, optname, optval, optlen);
}

/** @inline */
function socket_of(file: File): Socket {
  return SOCKET_I(cast<Inode>(file.f_dentry.d_inode));
}

function sock_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  if (count === 0) return 0;
  const msg = local<Msghdr>();
  start_msg(msg, buf, count);
  return sock_recvmsg(socket_of(file), msg, count, flags_of(file));
}

function sock_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const msg = local<Msghdr>();
  start_msg(msg, buf, count);
  msg.msg_flags = flags_of(file);
  return sock_sendmsg(socket_of(file), msg, count);
}

/** A message of one buffer and no address. */
export function start_msg(msg: Msghdr, buf: usize, count: u32): void {
  msg.msg_name = 0;
  msg.msg_namelen = 0;
  msg.iov_base = buf;
  msg.iov_len = count;
  msg.msg_flags = 0;
}

/** How a file's calls wait. */
export function flags_of(file: File): u32 {
  return file.f_flags & O_NONBLOCK ? MSG_DONTWAIT : 0;
}

function sock_poll(file: File, wait: PollTable | null): u32 {
  const sock = socket_of(file), poll = sock.ops.poll;
  return poll === null ? 0 : poll(file, sock, wait);
}

/** Requests about interfaces are for any socket; about addresses and routes, for one of their family. */
function sock_ioctl(inode: Inode, file: File, cmd: u32, arg: usize): i32 {
  const sock = SOCKET_I(inode), ioctl = sock.ops.ioctl;
  if (is_dev_ioctl(cmd)) return dev_ioctl(cmd, arg);
  return ioctl === null ? -ENOTTY : ioctl(sock, cmd, arg);
}

function sock_close(inode: Inode, file: File): i32 {
  sock_release(SOCKET_I(inode));
  return 0;
}
