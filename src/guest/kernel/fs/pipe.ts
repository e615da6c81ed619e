/** Pipes: Linux 2.4, fs/pipe.c and its pipefs. */
import { snprintf } from '../../lib/format.ts';
import { strlen } from '../../lib/string.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { current } from '../arch/cpu.ts';
import { copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { BUG_ON } from '../debug/panic.ts';
import { EAGAIN, EFAULT, EMFILE, ENFILE, ENOMEM, EPIPE, ERESTARTSYS } from '../errno.ts';
import { down, down_interruptible, up } from '../locking/semaphore.ts';
import { GFP_KERNEL, __get_free_page, free_page } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { SIGPIPE, send_sig, signal_pending } from '../sched/signal.ts';
import { TASK_INTERRUPTIBLE } from '../sched/task.ts';
import { schedule } from '../sched/sched.ts';
import {
  WaitQueue, WaitQueueHead, finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, wake_up_interruptible_all,
} from '../sched/wait.ts';
import { Dentry, Qstr, d_alloc, d_alloc_root, d_instantiate, dget, full_name_hash } from './dcache.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from './err.ts';
import {
  O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM,
} from './fcntl.ts';
import { fd_install, get_unused_fd, put_unused_fd, set_close_on_exec } from './file.ts';
import { fput } from './file_table.ts';
import {
  FS_NOMOUNT, FS_SINGLE, File, FileOperations, FileSystemType, Inode, SuperBlock, SuperOperations, VfsMount,
} from './fs.ts';
import { iput, new_inode } from './inode.ts';
import { S_IFDIR, S_IFIFO } from './mode.ts';
import { kern_mount, mntget } from './mount.ts';
import { dentry_open } from './open.ts';
import type { PollTable } from './poll.ts';
import { poll_wait } from './poll.ts';
import { no_llseek } from './read_write.ts';
import { register_filesystem } from './super.ts';

/** Bytes a pipe holds, and that a write puts there in one piece. */
export const PIPE_BUF = 4096;

/** A pipe's buffer, `Inode.i_pipe`: all of it is the inode's i_sem's. */
class PipeInodeInfo {
  /** On which readers wait for bytes and writers for room. */
  wait: Embed<WaitQueueHead>;
  base: usize;
  start: u32;
  len: u32;
  readers: u32;
  writers: u32;
}

const pipe_super_operations: SuperOperations = {
  read_inode: null, dirty_inode: null, write_inode: null, put_inode: null, delete_inode: null, put_super: null,
  write_super: null, statfs: null, clear_inode: pipe_clear_inode,
};
const read_pipe_fops: FileOperations = {
  owner: null, llseek: no_llseek, read: pipe_read, write: null, readdir: null, poll: pipe_poll, ioctl: null, open: null,
  flush: null, release: pipe_read_release, fsync: null,
};
const write_pipe_fops: FileOperations = {
  owner: null, llseek: no_llseek, read: null, write: pipe_write, readdir: null, poll: pipe_poll, ioctl: null,
  open: null, flush: null, release: pipe_write_release, fsync: null,
};

let pipe_fs_type: Embed<FileSystemType> = {
  name: 'pipefs', fs_flags: FS_NOMOUNT | FS_SINGLE, read_super: pipefs_read_super, owner: null, next: null,
};
let pipe_mnt!: VfsMount;

export function pipe_init(): void {
  BUG_ON(register_filesystem(pipe_fs_type) !== 0);
  pipe_mnt = kern_mount(pipe_fs_type);
  BUG_ON(IS_ERR(pipe_mnt));
}

function pipefs_read_super(sb: SuperBlock, data: usize, silent: i32): SuperBlock | null {
  sb.s_op = pipe_super_operations;
  const root = new_inode(sb);
  if (root === null) return null;
  root.i_mode = S_IFDIR | 0o600;
  sb.s_root = d_alloc_root(root);
  if (sb.s_root !== null) return sb;
  iput(root);
  return null;
}

/**
 * pipe(2): descriptors of the current task, `fd[0]` to read from, `fd[1]` to write to (kernel address); of `flags`
 * O_CLOEXEC and O_NONBLOCK count. 0 or a negated error. @sleeps
 */
export function do_pipe(fd: Ptr<i32>, flags: u32): i32 {
  const files = local<Arr<File, 2>>();
  const error = create_pipe_files(ptr(files[0]), flags & O_NONBLOCK);
  if (error !== 0) return error;
  const reading = get_unused_fd();
  const writing = reading < 0 ? reading : get_unused_fd();
  if (writing < 0) {
    if (reading >= 0) put_unused_fd(reading as u32);
    fput(files[0]);
    fput(files[1]);
    return -EMFILE;
  }
  set_close_on_exec(reading as u32, (flags & O_CLOEXEC) !== 0);
  set_close_on_exec(writing as u32, (flags & O_CLOEXEC) !== 0);
  fd_install(reading as u32, files[0]);
  fd_install(writing as u32, files[1]);
  fd[0] = reading;
  fd[1] = writing;
  return 0;
}

/** Two open files, to read and to write, of a new pipe; also for kernel threads. 0 or a negated error. @sleeps */
export function create_pipe_files(files: Ptr<File>, flags: u32): i32 {
  const dentry = pipe_dentry();
  if (IS_ERR(dentry)) return PTR_ERR(dentry);
  const inode = cast<Inode>(dentry.d_inode);
  const pipe = cast<PipeInodeInfo>(inode.i_pipe);
  dget(dentry);
  inode.i_fop = read_pipe_fops;
  const reader = dentry_open(dentry, mntget(pipe_mnt), O_RDONLY | flags);
  inode.i_fop = write_pipe_fops;
  const writer = dentry_open(dentry, mntget(pipe_mnt), O_WRONLY | flags);
  pipe.readers = 1;
  pipe.writers = 1;
  if (!IS_ERR(reader) && !IS_ERR(writer)) {
    files[0] = reader;
    files[1] = writer;
    return 0;
  }
  if (!IS_ERR(reader)) fput(reader);
  if (!IS_ERR(writer)) fput(writer);
  return -ENFILE;
}

/** The dentry of a new pipe, whose last reference frees it; or an ERR_PTR. */
function pipe_dentry(): Dentry {
  const inode = new_inode(pipe_mnt.mnt_sb);
  if (inode === null) return ERR_PTR<Dentry>(-ENFILE);
  inode.i_mode = S_IFIFO | 0o600;
  inode.i_nlink = 0;
  const pipe = pipe_new();
  inode.i_pipe = pipe;
  const text = local<Arr<u8, 32>>(), name = local<Qstr>();
  snprintf(text, 32, 'pipe:[%u]', inode.i_ino);
  name.name = cast<cstr>(text);
  name.len = strlen(name.name);
  name.hash = full_name_hash(name.name, name.len);
  const dentry = pipe ? d_alloc(pipe_mnt.mnt_root, name) : null;
  if (dentry === null) {
    iput(inode);
    return ERR_PTR<Dentry>(-ENOMEM);
  }
  // Not hashed: nobody looks it up, and the last dput frees it.
  d_instantiate(dentry, inode);
  return dentry;
}

function pipe_new(): usize {
  const memory = kmalloc(sizeof<PipeInodeInfo>(), GFP_KERNEL);
  const page = memory ? __get_free_page(GFP_KERNEL) : 0;
  if (!page) {
    kfree(memory);
    return 0;
  }
  const pipe = cast<PipeInodeInfo>(memory);
  init_waitqueue_head(pipe.wait);
  pipe.base = page;
  pipe.start = 0;
  pipe.len = 0;
  pipe.readers = 0;
  pipe.writers = 0;
  return memory;
}

function pipe_clear_inode(inode: Inode): void {
  if (inode.i_pipe === 0) return;
  free_page(cast<PipeInodeInfo>(inode.i_pipe).base);
  kfree(inode.i_pipe);
  inode.i_pipe = 0;
}

/** @inline */
function pipe_of(file: File): PipeInodeInfo {
  return cast<PipeInodeInfo>(cast<Inode>(file.f_dentry.d_inode).i_pipe);
}

/** Gives what is there, waiting for the first byte; 0 once there is no writer. */
function pipe_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  if (count === 0) return 0;
  const inode = cast<Inode>(file.f_dentry.d_inode), pipe = pipe_of(file);
  if (down_interruptible(inode.i_sem)) return -ERESTARTSYS;
  let read: u32 = 0, error: i32 = 0;
  while (pipe.len === 0 && pipe.writers !== 0 && error === 0) {
    error = file.f_flags & O_NONBLOCK ? -EAGAIN : pipe_wait(inode);
  }
  while (error === 0 && read < count && pipe.len !== 0) {
    let chunk = PAGE_SIZE - pipe.start;
    if (chunk > pipe.len) chunk = pipe.len;
    if (chunk > count - read) chunk = count - read;
    if (copy_to_user(buf + read, pipe.base + pipe.start, chunk)) {
      error = -EFAULT;
    } else {
      pipe.start = (pipe.start + chunk) % PAGE_SIZE;
      pipe.len -= chunk;
      read += chunk;
    }
  }
  if (read !== 0) wake_up_interruptible_all(pipe.wait);
  up(inode.i_sem);
  return read !== 0 ? (read as i32) : error;
}

