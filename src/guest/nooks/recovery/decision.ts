/**
 * What may become of an extension that has failed: it is started anew, replaced, or given up. The agent decides by
 * writing to /proc/nooks; where it does not, the built-in policy does. A failure while it is started anew counts as
 * one more; who decides is told, and decides again.
 */
import { EALREADY } from '../../kernel/errno.ts';
import { HZ, jiffies } from '../../kernel/arch/time.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { boot_arg_number } from '../../kernel/init/setup.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { load_module_isolated } from '../../kernel/module/load.ts';
import { find_module, module_sem } from '../../kernel/module/module.ts';
import { schedule_timeout, set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import { agents_wanted } from './agent.ts';
import {
  Extension, EXTENSION_DOWN, extension_failed, extension_forget, extension_name, extension_put, EXTENSION_STARTING,
  EXTENSION_UP, failure_age,
} from './extension.ts';
import { recovery_ends } from './lines.ts';
import { count_phase, PHASE_DECIDE, PHASE_RESTART, PHASE_START_UP, PHASE_WHOLE, totals } from './statistics.ts';

/**
 * The built-in policy: an extension that fails more often than this within the window, in seconds, is not restarted.
 */
const MOST_FAILURES = 5;
const WINDOW = 10;

/** Ticks that the agent has, once it has decided, to start the extension, and then for the start-up script. */
const START_TICKS = 30 * HZ;

/** The boot argument `nooks_failures=N`; FAILURES_KEPT and more are no limit. */
export let most_failures: u32 = MOST_FAILURES;

export function decisions_init(): void {
  most_failures = boot_arg_number('nooks_failures', MOST_FAILURES) as u32;
}

/**
 * Starts an extension anew that is down, in a fresh domain, with other parameters than its own if they are not ''. 0,
 * or what load_module_isolated gives, and then it is down again; -EALREADY when it is not down. @sleeps
 */
export function restart_extension(extension: Extension, parameters: cstr): i32 {
  down(module_sem);
  const free = extension.state === EXTENSION_DOWN;
  if (free) {
    extension.state = EXTENSION_STARTING;
    extension.users++;
    extension.agent_until = jiffies + START_TICKS;
    begin_phase(extension, PHASE_DECIDE);
  }
  up(module_sem);
  if (!free) return -EALREADY;
  const error = load_module_isolated(extension_name(extension), extension.image, extension.size,
    parameters[0] === 0 ? cast<cstr>(extension.parameters) : parameters);
  if (error === 0) printk('<5>nooks: %s restarted\n', extension_name(extension));
  else {
    printk('<3>nooks: %s does not start again: error %d\n', extension_name(extension), error);
    wait_until_unloaded(extension_name(extension));
  }
  down(module_sem);
  begin_phase(extension, PHASE_RESTART);
  if (error !== 0) extension_failed(extension, extension.reason);
  // It may have failed again since, or been unloaded.
  if (extension.state === EXTENSION_STARTING) extension.state = error === 0 ? EXTENSION_UP : EXTENSION_DOWN;
  extension.agent_until = jiffies + START_TICKS;
  extension_put(extension);
  up(module_sem);
  if (error === 0) recovery_ends();
  // Should its agent have been left alone meanwhile.
  agents_wanted();
  return error;
}

/** Waits until recovery has taken out what died while it was started. @sleeps */
function wait_until_unloaded(name: cstr): void {
  for (;;) {
    down(module_sem);
    const there = find_module(name) !== null;
    up(module_sem);
    if (!there) return;
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
  }
}

/** Leaves an extension out that is down: for good, or because another one stands in. @sleeps */
export function give_up_extension(extension: Extension, successor: cstr | null): i32 {
  down(module_sem);
  const free = extension.state === EXTENSION_DOWN;
  if (free) {
    begin_phase(extension, PHASE_DECIDE);
    if (successor === null) printk('<4>nooks: %s is given up\n', extension_name(extension));
    else printk('<5>nooks: %s is replaced by %s\n', extension_name(extension), successor);
    extension_forget(extension);
  }
  up(module_sem);
  if (!free) return -EALREADY;
  recovery_ends();
  return 0;
}

/** Without an agent. @sleeps */
export function decide_by_built_in_policy(extension: Extension): void {
  const often = extension.again > most_failures || failures_within(extension, WINDOW * HZ) > most_failures;
  if (often || restart_extension(extension, '') !== 0) give_up_extension(extension, null);
}

function failures_within(extension: Extension, ticks: u32): u32 {
  let count: u32 = 0;
  for (;;) {
    const age = failure_age(extension, count);
    if (age < 0 || (age as u32) > ticks) return count;
    count++;
  }
}

/** It is started, and no agent works on it any more. @sleeps */
export function end_recovery(extension: Extension): void {
  down(module_sem);
  begin_phase(extension, PHASE_START_UP);
  count_phase(extension.statistics, PHASE_WHOLE, csrr_time() - extension.since);
  extension.recovering = false;
  extension.again = 0;
  extension.statistics.recoveries++;
  totals.recoveries++;
  up(module_sem);
}

/** A phase is over, and the next begins. Under module_sem. */
function begin_phase(extension: Extension, ended: u32): void {
  const now = csrr_time();
  count_phase(extension.statistics, ended, now - extension.phase_since);
  extension.phase_since = now;
}
