/**
 * The scheduler: Linux 2.4, kernel/sched.c, with a run queue for each hart (runqueue.ts) and kernel preemption.
 *
 * schedule() takes its queue's lock in one task and releases it in the next, after switch_to: so whoever holds the lock
 * of a task's queue sees it either running or with all its registers saved, never in between. A task goes to sleep
 * under that lock too, and is woken under it: try_to_wake_up finds it either not asleep yet, and sets its state back
 * before schedule() looks at it, or asleep and switched away from, and queues it. Neither loses a wake-up.
 */
import { cpu_online, current, smp_processor_id, NR_CPUS } from '../arch/cpu.ts';
import { smp_send_reschedule } from '../arch/smp.ts';
import { switch_to } from '../arch/switch.ts';
import { jiffies } from '../arch/time.ts';
import { bug } from '../debug/bug.ts';
import { printk } from '../debug/printk.ts';
import { add_timer, del_timer_sync, init_timer, TimerList } from '../irq/timer.ts';
import { show_held_locks } from '../locking/held.ts';
import {
  irqs_disabled, local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save,
} from '../locking/irqflags.ts';
import { in_interrupt, PREEMPT_ACTIVE, preempt_check_resched, preempt_disable, preempt_enable_no_resched }
  from '../locking/preempt.ts';
import {
  spin_lock, spin_lock_handover, spin_lock_irq, spin_unlock, spin_unlock_irq, spin_unlock_irqrestore,
} from '../locking/spinlock.ts';
import { switch_mm } from '../mm/mmap.ts';
import { balance_tick, pull_task } from './balance.ts';
import {
  catch_up, cpu_allowed, dequeue_task, enqueue_task, goodness, pick_next_task, RunQueue, runqueues, runqueues_init,
  set_task_rq, task_rq_lock, this_rq,
} from './runqueue.ts';
import { context_init } from './context.ts';
import { signal_pending_state } from './signal.ts';
import {
  ON_RQ_MIGRATING, TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_STOPPED, TASK_UNINTERRUPTIBLE, TASK_ZOMBIE, task_comm,
  TaskStruct,
} from './task.ts';

/** The longest schedule_timeout: no time-out. */
export const MAX_SCHEDULE_TIMEOUT = 0x7fffffff;

export function sched_init(): void {
  runqueues_init();
  context_init();
}

/** Lets another task run; returns when this one runs again. BUG in interrupts and with a spinlock held. @sleeps */
export function schedule(): void {
  const task = current();
  // A task that exits has turned preemption off for good: its parent may free it when it is switched away from.
  const allowed: u32 = task.state === TASK_ZOMBIE ? 1 : 0;
  if ((task.preempt_count & ~PREEMPT_ACTIVE) !== allowed) scheduling_while_atomic(task);
  do {
    preempt_disable();
    switch_tasks(task);
    preempt_enable_no_resched();
  } while (task.need_resched !== 0);
}

/** One choice of a task, and the switch to it if it is another one. */
function switch_tasks(prev: TaskStruct): void {
  const rq = this_rq();
  spin_lock_irq(rq.lock);
  prev.need_resched = 0;
  if (prev.state !== TASK_RUNNING && (prev.preempt_count & PREEMPT_ACTIVE) === 0) {
    // A signal that came before the lock was taken found the task awake, and did not wake it.
    if (signal_pending_state(prev)) prev.state = TASK_RUNNING;
    else dequeue_task(rq, prev);
  }
  if (rq.nr_running === 0) pull_task(rq);
  const next = pick_next_task(rq, prev);
  prev.yielded = 0;
  if (next === prev) {
    spin_unlock_irq(rq.lock);
    return;
  }
  rq.curr = next;
  rq.switches++;
  next.switches++;
  next.on_cpu = 1;
  switch_mm(prev.mm, next.mm);
  spin_lock_handover(rq.lock, prev, next);
  finish_task_switch(switch_to(prev, next));
}

/**
 * The first thing in the task that was switched to, the queue's lock still held: `prev` runs no more. The hart may be
 * another one than that on which this task was switched away from, so the queue is found anew.
 */
function finish_task_switch(prev: TaskStruct): void {
  const rq = this_rq();
  // What the task did is seen before it can be: for those who wait for it without the lock, to free it.
  smp_mb();
  prev.on_cpu = 0;
  if (prev.on_rq !== 0 && !cpu_allowed(prev, rq.cpu)) {
    catch_up(rq, prev);
    dequeue_task(rq, prev);
    prev.on_rq = ON_RQ_MIGRATING;
    spin_unlock(rq.lock);
    place_task(prev);
    local_irq_enable();
  } else spin_unlock_irq(rq.lock);
}

