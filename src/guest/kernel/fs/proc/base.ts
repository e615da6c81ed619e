/** Directories of processes in /proc: Linux 2.4, fs/proc/base.c, fs/proc/array.c; each has the file `status`. */
import { list_entry } from '../../../lib/list.ts';
import { snprintf } from '../../../lib/format.ts';
import { PAGE_SIZE } from '../../arch/layout.ts';
import { copy_to_user } from '../../arch/uaccess.ts';
import { EFAULT, ENOENT, ENOMEM, ESRCH } from '../../errno.ts';
import { read_lock_irqsave, read_unlock_irqrestore } from '../../locking/rwlock.ts';
import { GFP_KERNEL, __get_free_page, free_page } from '../../mm/page_alloc.ts';
import {
  TASK_DEAD, TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_STOPPED, TASK_UNINTERRUPTIBLE, TASK_ZOMBIE, TaskStruct,
  find_task_by_pid, task_comm, task_list, tasklist_lock,
} from '../../sched/task.ts';
import { Dentry, d_add } from '../dcache.ts';
import { ERR_PTR } from '../err.ts';
import { File, FileOperations, Inode, InodeOperations, filldir_t } from '../fs.ts';
import { new_inode } from '../inode.ts';
import { generic_read_dir, readdir_dots } from '../libfs.ts';
import { DT_DIR, DT_REG, S_IFDIR, S_IFREG } from '../mode.ts';
import { proc_dentry_operations } from './root.ts';

/** f_pos of the first process in a listing of /proc; the pid is added. */
const FIRST_PROCESS_ENTRY = 256;
/** An inode's number is the pid << 16, and one of these. */
const PROC_PID_INO = 2;
const PROC_PID_STATUS = 3;

const proc_pid_inode_operations: InodeOperations = {
  create: null, lookup: proc_base_lookup, unlink: null, mkdir: null, rmdir: null, mknod: null, rename: null,
  truncate: null, permission: null, setattr: null,
};
const proc_pid_operations: FileOperations = {
  owner: null, llseek: null, read: generic_read_dir, write: null, readdir: proc_base_readdir, poll: null, ioctl: null,
  open: null, flush: null, release: null, fsync: null,
};
const proc_status_operations: FileOperations = {
  owner: null, llseek: null, read: proc_status_read, write: null, readdir: null, poll: null, ioctl: null,
  open: null, flush: null, release: null, fsync: null,
};

/** A name in /proc that is no entry's: a process's number? Called as i_op.lookup. @sleeps */
export function proc_pid_lookup(dir: Inode, dentry: Dentry): Dentry | null {
  const pid = pid_of(dentry.d_name.name, dentry.d_name.len);
  if (pid <= 0 || !exists(pid)) return ERR_PTR<Dentry>(-ENOENT);
  const inode = pid_inode(dir, pid, PROC_PID_INO);
  if (inode === null) return ERR_PTR<Dentry>(-ENOMEM);
  inode.i_mode = S_IFDIR | 0o555;
  inode.i_nlink = 2;
  inode.i_op = proc_pid_inode_operations;
  inode.i_fop = proc_pid_operations;
  d_add(dentry, inode);
  return null;
}

/** The number in a name, or -1. */
function pid_of(name: cstr, len: u32): i32 {
  let pid: i32 = 0;
  for (let i: u32 = 0; i < len; i++) {
    const digit = name[i] - char('0');
    if (digit > 9 || len > 5) return -1;
    pid = pid * 10 + (digit as i32);
  }
  return pid;
}

function exists(pid: i32): bool {
  const flags = read_lock_irqsave(tasklist_lock);
  const task = find_task_by_pid(pid);
  read_unlock_irqrestore(tasklist_lock, flags);
  return task !== null;
}

function pid_inode(dir: Inode, pid: i32, kind: u32): Inode | null {
  const inode = new_inode(dir.i_sb);
  if (inode !== null) inode.i_ino = ((pid as u32) << 16) | kind;
  return inode;
}

