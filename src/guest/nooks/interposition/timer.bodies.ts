/** Wrappers of timers and tasklets: they lie in the extension's memory, the kernel queues its versions of them. */
import { jiffies } from '../../kernel/arch/time.ts';
import { test_bit } from '../../kernel/locking/bitops.ts';
import { in_interrupt, in_irq } from '../../kernel/locking/preempt.ts';
import {
  TASKLET_STATE_SCHED, tasklet_disable, tasklet_disable_nosync, tasklet_enable, tasklet_hi_schedule, tasklet_init,
  tasklet_kill, tasklet_schedule, TaskletStruct,
} from '../../kernel/irq/tasklet.ts';
import {
  del_timer, del_timer_sync, init_timer, mod_timer, timer_pending, TimerList,
} from '../../kernel/irq/timer.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { yield_ } from '../../kernel/sched/sched.ts';
import { NX_tasklet_init_func, NX_TimerList_function } from '../generated/extension.table.ts';
import { Domain, FAIL_RESOURCES } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { bury_tasklet } from '../recovery/graveyard.ts';
import { NooksObject, object_find } from '../tracker/objects.ts';
import { OBJECT_TASKLET, OBJECT_TIMER } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller } from './check.ts';
import { adopt, is_own } from './embedded.ts';
import { nooks_interpose } from './targets.ts';

/** The kernel's version of a timer, and the extension's function for which its own stands. */
class TimerVersion {
  timer: Embed<TimerList>;
  entry: usize;
}

export function body_init_timer(timer: usize): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, timer, sizeof<TimerList>())) return nooks_bad_parameter('init_timer', 'timer');
  const known = object_find(domain, OBJECT_TIMER, timer);
  if (known !== 0) {
    if (timer_pending(cast<TimerList>(known))) return nooks_bad_parameter('init_timer', 'timer: pending');
    return 0;
  }
  const version = adopt(domain, OBJECT_TIMER, timer, sizeof<TimerVersion>());
  if (version !== 0) init_timer(cast<TimerList>(version));
  return 0;
}

export function body_add_timer(timer: TimerList): u32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('add_timer', 'timer');
  if (timer_pending(version.timer)) return nooks_bad_parameter('add_timer', 'timer: pending');
  return start(version, timer, timer.expires) as u32;
}

export function body_mod_timer(timer: TimerList, expires: u32): i32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('mod_timer', 'timer') as i32;
  timer.expires = expires;
  return start(version, timer, expires);
}

/** The version of a timer that has been initialised and is still where it was. */
function find_timer(timer: TimerList): TimerVersion | null {
  const domain = nooks_caller();
  const version = object_find(domain, OBJECT_TIMER, addr(timer));
  return version !== 0 && is_own(domain, addr(timer), sizeof<TimerList>()) ? cast<TimerVersion>(version) : null;
}

/** With the function and data that the extension has set by now. */
function start(version: TimerVersion, timer: TimerList, expires: u32): i32 {
  const entry = cast<usize>(timer.function);
  if (entry === 0) return nooks_bad_parameter('mod_timer', 'timer: function') as i32;
  if (version.entry !== entry) {
    const domain = nooks_caller();
    const thunk = nooks_interpose(domain, NX_TimerList_function, entry);
    if (thunk === 0) {
      domain_fail(domain, FAIL_RESOURCES, null, 'too many functions');
      return 0;
    }
    version.timer.function = cast<(data: usize) => void>(thunk);
    version.entry = entry;
  }
  version.timer.data = timer.data;
  return mod_timer(version.timer, expires);
}

export function body_del_timer(timer: TimerList): i32 {
  const version = find_timer(timer);
  return version === null ? nooks_bad_parameter('del_timer', 'timer') as i32 : del_timer(version.timer);
}

export function body_del_timer_sync(timer: TimerList): i32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('del_timer_sync', 'timer') as i32;
  if (in_irq()) return nooks_bad_parameter('del_timer_sync', 'context: interrupt') as i32;
  return del_timer_sync(version.timer);
}