/** Told by a new task, where it begins, of the one that ran before on this hart. */
export function schedule_tail(prev: TaskStruct): void {
  finish_task_switch(prev);
  preempt_enable_no_resched();
}

function scheduling_while_atomic(task: TaskStruct): never {
  printk('<1>BUG: scheduling while atomic: %s/%d/0x%08x on CPU#%u\n', task_comm(task), task.pid, task.preempt_count,
    smp_processor_id());
  show_held_locks(task);
  return bug(in_interrupt() ? 'scheduling in interrupt' : 'scheduling while atomic');
}

/** A preemption that became due while it was forbidden: called when preempt_count reaches 0. */
export function preempt_schedule(): void {
  const task = current();
  // With interrupts off the caller is not done yet; the next preempt_enable or interrupt is another chance.
  if (irqs_disabled()) return;
  do {
    task.preempt_count += PREEMPT_ACTIVE;
    schedule();
    task.preempt_count -= PREEMPT_ACTIVE;
  } while (task.need_resched !== 0);
}

/** A preemption on the way out of an interrupt of the kernel; interrupts are off before and after. */
export function preempt_schedule_irq(): void {
  const task = current();
  do {
    task.preempt_count += PREEMPT_ACTIVE;
    local_irq_enable();
    schedule();
    local_irq_disable();
    task.preempt_count -= PREEMPT_ACTIVE;
  } while (task.need_resched !== 0);
}

/** Lets others run if that is due. @sleeps */
export function cond_resched(): void {
  if (current().need_resched !== 0) schedule();
}

/** Lets the others of this hart run first: 2.4's yield(), sys_sched_yield. @sleeps */
export function yield_(): void {
  const task = current();
  set_current_state(TASK_RUNNING);
  // Read by pick_next_task on the same hart only, or under the run queue's lock after a preemption.
  task.yielded = 1;
  schedule();
}

/** The state that the next schedule() acts on; ordered before all that follows, such as a look at a condition. */
export function set_current_state(state: u32): void {
  current().state = state;
  smp_mb();
}

export function set_need_resched(): void {
  current().need_resched = 1;
}

/** Sleeps in the state set before for that many jiffies or until woken; gives the jiffies left. @sleeps */
export function schedule_timeout(timeout: i32): i32 {
  if (timeout === MAX_SCHEDULE_TIMEOUT) {
    schedule();
    return timeout;
  }
  const timer = local<TimerList>();
  const expires = jiffies + (timeout > 0 ? timeout as u32 : 0);
  init_timer(timer);
  timer.expires = expires;
  timer.data = addr(current());
  timer.function = process_timeout;
  add_timer(timer);
  schedule();
  // The timer lies on this stack: it must not run any more when this returns.
  del_timer_sync(timer);
  const left = (expires - jiffies) as i32;
  return left > 0 ? left : 0;
}

function process_timeout(task: usize): void {
  wake_up_process(cast<TaskStruct>(task));
}

/** Makes the task runnable, whatever it waits for; false if it was already. */
export function wake_up_process(task: TaskStruct): bool {
  return try_to_wake_up(task, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE | TASK_STOPPED);
}

/** The same if its state is one of `states`. What the caller did before is seen by the task when it goes on. */
export function try_to_wake_up(task: TaskStruct, states: u32): bool {
  // What the caller made true is seen before the state is read: the task sets its state, and then looks.
  smp_mb();
  const flags = local<Arr<u32, 1>>();
  const rq = task_rq_lock(task, flags);
  const asleep = (task.state & states) !== 0;
  if (!asleep) {
    spin_unlock_irqrestore(rq.lock, flags[0]);
    return false;
  }
  task.state = TASK_RUNNING;
  if (task.on_rq !== 0) {
    // It has not got as far as schedule(), or was preempted on the way there.
    spin_unlock_irqrestore(rq.lock, flags[0]);
    return true;
  }
  catch_up(rq, task);
  task.on_rq = ON_RQ_MIGRATING;
  spin_unlock(rq.lock);
  place_task(task);
  local_irq_restore(flags[0]);
  preempt_check_resched();
  return true;
}

/** The first wake-up of a new task. It gets half of the time its maker has left, so that making tasks gains none. */
export function wake_up_new_task(task: TaskStruct): void {
  const flags = local_irq_save();
  const maker = current();
  task.counter = (maker.counter + 1) >> 1;
  maker.counter >>= 1;
  task.processor = maker.processor;
  task.epoch = maker.epoch;
  task.on_rq = ON_RQ_MIGRATING;
  task.state = TASK_RUNNING;
  place_task(task);
  local_irq_restore(flags);
  preempt_check_resched();
}

