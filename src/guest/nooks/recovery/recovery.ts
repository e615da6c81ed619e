/**
 * The recovery manager: Nooks (SOSP 2003), section 3.4. A kernel thread that, for each domain that has failed, waits
 * until nobody is inside, gives back what the extension holds, unloads it, and by policy starts it anew in a fresh
 * domain from the file that was kept. Failures while it recovers wait for their turn.
 */
import { jiffies, HZ } from '../../kernel/arch/time.ts';
import { panic } from '../../kernel/debug/panic.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { boot_arg_number } from '../../kernel/init/setup.ts';
import { kernel_thread } from '../../kernel/sched/fork.ts';
import { schedule, schedule_timeout } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up,
} from '../../kernel/sched/wait.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { load_module_isolated } from '../../kernel/module/load.ts';
import { MOD_DELETED, MOD_RUNNING, module_sem, set_module_flags } from '../../kernel/module/module.ts';
import { Domain, DOMAIN_FAILED, domain_at, domain_name, MAX_DOMAINS } from '../isolation/domain.ts';
import { mask_irqs, unmask_irqs } from '../interposition/irq.bodies.ts';
import { Extension, extension_find, extension_forget } from './extension.ts';
import { graveyard_init, reap } from './graveyard.ts';
import { release_holdings, unload_isolated, wait_until_left } from './teardown.ts';

/**
 * The built-in policy: an extension that fails more often than this within the window, in seconds, is not restarted.
 */
const MOST_FAILURES = 5;
const WINDOW = 10;
/** Ticks between looks whether what was buried can be freed. */
const REAP = 10;

let recovery_wq!: Embed<WaitQueueHead>;
let most_failures: u32 = MOST_FAILURES;
/** Set when the queue may have something: a domain that has failed. */
let wanted: Volatile<u32> = 0;
/** Recoveries that are over, of all extensions. */
export let recoveries: u32 = 0;
/** Units of the time CSR that the last one took: until all had left, to release, to unload, to restart. */
export let last_phases!: Arr<u32, 4>;

/** Starts the manager. @sleeps */
export function recovery_init(): void {
  init_waitqueue_head(recovery_wq);
  graveyard_init();
  most_failures = boot_arg_number('nooks_failures', MOST_FAILURES) as u32;
  if (kernel_thread(nooksd, 0, 'nooksd') === null) panic('no memory for nooksd');
}

/** A domain has failed. Anywhere, also with interrupts off. */
export function recovery_wanted(domain: Domain): void {
  amoswap_rl(addr(wanted), 1);
  wake_up(recovery_wq);
}

function nooksd(unused: usize): i32 {
  const wait = local<WaitQueue>();
  for (;;) {
    init_wait(wait);
    prepare_to_wait(recovery_wq, wait, TASK_INTERRUPTIBLE);
    if (wanted === 0 && reap()) schedule_timeout(REAP);
    else if (wanted === 0) schedule();
    finish_wait(recovery_wq, wait);
    amoswap_aq(addr(wanted), 0);
    for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
      const domain = domain_at(number);
      if (domain !== null && domain.state === DOMAIN_FAILED) recover(domain);
    }
  }
}

/** One recovery, in phases whose durations are kept. */
function recover(domain: Domain): void {
  const began = csrr_time();
  mask_irqs(domain);
  const running = claim(domain);
  const left = csrr_time();
  down(module_sem);
  const extension = extension_find(domain_name(domain));
  up(module_sem);
  release_holdings(domain);
  const released = csrr_time();
  unload_isolated(domain);
  const unloaded = csrr_time();
  if (extension !== null) {
    extension.recoveries++;
    if (!running || !may_restart(extension) || !restart(extension)) forget(extension);
  }
  unmask_irqs();
  last_phases[0] = left - began;
  last_phases[1] = released - left;
  last_phases[2] = unloaded - released;
  last_phases[3] = csrr_time() - unloaded;
  recoveries++;
}

/**
 * Waits until nobody is inside, and makes the module this thread's: whoever unloads one holds its domain from under
 * module_sem on. Gives whether it had been running, so that it was not its start or its end that failed.
 */
function claim(domain: Domain): bool {
  for (;;) {
    wait_until_left(domain, 0);
    down(module_sem);
    const free = domain.inside === 0, module = domain.module;
    const running = module !== null && module.flags === MOD_RUNNING;
    if (free && module !== null) set_module_flags(module, MOD_DELETED);
    up(module_sem);
    if (free) return running;
  }
}

/** Counts the failure; false if there were too many of late. */
function may_restart(extension: Extension): bool {
  if (extension.failures === 0 || jiffies - extension.since > WINDOW * HZ) {
    extension.since = jiffies;
    extension.failures = 0;
  }
  return ++extension.failures <= most_failures;
}

function restart(extension: Extension): bool {
  const error = load_module_isolated(cast<cstr>(extension.name), extension.image, extension.size,
    cast<cstr>(extension.parameters));
  if (error === 0) printk('<5>nooks: %s restarted\n', cast<cstr>(extension.name));
  else printk('<3>nooks: %s does not start again: error %d\n', cast<cstr>(extension.name), error);
  return error === 0;
}

function forget(extension: Extension): void {
  printk('<4>nooks: %s is given up\n', cast<cstr>(extension.name));
  down(module_sem);
  extension_forget(extension);
  up(module_sem);
}
