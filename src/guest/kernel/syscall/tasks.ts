/** System calls about tasks: Linux 2.4, kernel/sys.c, kernel/exit.c (wait4), kernel/signal.c, kernel/sched.c. */
import { current } from '../arch/cpu.ts';
import { copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EINVAL, EPERM, ESRCH } from '../errno.ts';
import { ListHead } from '../../lib/list.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../locking/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../locking/spinlock.ts';
import { do_exit, wait_task, WNOHANG, WUNTRACED } from '../sched/exit.ts';
import { yield_ } from '../sched/sched.ts';
import { SIGKILL, SIGSTOP } from '../sched/signal.ts';
import { find_task_by_pid, task_list, tasklist_lock, TaskStruct } from '../sched/task.ts';

/** Signals are numbered from 1 to this. */
const NSIG = 32;

export function sys_exit(code: u32): i32 {
  do_exit((code & 0xff) << 8);
}

export function sys_getpid(): i32 {
  return current().pid;
}

export function sys_getppid(): i32 {
  read_lock(tasklist_lock);
  const pid = current().parent.pid;
  read_unlock(tasklist_lock);
  return pid;
}

/** How many tasks there are, without the idle ones. */
export function nr_tasks(): u32 {
  let count: u32 = 0;
  read_lock(tasklist_lock);
  for (let link: ListHead = task_list.next; link !== task_list; link = link.next) count++;
  read_unlock(tasklist_lock);
  return count;
}

/** Times used by the child (`rusage`) are not told: it must be 0. */
export function sys_wait4(pid: i32, status: usize, options: u32, rusage: usize): i32 {
  if ((options & ~(WNOHANG | WUNTRACED)) !== 0 || rusage !== 0) return -EINVAL;
  const code = local<Arr<i32, 1>>();
  const result = wait_task(pid, code, options);
  if (result <= 0 || status === 0) return result;
  return copy_to_user(status, addr(code), 4) === 0 ? result : -EFAULT;
}

/** The user's struct sigaction, 32 bits (include/uapi/asm-generic/signal.h). */
class SigAction {
  sa_handler: usize;
  sa_flags: u32;
  sa_mask: Arr<u32, 2>;
}

const SIG_DFL = 0;
const SIG_IGN = 1;

/** There are no handlers: of actions only SIG_DFL and SIG_IGN, of flags and masks none. */
export function sys_rt_sigaction(sig: u32, act: usize, oact: usize, size: u32): i32 {
  if (sig < 1 || sig > NSIG || size !== 8) return -EINVAL;
  const task = current();
  const bit = 1 << (sig - 1);
  const given = local<SigAction>();
  const old = local<SigAction>();
  if (act !== 0) {
    if (copy_from_user(addr(given), act, sizeof<SigAction>()) !== 0) return -EFAULT;
    if (sig === SIGKILL || sig === SIGSTOP || given.sa_handler > SIG_IGN) return -EINVAL;
  }
  spin_lock_irq(task.sigmask_lock);
  old.sa_handler = (task.ignored & bit) !== 0 ? SIG_IGN : SIG_DFL;
  if (act !== 0) task.ignored = given.sa_handler === SIG_IGN ? task.ignored | bit : task.ignored & ~bit;
  spin_unlock_irq(task.sigmask_lock);
  if (oact === 0) return 0;
  old.sa_flags = 0;
  old.sa_mask[0] = 0;
  old.sa_mask[1] = 0;
  return copy_to_user(oact, addr(old), sizeof<SigAction>()) === 0 ? 0 : -EFAULT;
}

/** A process may move itself and its children, into its own session's groups; 0 means itself, and its pid. */
export function sys_setpgid(pid: i32, pgid: i32): i32 {
  if (pgid < 0) return -EINVAL;
  const me = current();
  write_lock_irq(tasklist_lock);
  const task = pid === 0 ? me : find_task_by_pid(pid);
  let error: i32 = 0;
  if (task === null || (task !== me && task.parent !== me)) error = -ESRCH;
  else if (task.session !== me.session || task.session === task.pid) error = -EPERM;
  else if (pgid !== 0 && pgid !== task.pid && !group_in_session(pgid, me.session)) error = -EPERM;
  else task.pgrp = pgid === 0 ? task.pid : pgid;
  write_unlock_irq(tasklist_lock);
  return error;
}

/** Whether some task of the session is in the group; tasklist_lock is held. */
export function group_in_session(pgrp: i32, session: i32): bool {
  for (let link: ListHead = task_list.next; link !== task_list; link = link.next) {
    const task = cast<TaskStruct>(addr(link) - offsetof<TaskStruct>('tasks'));
    if (task.pgrp === pgrp && task.session === session) return true;
  }
  return false;
}

export function sys_getpgid(pid: i32): i32 {
  read_lock(tasklist_lock);
  const task = pid === 0 ? current() : find_task_by_pid(pid);
  const result = task === null ? -ESRCH : task.pgrp;
  read_unlock(tasklist_lock);
  return result;
}

export function sys_getsid(pid: i32): i32 {
  read_lock(tasklist_lock);
  const task = pid === 0 ? current() : find_task_by_pid(pid);
  const result = task === null ? -ESRCH : task.session;
  read_unlock(tasklist_lock);
  return result;
}

/** The caller becomes the leader of a new session and of a group in it; it must not lead a group yet. */
export function sys_setsid(): i32 {
  const me = current();
  let result: i32 = -EPERM;
  write_lock_irq(tasklist_lock);
  if (me.pgrp !== me.pid) {
    me.session = me.pid;
    me.pgrp = me.pid;
    result = me.pid;
  }
  write_unlock_irq(tasklist_lock);
  return result;
}

export function sys_sched_yield(): i32 {
  yield_();
  return 0;
}

// include/linux/resource.h: whose priority; only that of one process.
const PRIO_PROCESS = 0;

/** As the system call gives it: 20 - nice, so that no result is below 0. */
export function sys_getpriority(which: u32, who: i32): i32 {
  if (which !== PRIO_PROCESS) return -EINVAL;
  read_lock(tasklist_lock);
  const task = who === 0 ? current() : find_task_by_pid(who);
  const result = task === null ? -ESRCH : 20 - task.nice;
  read_unlock(tasklist_lock);
  return result;
}

export function sys_setpriority(which: u32, who: i32, nice: i32): i32 {
  if (which !== PRIO_PROCESS) return -EINVAL;
  read_lock(tasklist_lock);
  const task = who === 0 ? current() : find_task_by_pid(who);
  if (task !== null) task.nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
  read_unlock(tasklist_lock);
  return task === null ? -ESRCH : 0;
}
