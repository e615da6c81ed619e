/** File descriptors of tasks: Linux 2.4, include/linux/sched.h (files_struct), fs/file.c, fs/open.c, fs/fcntl.c. */
import { memset } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import { EBADF, EBUSY, EINVAL, EMFILE } from '../errno.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_set } from '../locking/atomic.ts';
import { RwLock, read_lock, read_unlock, rwlock_init, write_lock, write_unlock } from '../locking/rwlock.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import type { TaskStruct } from '../sched/task.ts';
import { FD_CLOEXEC, F_DUPFD, F_GETFD, F_GETFL, F_SETFD, F_SETFL, O_APPEND, O_NONBLOCK } from './fcntl.ts';
import { fput, get_file } from './file_table.ts';
import { File } from './fs.ts';
import { filp_close } from './open.ts';

/** Descriptors a task can have. */
export const NR_OPEN = 64;

/** A process's descriptors; tasks without one (task.files is null) can have none. */
export class FilesStruct {
  count: Embed<Atomic>;
  /** Protects the rest. Nothing is taken inside it. */
  file_lock: Embed<RwLock>;
  /** Bit n: descriptor n is taken (its file may not be there yet); it closes at exec. */
  open_fds: Arr<u32, 2>;
  close_on_exec: Arr<u32, 2>;
  fd: Arr<File | null, 64>;
}

/** An empty table, referenced once; null for no memory. @sleeps */
export function alloc_files(): FilesStruct | null {
  const memory = kmalloc(sizeof<FilesStruct>(), GFP_KERNEL);
  if (!memory) return null;
  memset(cast(memory), 0, sizeof<FilesStruct>());
  const files = cast<FilesStruct>(memory);
  atomic_set(files.count, 1);
  rwlock_init(files.file_lock, 'files_struct');
  return files;
}

/** Puts a file, whose use is the table's from now on, into one that nobody else knows yet. */
export function give_file(files: FilesStruct, fd: u32, file: File): void {
  files.fd[fd] = file;
  set_bit_of(ptr(files.open_fds[0]), fd, true);
}

/** A table for a new task with the same open files; null for no memory. @sleeps */
export function copy_files(from: FilesStruct): FilesStruct | null {
  const files = alloc_files();
  if (files === null) return null;
  read_lock(from.file_lock);
  for (let fd: u32 = 0; fd < NR_OPEN; fd++) {
    const file = from.fd[fd];
    if (file === null) continue;
    get_file(file);
    files.fd[fd] = file;
    set_bit_of(ptr(files.open_fds[0]), fd, true);
    set_bit_of(ptr(files.close_on_exec[0]), fd, bit_of(ptr(from.close_on_exec[0]), fd));
  }
  read_unlock(from.file_lock);
  return files;
}

/** One more task has it. @inline */
export function get_files_struct(files: FilesStruct): void {
  atomic_inc(files.count);
}

/** One task less has it; the last closes all files. @sleeps */
export function put_files_struct(files: FilesStruct): void {
  if (!atomic_dec_and_test(files.count)) return;
  for (let fd: u32 = 0; fd < NR_OPEN; fd++) {
    const file = files.fd[fd];
    if (file !== null) filp_close(file);
  }
  kfree(addr(files));
}

/** The task lets go of its table. @sleeps */
export function exit_files(task: TaskStruct): void {
  const files = task.files;
  if (files === null) return;
  spin_lock(task.alloc_lock);
  task.files = null;
  spin_unlock(task.alloc_lock);
  put_files_struct(files);
}

/** The lowest free descriptor of the current task, now taken; EMFILE. */
export function get_unused_fd(): i32 {
  return take_fd(0);
}

function take_fd(from: u32): i32 {
  const files = current().files;
  if (files === null) return -EMFILE;
  write_lock(files.file_lock);
  let fd = from;
  while (fd < NR_OPEN && bit_of(ptr(files.open_fds[0]), fd)) fd++;
  if (fd < NR_OPEN) {
    set_bit_of(ptr(files.open_fds[0]), fd, true);
    set_bit_of(ptr(files.close_on_exec[0]), fd, false);
  }
  write_unlock(files.file_lock);
  return fd < NR_OPEN ? (fd as i32) : -EMFILE;
}

/** A descriptor that get_unused_fd gave is free again. */
export function put_unused_fd(fd: u32): void {
  const files = cast<FilesStruct>(current().files);
  write_lock(files.file_lock);
  set_bit_of(ptr(files.open_fds[0]), fd, false);
  write_unlock(files.file_lock);
}