export function body_timer_pending(timer: TimerList): u32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('timer_pending', 'timer');
  return timer_pending(version.timer) ? 1 : 0;
}

export function release_timer(domain: Domain, object: NooksObject): void {
  del_timer_sync(cast<TimerList>(object.kernel));
  kfree(object.kernel);
}

export function body_tasklet_init(t: usize, func: usize, data: usize): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, t, sizeof<TaskletStruct>())) return nooks_bad_parameter('tasklet_init', 't');
  const known = cast<TaskletStruct | null>(object_find(domain, OBJECT_TASKLET, t));
  if (known !== null && known.state !== 0) return nooks_bad_parameter('tasklet_init', 't: in use');
  const thunk = nooks_interpose(domain, NX_tasklet_init_func, func);
  if (thunk === 0) return nooks_bad_parameter('tasklet_init', 'func');
  if (known !== null) {
    // Another hart may just be scheduling it: the list that it then is in stays whole.
    known.func = cast<(data: usize) => void>(thunk);
    known.data = data;
    return 0;
  }
  const version = adopt(domain, OBJECT_TASKLET, t, sizeof<TaskletStruct>());
  if (version !== 0) tasklet_init(cast<TaskletStruct>(version), cast<(data: usize) => void>(thunk), data);
  return 0;
}

export function body_tasklet_schedule(t: usize): void {
  const version = find_tasklet(t, 'tasklet_schedule');
  if (version !== null) tasklet_schedule(version);
}

export function body_tasklet_hi_schedule(t: usize): void {
  const version = find_tasklet(t, 'tasklet_hi_schedule');
  if (version !== null) tasklet_hi_schedule(version);
}

export function body_tasklet_disable_nosync(t: usize): void {
  const version = find_tasklet(t, 'tasklet_disable_nosync');
  if (version !== null) tasklet_disable_nosync(version);
}

export function body_tasklet_disable(t: usize): void {
  const version = find_tasklet(t, 'tasklet_disable');
  if (version !== null) tasklet_disable(version);
}

export function body_tasklet_enable(t: usize): void {
  const version = find_tasklet(t, 'tasklet_enable');
  if (version === null) return;
  if (version.count.counter <= 0) nooks_bad_parameter('tasklet_enable', 't: enabled');
  else tasklet_enable(version);
}

export function body_tasklet_kill(t: usize): void {
  const version = find_tasklet(t, 'tasklet_kill');
  if (version === null) return;
  if (in_interrupt()) nooks_bad_parameter('tasklet_kill', 'context: interrupt');
  else tasklet_kill(version);
}

/** Null, and the domain has failed, if it is none. */
function find_tasklet(t: usize, wrapper: cstr): TaskletStruct | null {
  const version = object_find(nooks_caller(), OBJECT_TASKLET, t);
  if (version === 0) nooks_bad_parameter(wrapper, 't');
  return cast<TaskletStruct | null>(version);
}

export function release_tasklet(domain: Domain, object: NooksObject): void {
  const version = cast<TaskletStruct>(object.kernel);
  if (stop_tasklet(version)) kfree(object.kernel);
  else bury_tasklet(version);
}

/** Ticks in which a tasklet that is scheduled should have run. */
const STOP_TICKS = 20;

/**
 * A tasklet that the extension left disabled would stay in its list for ever. False if it does not run: then its hart
 * hangs with interrupts off in another extension, or the kernel died as it put it there. @sleeps
 */
export function stop_tasklet(version: TaskletStruct): bool {
  version.count.counter = 0;
  const begin = jiffies;
  while (test_bit(TASKLET_STATE_SCHED, ptr(version.state)) && jiffies - begin < STOP_TICKS) yield_();
  if (test_bit(TASKLET_STATE_SCHED, ptr(version.state))) return false;
  tasklet_kill(version);
  return true;
}
