/**
 * Wrappers of what a driver leaves to a task, and of the lock that such a task then takes: work lies in the extension's
 * memory, keventd queues the kernel's version of it; rtnl_sem is taken in the extension's name, and given back when the
 * crossing ends in which it was.
 */
import { HZ, jiffies } from '../../kernel/arch/time.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { rtnl_is_mine, rtnl_trylock, rtnl_unlock } from '../../kernel/net/rtnetlink.ts';
import {
  current_is_keventd, flush_scheduled_tasks, schedule_task, TaskRoutine, TqStruct, unschedule_task,
} from '../../kernel/sched/context.ts';
import { schedule_timeout, set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import { NX_TaskRoutine } from '../generated/extension.table.ts';
import { Domain, DOMAIN_LIVE, FAIL_RESOURCES, FAIL_TIMEOUT } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { crossing_slept } from '../isolation/sleepers.ts';
import { NooksObject, object_find } from '../tracker/objects.ts';
import { OBJECT_TASK } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_crossing } from './check.ts';
import { adopt, is_own } from './embedded.ts';
import { nooks_interpose } from './targets.ts';

/** How long rtnl_sem may be someone else's: whoever has it may bring an interface up. */
const RTNL_PATIENCE = 20 * HZ;

/** With the routine and data that the extension has set by now. */
export function body_schedule_task(task: TqStruct): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, addr(task), sizeof<TqStruct>())) return nooks_bad_parameter('schedule_task', 'task');
  let version = cast<TqStruct | null>(object_find(domain, OBJECT_TASK, addr(task)));
  if (version === null) version = cast<TqStruct | null>(adopt(domain, OBJECT_TASK, addr(task), sizeof<TqStruct>()));
  if (version === null || version.sync !== 0) return 0;
  const routine = cast<usize>(task.routine);
  const thunk = nooks_interpose(domain, NX_TaskRoutine, routine);
  if (routine === 0) return nooks_bad_parameter('schedule_task', 'task: routine');
  if (thunk === 0) {
    domain_fail(domain, FAIL_RESOURCES, null, 'too many functions');
    return 0;
  }
  version.routine = cast<TaskRoutine>(thunk);
  version.data = task.data;
  return schedule_task(version) ? 1 : 0;
}

export function body_flush_scheduled_tasks(): u32 {
  if (in_atomic()) return nooks_bad_parameter('flush_scheduled_tasks', 'context: atomic');
  if (current_is_keventd()) return nooks_bad_parameter('flush_scheduled_tasks', 'context: keventd');
  flush_scheduled_tasks();
  crossing_slept();
  return 0;
}

/** Whoever ran it has left the domain. */
export function release_task(domain: Domain, object: NooksObject): void {
  unschedule_task(cast<TqStruct>(object.kernel));
  kfree(object.kernel);
}

/** Whoever waits must get out when the domain fails: so it asks again and again. */
export function body_rtnl_lock(): u32 {
  const domain = nooks_caller(), began = jiffies;
  if (in_atomic()) return nooks_bad_parameter('rtnl_lock', 'context: atomic');
  if (rtnl_is_mine()) return nooks_bad_parameter('rtnl_lock', 'rtnl: held already');
  while (!rtnl_trylock()) {
    if (domain.state !== DOMAIN_LIVE) return 0;
    if (jiffies - began > RTNL_PATIENCE) {
      domain_fail(domain, FAIL_TIMEOUT, null, 'rtnl_lock: time-out');
      return 0;
    }
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
    crossing_slept();
  }
  nooks_crossing().rtnl = 1;
  return 0;
}

export function body_rtnl_unlock(): u32 {
  const call = nooks_crossing();
  if (call.rtnl === 0) return nooks_bad_parameter('rtnl_unlock', 'rtnl: not held');
  call.rtnl = 0;
  rtnl_unlock();
  return 0;
}