/** Binds a file, whose reference it takes over, to a descriptor that get_unused_fd gave. */
export function fd_install(fd: u32, file: File): void {
  const files = cast<FilesStruct>(current().files);
  write_lock(files.file_lock);
  files.fd[fd] = file;
  write_unlock(files.file_lock);
}

/** The current task's file `fd`, referenced (fput), or null. */
export function fget(fd: u32): File | null {
  const files = current().files;
  if (files === null || fd >= NR_OPEN) return null;
  read_lock(files.file_lock);
  const file = files.fd[fd];
  if (file !== null) get_file(file);
  read_unlock(files.file_lock);
  return file;
}

/** Whether the descriptor closes at exec. */
export function set_close_on_exec(fd: u32, flag: bool): void {
  const files = cast<FilesStruct>(current().files);
  write_lock(files.file_lock);
  set_bit_of(ptr(files.close_on_exec[0]), fd, flag);
  write_unlock(files.file_lock);
}

/** Closes what is marked close-on-exec in a table that nobody else uses. @sleeps */
export function flush_old_files(files: FilesStruct): void {
  for (let fd: u32 = 0; fd < NR_OPEN; fd++) {
    if (!bit_of(ptr(files.close_on_exec[0]), fd)) continue;
    const file = take_file(files, fd);
    if (file !== null) filp_close(file);
  }
}

/** Frees the descriptor and gives the file that was there, or null. */
function take_file(files: FilesStruct, fd: u32): File | null {
  write_lock(files.file_lock);
  const file = files.fd[fd];
  if (file !== null) {
    files.fd[fd] = null;
    set_bit_of(ptr(files.open_fds[0]), fd, false);
    set_bit_of(ptr(files.close_on_exec[0]), fd, false);
  }
  write_unlock(files.file_lock);
  return file;
}

// For the current task: a descriptor or 0, or a negated error.

/** close(2). @sleeps */
export function do_close(fd: u32): i32 {
  const files = current().files;
  const file = files === null || fd >= NR_OPEN ? null : take_file(files, fd);
  return file === null ? -EBADF : filp_close(file);
}

/** dup(2). */
export function do_dup(fd: u32): i32 {
  return dup_from(fd, 0);
}

function dup_from(fd: u32, lowest: u32): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const copy = take_fd(lowest);
  if (copy < 0) fput(file);
  else fd_install(copy as u32, file);
  return copy;
}

/** dup2(2). @sleeps */
export function do_dup2(oldfd: u32, newfd: u32): i32 {
  if (newfd >= NR_OPEN) return -EBADF;
  const file = fget(oldfd);
  if (file === null) return -EBADF;
  if (oldfd === newfd) {
    fput(file);
    return newfd as i32;
  }
  const files = cast<FilesStruct>(current().files);
  write_lock(files.file_lock);
  const before = files.fd[newfd];
  // Taken, but another thread's open has not put its file there yet.
  const busy = before === null && bit_of(ptr(files.open_fds[0]), newfd);
  if (!busy) {
    files.fd[newfd] = file;
    set_bit_of(ptr(files.open_fds[0]), newfd, true);
    set_bit_of(ptr(files.close_on_exec[0]), newfd, false);
  }
  write_unlock(files.file_lock);
  if (busy) fput(file);
  else if (before !== null) filp_close(before);
  return busy ? -EBUSY : (newfd as i32);
}

/** fcntl(2): F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL (O_APPEND and O_NONBLOCK). */
export function do_fcntl(fd: u32, cmd: u32, arg: u32): i32 {
  if (cmd === F_DUPFD) return arg < NR_OPEN ? dup_from(fd, arg) : -EINVAL;
  const file = fget(fd);
  if (file === null) return -EBADF;
  const files = cast<FilesStruct>(current().files), settable = O_APPEND | O_NONBLOCK;
  let result: i32 = 0;
  if (cmd === F_GETFD) result = bit_of(ptr(files.close_on_exec[0]), fd) ? FD_CLOEXEC : 0;
  else if (cmd === F_SETFD) set_close_on_exec(fd, (arg & FD_CLOEXEC) !== 0);
  else if (cmd === F_GETFL) result = file.f_flags as i32;
  else if (cmd === F_SETFL) file.f_flags = (file.f_flags & ~settable) | (arg & settable);
  else result = -EINVAL;
  fput(file);
  return result;
}

function bit_of(bits: Ptr<u32>, n: u32): bool {
  return ((bits[n >>> 5] >>> (n & 31)) & 1) !== 0;
}

/** Under file_lock. */
function set_bit_of(bits: Ptr<u32>, n: u32, value: bool): void {
  const bit = 1 << (n & 31);
  bits[n >>> 5] = value ? bits[n >>> 5] | bit : bits[n >>> 5] & ~bit;
}
