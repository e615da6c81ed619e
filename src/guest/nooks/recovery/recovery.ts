/**
 * The recovery manager: Nooks (SOSP 2003), section 3.4. A kernel thread that, for each domain that has failed, masks
 * its interrupts, waits until nobody is inside, gives back what the extension holds and unloads it. It waits for all
 * domains at once, so that those that are left do not wait for others. What becomes of the extension then is decided by
 * an agent in user mode (agent.ts).
 */
import { panic } from '../../kernel/debug/panic.ts';
import { kernel_thread } from '../../kernel/sched/fork.ts';
import { MAX_SCHEDULE_TIMEOUT, schedule_timeout } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up,
} from '../../kernel/sched/wait.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import {
  MOD_DELETED, MOD_INITIALIZING, MOD_RUNNING, module_sem, set_module_flags,
} from '../../kernel/module/module.ts';
import { Domain, DOMAIN_FAILED, domain_at, domain_name, MAX_DOMAINS } from '../isolation/domain.ts';
import { agents_init, agents_wanted } from './agent.ts';
import { decisions_init } from './decision.ts';
import {
  Extension, EXTENSION_DOWN, EXTENSION_FAILED, extension_failed, extension_find, extension_forget, extension_put,
} from './extension.ts';
import { note_kind } from './kind.ts';
import { graveyard_init, reap } from './graveyard.ts';
import { lines_init, recovery_begins, recovery_ends } from './lines.ts';
import { count_phase, PHASE_RELEASE, PHASE_SUSPEND, PHASE_UNLOAD } from './statistics.ts';
import { release_holdings, unload_isolated, urge } from './teardown.ts';

/** Ticks between looks whether what was buried can be freed. */
const REAP = 10;

let recovery_wq!: Embed<WaitQueueHead>;
/** Set when the queue may have something: a domain that has failed. */
let wanted: Volatile<u32> = 0;

/** Starts the manager. @sleeps */
export function recovery_init(): void {
  init_waitqueue_head(recovery_wq);
  graveyard_init();
  lines_init();
  decisions_init();
  agents_init();
  if (kernel_thread(nooksd, 0, 'nooksd') === null) panic('no memory for nooksd');
}

/** A domain has failed. Anywhere, also with interrupts off. */
export function recovery_wanted(): void {
  amoswap_rl(addr(wanted), 1);
  wake_up(recovery_wq);
}

function nooksd(unused: usize): i32 {
  for (;;) {
    let pending = false;
    for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
      const domain = domain_at(number);
      if (domain !== null && domain.state === DOMAIN_FAILED && !recover(domain)) pending = true;
    }
    const buried = reap();
    await_failure(pending ? 1 : buried ? REAP : MAX_SCHEDULE_TIMEOUT);
  }
}

/** Sleeps until a domain fails, or so many ticks have passed. */
function await_failure(ticks: i32): void {
  const wait = local<WaitQueue>();
  init_wait(wait);
  prepare_to_wait(recovery_wq, wait, TASK_INTERRUPTIBLE);
  if (wanted === 0) schedule_timeout(ticks);
  finish_wait(recovery_wq, wait);
  amoswap_aq(addr(wanted), 0);
}

/** Takes a domain that has failed out, as far as that can be done now: false if somebody is still inside. */
function recover(domain: Domain): bool {
  const looks = domain.failure.looks++;
  if (looks === 0) recovery_begins(domain);
  if (domain.inside !== 0) urge(domain, looks);
  const life = claim(domain);
  if (life === OCCUPIED) return false;
  const left = csrr_time(), fault = domain.failure.time;
  const extension = note_failure(domain, life);
  release_holdings(domain);
  const released = csrr_time();
  unload_isolated(domain);
  if (extension === null) recovery_ends();
  else if (life !== MOD_RUNNING) give_up_unstarted(extension, life);
  else {
    count_phase(extension.statistics, PHASE_SUSPEND, left - fault);
    count_phase(extension.statistics, PHASE_RELEASE, released - left);
    await_decision(extension, released);
  }
  return true;
}

/** What claim gives beside Module.flags: somebody is inside. */
const OCCUPIED = 0xffffffff;

/**
 * If nobody is inside, makes the module this thread's: whoever unloads one holds its domain from under module_sem on.
 * Gives what its life had come to, so whether it was its start or its end that failed.
 */
function claim(domain: Domain): u32 {
  down(module_sem);
  const module = domain.module;
  let life: u32 = domain.inside !== 0 ? OCCUPIED : MOD_DELETED;
  if (life !== OCCUPIED && module !== null) {
    life = module.flags;
    set_module_flags(module, MOD_DELETED);
  }
  up(module_sem);
  return life;
}

/**
 * Counts the failure for the extension, while what it holds still tells its kind. Null if there is none any more; else
 * the record is held, for whoever has tried to start it anew may give it up as soon as its module is gone.
 */
function note_failure(domain: Domain, life: u32): Extension | null {
  down(module_sem);
  const extension = extension_find(domain_name(domain));
  if (extension !== null) {
    extension.users++;
    const statistics = extension.statistics, reason = domain.failure.reason;
    statistics.failures[reason]++;
    statistics.driver_calls += domain.driver_calls;
    statistics.kernel_calls += domain.kernel_calls;
    statistics.deferred_calls += domain.deferred_calls;
    statistics.refused += domain.refused;
    note_kind(extension, domain);
    // One that dies while it is started anew is counted by who starts it.
    if (life === MOD_RUNNING) {
      extension_failed(extension, reason);
      if (!extension.recovering) extension.since = domain.failure.time;
      extension.recovering = true;
      extension.state = EXTENSION_FAILED;
    }
  }
  up(module_sem);
  return extension;
}

/** An extension that dies while it is stopped, or started for the first time, is not started again. */
function give_up_unstarted(extension: Extension, life: u32): void {
  down(module_sem);
  if (life !== MOD_INITIALIZING || !extension.recovering) extension_forget(extension);
  extension_put(extension);
  up(module_sem);
  recovery_ends();
}

function await_decision(extension: Extension, released: u32): void {
  const now = csrr_time();
  down(module_sem);
  count_phase(extension.statistics, PHASE_UNLOAD, now - released);
  extension.phase_since = now;
  extension.asked = false;
  extension.state = EXTENSION_DOWN;
  extension_put(extension);
  up(module_sem);
  agents_wanted();
}