/**
 * Queues a task that is ON_RQ_MIGRATING, its counter made up, where it should run. Interrupts are off, no queue is
 * locked: until the task is queued nobody else queues it, as it is neither asleep nor found in a queue.
 */
function place_task(task: TaskStruct): void {
  const rq = runqueues[select_cpu(task)];
  spin_lock(rq.lock);
  set_task_rq(task, rq);
  enqueue_task(rq, task);
  const curr = rq.curr;
  if (curr === rq.idle || goodness(task, curr) - goodness(curr, curr) > 1) resched_task(rq);
  spin_unlock(rq.lock);
}

/** Where a task that was awakened runs: where it ran if nobody else does, on any idle hart, or where it ran. */
function select_cpu(task: TaskStruct): u32 {
  const last = task.processor;
  if (cpu_allowed(task, last) && idle_cpu(last)) return last;
  let best: u32 = NR_CPUS, least: u32 = 0xffffffff;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (!cpu_online(cpu) || !cpu_allowed(task, cpu)) continue;
    const running = runqueues[cpu].nr_running;
    if (running < least) {
      best = cpu;
      least = running;
    }
  }
  if (best === NR_CPUS) bug('a task may run on no hart');
  return least !== 0 && cpu_allowed(task, last) ? last : best;
}

/** Makes the queue's hart call schedule(); the queue is locked. */
function resched_task(rq: RunQueue): void {
  if (rq.curr.need_resched !== 0) return;
  rq.curr.need_resched = 1;
  // The interrupt makes it look: when leaving the interrupt, or out of wfi.
  if (rq.cpu !== smp_processor_id()) smp_send_reschedule(rq.cpu);
}

/** From the clock interrupt of each hart; `user`: that was in user mode. */
export function scheduler_tick(user: bool): void {
  const rq = this_rq();
  const task = current();
  spin_lock(rq.lock);
  if (task === rq.idle) rq.idle_ticks++;
  else if (user) {
    rq.user++;
    task.utime++;
  } else {
    rq.system++;
    task.stime++;
  }
  if (balance_tick(rq)) task.need_resched = 1;
  if (task !== rq.idle) {
    if (task.counter > 0) task.counter--;
    if (task.counter === 0) task.need_resched = 1;
  }
  spin_unlock(rq.lock);
}

/** Changes how much time the task gets from now on. */
export function set_user_nice(task: TaskStruct, nice: i32): void {
  const flags = local<Arr<u32, 1>>();
  const rq = task_rq_lock(task, flags);
  task.nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
  spin_unlock_irqrestore(rq.lock, flags[0]);
}

/**
 * Tells a task on which harts it may run: a bit each, at least one of them online. For the current task it holds when
 * this returns, for another as soon as that is switched away from. @sleeps
 */
export function set_cpus_allowed(task: TaskStruct, mask: u32): void {
  const flags = local<Arr<u32, 1>>();
  let rq = task_rq_lock(task, flags);
  while (task.on_rq === ON_RQ_MIGRATING) {
    spin_unlock_irqrestore(rq.lock, flags[0]);
    rq = task_rq_lock(task, flags);
  }
  task.cpus_allowed = mask;
  if (cpu_allowed(task, rq.cpu) || task.on_rq === 0) {
    spin_unlock_irqrestore(rq.lock, flags[0]);
    return;
  }
  if (rq.curr === task) {
    // finish_task_switch moves it.
    resched_task(rq);
    spin_unlock_irqrestore(rq.lock, flags[0]);
    if (task === current()) schedule();
    return;
  }
  catch_up(rq, task);
  dequeue_task(rq, task);
  task.on_rq = ON_RQ_MIGRATING;
  spin_unlock(rq.lock);
  place_task(task);
  local_irq_restore(flags[0]);
}

/** Whether a hart has nothing to do. */
export function idle_cpu(cpu: u32): bool {
  return cpu_online(cpu) && runqueues[cpu].nr_running === 0;
}

/** Tasks running or wanting to run, on all harts. */
export function nr_running(): u32 {
  let sum: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) sum += runqueues[cpu].nr_running;
  return sum;
}

/** Switches since the boot, on all harts. */
export function nr_context_switches(): u32 {
  let sum: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) sum += runqueues[cpu].switches;
  return sum;
}