/** Puts all there, up to PIPE_BUF bytes in one piece; EPIPE and SIGPIPE if nobody can read it. */
function pipe_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  if (count === 0) return 0;
  const inode = cast<Inode>(file.f_dentry.d_inode), pipe = pipe_of(file);
  if (down_interruptible(inode.i_sem)) return -ERESTARTSYS;
  let written: u32 = 0, error: i32 = 0;
  const piece = count <= PIPE_BUF ? count : 1;
  while (error === 0 && written < count) {
    const room = PAGE_SIZE - pipe.len;
    if (pipe.readers === 0) error = -EPIPE;
    else if (room >= (written === 0 ? piece : 1)) {
      const put = pipe_put(pipe, buf + written, count - written);
      if (put < 0) error = put;
      else written += put as u32;
      wake_up_interruptible_all(pipe.wait);
    } else error = file.f_flags & O_NONBLOCK ? -EAGAIN : pipe_wait(inode);
  }
  up(inode.i_sem);
  if (error === -EPIPE && written === 0) send_sig(SIGPIPE, current());
  return written !== 0 ? (written as i32) : error;
}

/** Puts what fits without wrapping; bytes or EFAULT. */
function pipe_put(pipe: PipeInodeInfo, buf: usize, count: u32): i32 {
  const end = (pipe.start + pipe.len) % PAGE_SIZE;
  let chunk = PAGE_SIZE - pipe.len;
  if (chunk > PAGE_SIZE - end) chunk = PAGE_SIZE - end;
  if (chunk > count) chunk = count;
  if (copy_from_user(pipe.base + end, buf, chunk)) return -EFAULT;
  pipe.len += chunk;
  return chunk as i32;
}