function proc_base_lookup(dir: Inode, dentry: Dentry): Dentry | null {
  dentry.d_op = proc_dentry_operations;
  const name = dentry.d_name.name, status = 'status';
  let same: u32 = 0;
  while (same < 6 && name[same] === status[same]) same++;
  if (dentry.d_name.len !== 6 || same !== 6) return ERR_PTR<Dentry>(-ENOENT);
  const inode = pid_inode(dir, (dir.i_ino >>> 16) as i32, PROC_PID_STATUS);
  if (inode === null) return ERR_PTR<Dentry>(-ENOMEM);
  inode.i_mode = S_IFREG | 0o444;
  inode.i_fop = proc_status_operations;
  d_add(dentry, inode);
  return null;
}

function proc_base_readdir(file: File, dirent: usize, filldir: filldir_t): i32 {
  if (!readdir_dots(file, dirent, filldir) || file.f_pos !== 2n) return 0;
  const ino = (cast<Inode>(file.f_dentry.d_inode).i_ino & ~0xffff) | PROC_PID_STATUS;
  if (filldir(dirent, 'status', 6, 2n, ino, DT_REG) >= 0) file.f_pos = 3n;
  return 0;
}

/** The processes by rising number: the rest of the listing of /proc. */
export function proc_pid_readdir(file: File, dirent: usize, filldir: filldir_t): i32 {
  const text = local<Arr<u8, 16>>();
  let last: i32 = 0;
  if (file.f_pos >= 256n) last = (lo32(file.f_pos) - FIRST_PROCESS_ENTRY) as i32;
  for (let pid = next_pid(last); pid !== 0; pid = next_pid(pid)) {
    const length = snprintf(text, 16, '%d', pid) as u32;
    const ino = ((pid as u32) << 16) | PROC_PID_INO;
    if (filldir(dirent, cast<cstr>(text), length, file.f_pos, ino, DT_DIR) < 0) return 0;
    file.f_pos = u64of(FIRST_PROCESS_ENTRY + (pid as u32)) as i64;
  }
  return 0;
}

/** The lowest pid above `pid`, or 0. */
function next_pid(pid: i32): i32 {
  let best: i32 = 0;
  const flags = read_lock_irqsave(tasklist_lock);
  for (let entry = task_list.next; entry !== task_list; entry = entry.next) {
    const task = list_entry<TaskStruct>(entry, offsetof<TaskStruct>('tasks'));
    if (task.pid > pid && (best === 0 || task.pid < best)) best = task.pid;
  }
  read_unlock_irqrestore(tasklist_lock, flags);
  return best;
}

function proc_status_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const page = __get_free_page(GFP_KERNEL);
  if (!page) return -ENOMEM;
  const pid = (cast<Inode>(file.f_dentry.d_inode).i_ino >>> 16) as i32;
  const length = status_text(cast<Ptr<u8>>(page), pid);
  let result = length;
  if (length >= 0) {
    const offset = lo32(ppos[0]), size = length as u32;
    const left = offset < size ? size - offset : 0;
    const bytes = count < left ? count : left;
    result = copy_to_user(buf, page + offset, bytes) ? -EFAULT : (bytes as i32);
    if (result > 0) ppos[0] = ppos[0] + i64of(result);
  }
  free_page(page);
  return result;
}

/** Times in ticks. */
const STATUS: cstr =
  'Name:\t%s\nState:\t%s\nPid:\t%d\nPPid:\t%d\nPgrp:\t%d\nCPU:\t%u\nNice:\t%d\nUtime:\t%u\nStime:\t%u\nSwitches:\t%u\n';

function status_text(page: Ptr<u8>, pid: i32): i32 {
  let length: i32 = -ESRCH;
  const flags = read_lock_irqsave(tasklist_lock);
  const task = find_task_by_pid(pid);
  if (task !== null) {
    length = snprintf(page, PAGE_SIZE, STATUS,
      task_comm(task), state_name(task.state), pid, task.parent.pid, task.pgrp, task.processor, task.nice,
      task.utime, task.stime, task.switches) as i32;
  }
  read_unlock_irqrestore(tasklist_lock, flags);
  return length;
}

function state_name(state: u32): cstr {
  switch (state) {
    case TASK_RUNNING: return 'R (running)';
    case TASK_INTERRUPTIBLE: return 'S (sleeping)';
    case TASK_UNINTERRUPTIBLE: return 'D (disk sleep)';
    case TASK_ZOMBIE: return 'Z (zombie)';
    case TASK_STOPPED: return 'T (stopped)';
    case TASK_DEAD: return 'X (dead)';
    default: return '? (unknown)';
  }
}
