/**
 * A process that runs another program, made in one step: what fork and execve do together, without a copy of the
 * caller's memory. Linux 2.4, kernel/fork.c (do_fork), fs/exec.c (do_execve); POSIX.1-2001, posix_spawn.
 */
import { current } from '../arch/cpu.ts';
import { task_regs } from '../arch/switch.ts';
import { get_user } from '../arch/uaccess.ts';
import { EBADF, EFAULT, EINVAL, EMFILE, ENOMEM, EPERM, ERESTARTSYS } from '../errno.ts';
import { IS_ERR, PTR_ERR } from '../fs/err.ts';
import {
  alloc_files, copy_files, exit_files, fget, FilesStruct, flush_old_files, give_file, NR_OPEN, put_files_struct,
} from '../fs/file.ts';
import { copy_fs_struct, exit_fs, task_fs } from '../fs/fs_struct.ts';
import { getname, putname } from '../fs/namei.ts';
import { write_lock_irq, write_unlock_irq } from '../locking/rwlock.ts';
import { mmput } from '../mm/mmap.ts';
import { create_task, free_new_task } from '../sched/fork.ts';
import { wake_up_new_task } from '../sched/sched.ts';
import { signal_pending } from '../sched/signal.ts';
import { tasklist_lock, TaskStruct } from '../sched/task.ts';
import { group_in_session } from '../syscall/tasks.ts';
import { base_name, load_program, Program, start_thread } from './exec.ts';

/**
 * Starts a child in the program at `path`: its pid. `fds` is an array of `nfds` descriptors of the caller, which become
 * the child's 0, 1 and so on, -1 standing for none; at 0 the child gets all that do not close at execve. The child is
 * in process group `pgrp`: -1 for the caller's, 0 for one of its own. No signal is ignored in it. @sleeps
 */
export function sys_spawn(path: usize, argv: usize, envp: usize, fds: usize, nfds: u32, pgrp: i32): i32 {
  if (pgrp < -1) return -EINVAL;
  const name = getname(path);
  if (IS_ERR(name)) return PTR_ERR(name);
  const program = local<Program>();
  let result = load_program(name, argv, envp, program);
  if (result === 0) {
    result = start_child(program, name, fds, nfds, pgrp);
    if (result < 0) mmput(program.mm);
  }
  putname(name);
  return result;
}

function start_child(program: Program, path: cstr, fds: usize, nfds: u32, pgrp: i32): i32 {
  const failed = local<Arr<i32, 1>>();
  failed[0] = -ENOMEM;
  const own = current().files;
  const files = fds !== 0 ? chosen_files(fds, nfds, failed) : own !== null ? copy_files(own) : alloc_files();
  return files === null ? failed[0] : start_program(program, path, files, pgrp);
}

/**
 * Starts a loaded program with these open files as a child of the current task, in a process group as above: its pid,
 * or a negated error, and then the caller still has `program.mm`. The files are the child's in any case. @sleeps
 */
export function start_program(program: Program, path: cstr, files: FilesStruct, pgrp: i32): i32 {
  const child = create_task(begin_child, 0, base_name(path));
  if (child === null) {
    put_files_struct(files);
    return -ENOMEM;
  }
  child.files = files;
  child.fs = copy_fs_struct(task_fs(current()));
  child.ignored = 0;
  let error = child.fs === null ? -ENOMEM : join_group(child, pgrp);
  // A signal to the whole group that came just before the child was in it would miss it: Linux 2.6, copy_process.
  if (error === 0 && signal_pending(current())) error = -ERESTARTSYS;
  if (error !== 0) {
    exit_files(child);
    exit_fs(child);
    free_new_task(child);
    return error;
  }
  child.mm = program.mm;
  start_thread(task_regs(child), program);
  const pid = child.pid;
  wake_up_new_task(child);
  return pid;
}

/** The child's first steps, in the kernel; then it goes to user mode. */
function begin_child(unused: usize): void {
  flush_old_files(cast<FilesStruct>(current().files));
}

/** A table with the files that the user's array names, or null for the reason in failed[0]. */
function chosen_files(fds: usize, nfds: u32, failed: Ptr<i32>): FilesStruct | null {
  if (nfds > NR_OPEN) {
    failed[0] = -EMFILE;
    return null;
  }
  const files = alloc_files();
  if (files === null) return null;
  const cell = local<Arr<u32, 1>>();
  for (let fd: u32 = 0; fd < nfds; fd++) {
    const error = get_user(cell, fds + 4 * fd) !== 0 ? -EFAULT : share_file(files, fd, cell[0] as i32);
    if (error === 0) continue;
    put_files_struct(files);
    failed[0] = error;
    return null;
  }
  return files;
}

/** Puts the caller's file `from` into the table. */
function share_file(files: FilesStruct, fd: u32, from: i32): i32 {
  if (from === -1) return 0;
  const file = fget(from as u32);
  if (file === null) return -EBADF;
  give_file(files, fd, file);
  return 0;
}

function join_group(child: TaskStruct, pgrp: i32): i32 {
  if (pgrp === -1) return 0;
  let error: i32 = 0;
  write_lock_irq(tasklist_lock);
  if (pgrp === 0) child.pgrp = child.pid;
  else if (group_in_session(pgrp, child.session)) child.pgrp = pgrp;
  else error = -EPERM;
  write_unlock_irq(tasklist_lock);
  return error;
}