/** Sleeps, without i_sem, until something happens to the pipe: 0, or ERESTARTSYS if that is a signal. */
function pipe_wait(inode: Inode): i32 {
  const wait = local<WaitQueue>(), pipe = cast<PipeInodeInfo>(inode.i_pipe);
  init_wait(wait);
  prepare_to_wait(pipe.wait, wait, TASK_INTERRUPTIBLE);
  up(inode.i_sem);
  if (!signal_pending(current())) schedule();
  finish_wait(pipe.wait, wait);
  down(inode.i_sem);
  return signal_pending(current()) ? -ERESTARTSYS : 0;
}

function pipe_poll(file: File, wait: PollTable | null): u32 {
  const pipe = pipe_of(file);
  poll_wait(file, pipe.wait, wait);
  let mask: u32 = 0;
  if (file.f_op === read_pipe_fops) {
    if (pipe.len !== 0) mask = POLLIN | POLLRDNORM;
    if (pipe.writers === 0) mask |= POLLHUP;
    return mask;
  }
  if (pipe.len < PAGE_SIZE) mask = POLLOUT | POLLWRNORM;
  if (pipe.readers === 0) mask |= POLLERR;
  return mask;
}

function pipe_read_release(inode: Inode, file: File): i32 {
  return pipe_release(inode, 1, 0);
}

function pipe_write_release(inode: Inode, file: File): i32 {
  return pipe_release(inode, 0, 1);
}

function pipe_release(inode: Inode, readers: u32, writers: u32): i32 {
  const pipe = cast<PipeInodeInfo>(inode.i_pipe);
  down(inode.i_sem);
  pipe.readers -= readers;
  pipe.writers -= writers;
  wake_up_interruptible_all(pipe.wait);
  up(inode.i_sem);
  return 0;
}
