/** Wrappers of timers and tasklets: they lie in the extension's memory, the kernel queues its versions of them. */
import { in_interrupt, in_irq } from '../../kernel/locking/preempt.ts';
import {
  tasklet_disable, tasklet_disable_nosync, tasklet_enable, tasklet_hi_schedule, tasklet_init, tasklet_kill,
  tasklet_schedule, TaskletStruct,
} from '../../kernel/irq/tasklet.ts';
import {
  del_timer, del_timer_sync, init_timer, mod_timer, timer_pending, TimerList,
} from '../../kernel/irq/timer.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { Domain, FAIL_RESOURCES } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { nooks_driver_call } from '../isolation/xpc.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
import { NooksObject, object_find } from '../tracker/objects.ts';
import { OBJECT_TASKLET, OBJECT_TIMER } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller } from './check.ts';
import { adopt, is_own } from './embedded.ts';
import { interpose, Target } from './targets.ts';

export const NX_TIMER = 16;
export const NX_TASKLET = 17;

/** The kernel's version of a timer, and the extension's function for which its own stands. */
class TimerVersion {
  timer: Embed<TimerList>;
  entry: usize;
}

export function nooks_w_init_timer(timer: TimerList): void {
  nooks_kernel_call(cast<usize>(body_init_timer), 1, timer);
}

function body_init_timer(timer: usize): u32 {
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

export function nooks_w_add_timer(timer: TimerList): void {
  nooks_kernel_call(cast<usize>(body_add_timer), 1, timer);
}

function body_add_timer(timer: TimerList): u32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('add_timer', 'timer');
  if (timer_pending(version.timer)) return nooks_bad_parameter('add_timer', 'timer: pending');
  return start(version, timer, timer.expires) as u32;
}

export function nooks_w_mod_timer(timer: TimerList, expires: u32): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_mod_timer), 2, timer, expires)) as i32;
}

function body_mod_timer(timer: TimerList, expires: u32): i32 {
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
    const thunk = interpose(domain, NX_TIMER, cast<usize>(nooks_x_timer), 1, entry);
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

function nooks_x_timer(data: usize, target: Target): void {
  nooks_driver_call(target, 1, data);
}

export function nooks_w_del_timer(timer: TimerList): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_del_timer), 2, timer, 0)) as i32;
}

export function nooks_w_del_timer_sync(timer: TimerList): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_del_timer), 2, timer, 1)) as i32;
}

function body_del_timer(timer: TimerList, wait: u32): i32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('del_timer', 'timer') as i32;
  if (wait === 0) return del_timer(version.timer);
  if (in_irq()) return nooks_bad_parameter('del_timer_sync', 'context: interrupt') as i32;
  return del_timer_sync(version.timer);
}

export function nooks_w_timer_pending(timer: TimerList): bool {
  return lo32(nooks_kernel_call(cast<usize>(body_timer_pending), 1, timer)) !== 0;
}

function body_timer_pending(timer: TimerList): u32 {
  const version = find_timer(timer);
  if (version === null) return nooks_bad_parameter('timer_pending', 'timer');
  return timer_pending(version.timer) ? 1 : 0;
}

export function release_timer(domain: Domain, object: NooksObject): void {
  del_timer_sync(cast<TimerList>(object.kernel));
  kfree(object.kernel);
}

export function nooks_w_tasklet_init(t: TaskletStruct, func: (data: usize) => void, data: usize): void {
  nooks_kernel_call(cast<usize>(body_tasklet_init), 3, t, cast<usize>(func), data);
}

function body_tasklet_init(t: usize, func: usize, data: usize): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, t, sizeof<TaskletStruct>())) return nooks_bad_parameter('tasklet_init', 't');
  const known = cast<TaskletStruct | null>(object_find(domain, OBJECT_TASKLET, t));
  if (known !== null && known.state !== 0) return nooks_bad_parameter('tasklet_init', 't: in use');
  const thunk = interpose(domain, NX_TASKLET, cast<usize>(nooks_x_timer), 1, func);
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

export function nooks_w_tasklet_schedule(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, SCHEDULE);
}

export function nooks_w_tasklet_hi_schedule(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, HI_SCHEDULE);
}

export function nooks_w_tasklet_disable_nosync(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, DISABLE_NOSYNC);
}

export function nooks_w_tasklet_disable(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, DISABLE);
}

export function nooks_w_tasklet_enable(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, ENABLE);
}

export function nooks_w_tasklet_kill(t: TaskletStruct): void {
  nooks_kernel_call(cast<usize>(body_tasklet), 2, t, KILL);
}

const SCHEDULE = 0;
const HI_SCHEDULE = 1;
const DISABLE_NOSYNC = 2;
const DISABLE = 3;
const ENABLE = 4;
const KILL = 5;

function body_tasklet(t: usize, what: u32): u32 {
  const version = cast<TaskletStruct | null>(object_find(nooks_caller(), OBJECT_TASKLET, t));
  if (version === null) return nooks_bad_parameter('tasklet', 't');
  switch (what) {
    case SCHEDULE: tasklet_schedule(version); break;
    case HI_SCHEDULE: tasklet_hi_schedule(version); break;
    case DISABLE_NOSYNC: tasklet_disable_nosync(version); break;
    case DISABLE: tasklet_disable(version); break;
    case ENABLE:
      if (version.count.counter <= 0) return nooks_bad_parameter('tasklet_enable', 't: enabled');
      tasklet_enable(version);
      break;
    case KILL:
      if (in_interrupt()) return nooks_bad_parameter('tasklet_kill', 'context: interrupt');
      tasklet_kill(version);
      break;
  }
  return 0;
}

export function release_tasklet(domain: Domain, object: NooksObject): void {
  stop_tasklet(cast<TaskletStruct>(object.kernel));
  kfree(object.kernel);
}

/** A tasklet that the extension left disabled would stay in its list for ever. @sleeps */
export function stop_tasklet(version: TaskletStruct): void {
  version.count.counter = 0;
  tasklet_kill(version);
}
