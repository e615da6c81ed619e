/**
 * The recovery agent: Nooks (SOSP 2003), section 3.4. A program in user mode that reads policies and decides what
 * becomes of an extension (user/sbin/nooksagent.ts). The kernel starts one for each extension that is down, as Linux
 * 2.4 starts its hotplug agent: what is started afresh cannot have died, hung or gone astray before it is needed, and
 * several may work at a time. The kernel's part is done before, so nothing that an agent uses can hold up recovery.
 * One that cannot be started, ends without a decision, or takes too long is replaced by the built-in policy.
 */
import { snprintf } from '../../lib/format.ts';
import { current } from '../../kernel/arch/cpu.ts';
import { HZ, jiffies } from '../../kernel/arch/time.ts';
import { panic } from '../../kernel/debug/panic.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { call_usermodehelper } from '../../kernel/exec/helper.ts';
import { boot_arg_number, boot_arg_text } from '../../kernel/init/setup.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { module_sem } from '../../kernel/module/module.ts';
import { child_has_exited, wait_task, WNOHANG } from '../../kernel/sched/exit.ts';
import { kernel_thread } from '../../kernel/sched/fork.ts';
import { MAX_SCHEDULE_TIMEOUT, schedule_timeout } from '../../kernel/sched/sched.ts';
import { kill_pg, SIGKILL } from '../../kernel/sched/signal.ts';
import { TASK_INTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up,
} from '../../kernel/sched/wait.ts';
import { domain_called, DOMAIN_LIVE } from '../isolation/domain.ts';
import { failure_names } from '../isolation/fail.ts';
import { decide_by_built_in_policy, end_recovery, most_failures } from './decision.ts';
import {
  Extension, EXTENSION_DOWN, extension_name, extension_put, EXTENSION_UP, extensions, failure_age, FAILURES_KEPT,
} from './extension.ts';

/** Ticks that an agent has to decide; the boot argument `nooks_agent_ticks=N` is another number. */
const DECIDE_TICKS = 5 * HZ;
/** Ticks that one that was killed may take to die: then it is left alone. */
const DIE_TICKS = HZ;
const MS_PER_TICK = 1000 / HZ;

const PATH_MAX = 64;
let path!: Arr<u8, 64>;
let decide_ticks: u32 = DECIDE_TICKS;

let agents_wq!: Embed<WaitQueueHead>;
/** Set when there may be something to do for an extension. */
let wanted: Volatile<u32> = 0;

/**
 * Starts the thread that starts and watches agents. Not the recovery manager's: what an agent has to do with one
 * extension may hold up the release of another, until its time is up. @sleeps
 */
export function agents_init(): void {
  init_waitqueue_head(agents_wq);
  boot_arg_text('nooks_agent', '/sbin/nooksagent', path, PATH_MAX);
  decide_ticks = boot_arg_number('nooks_agent_ticks', DECIDE_TICKS as i32) as u32;
  if (kernel_thread(nooks_agents, 0, 'nooks_agents') === null) panic('no memory for nooks_agents');
}

/** An extension is down, or is not any more. */
export function agents_wanted(): void {
  amoswap_rl(addr(wanted), 1);
  wake_up(agents_wq);
}

function nooks_agents(unused: usize): i32 {
  const exits = current().wait_chldexit, event = local<WaitQueue>(), child = local<WaitQueue>();
  for (;;) {
    attend_agents();
    const ticks = agents_until();
    init_wait(event);
    init_wait(child);
    prepare_to_wait(agents_wq, event, TASK_INTERRUPTIBLE);
    prepare_to_wait(exits, child, TASK_INTERRUPTIBLE);
    if (wanted === 0 && !child_has_exited()) schedule_timeout(ticks);
    finish_wait(exits, child);
    finish_wait(agents_wq, event);
    amoswap_aq(addr(wanted), 0);
  }
}

function attend_agents(): void {
  collect();
  for (let extension = hold_one_in_need(); extension !== null; extension = hold_one_in_need()) {
    if (extension.agent !== 0) end_agent(extension);
    else if (extension.state === EXTENSION_UP) end_recovery(extension);
    else if (extension.asked) decide_by_built_in_policy(extension);
    else ask(extension);
    down(module_sem);
    extension_put(extension);
    up(module_sem);
  }
}

/** Agents that have ended. Those of nobody, which were left alone before, go by here too. */
function collect(): void {
  const code = local<Arr<i32, 1>>();
  for (;;) {
    const pid = wait_task(-1, code, WNOHANG);
    if (pid <= 0) return;
    down(module_sem);
    let extension = extensions;
    while (extension !== null && extension.agent !== pid) extension = extension.next;
    if (extension !== null) {
      // It may have failed again since it was started: then another agent is asked.
      if (extension.state === EXTENSION_DOWN && extension.asked) complain(extension, code[0]);
      leave_agent(extension);
    }
    up(module_sem);
  }
}

/** Why an agent ended without a decision, by what wait4 gives. */
function complain(extension: Extension, code: i32): void {
  const name = extension_name(extension);
  if (extension.killed) printk('<4>nooks: the agent of %s takes too long\n', name);
  else if ((code & 0x7f) !== 0) printk('<4>nooks: the agent of %s was ended by signal %d\n', name, code & 0x7f);
  else printk('<4>nooks: the agent of %s decided nothing: exit status %d\n', name, code >> 8);
}

/** An extension for which there is something to do. */
function hold_one_in_need(): Extension | null {
  down(module_sem);
  let extension = extensions;
  while (extension !== null && !is_in_need(extension)) extension = extension.next;
  if (extension !== null) extension.users++;
  up(module_sem);
  return extension;
}

function is_in_need(extension: Extension): bool {
  if (extension.agent !== 0) return jiffies_left(extension) <= 0;
  return extension.state === EXTENSION_DOWN || (extension.recovering && is_in_service(extension));
}

/** Not one that has failed again and is about to be taken out: that failure belongs to the same recovery. */
function is_in_service(extension: Extension): bool {
  const domain = domain_called(extension_name(extension));
  return extension.state === EXTENSION_UP && domain !== null && domain.state === DOMAIN_LIVE;
}

/** Of an agent's time. */
function jiffies_left(extension: Extension): i32 {
  return (extension.agent_until - jiffies) as i32;
}

/** Ticks until an agent's time is up. */
function agents_until(): i32 {
  let ticks: i32 = MAX_SCHEDULE_TIMEOUT;
  down(module_sem);
  for (let extension = extensions; extension !== null; extension = extension.next) {
    const left = jiffies_left(extension);
    if (extension.agent !== 0 && left < ticks) ticks = left > 0 ? left : 1;
  }
  up(module_sem);
  return ticks;
}

/** Starts an agent. Its decision waits for module_sem, and so until the kernel knows its pid. */
function ask(extension: Extension): void {
  down(module_sem);
  extension.asked = true;
  const pid = start_agent(extension);
  if (pid > 0) {
    extension.agent = pid;
    extension.agent_until = jiffies + decide_ticks;
    extension.killed = false;
    extension.users++;
  } else printk('<4>nooks: the agent of %s cannot be started: error %d\n', extension_name(extension), pid);
  up(module_sem);
}

const TEXT_MAX = 64;
/** NOOKS_AGES: FAILURES_KEPT numbers. */
const AGES_MAX = 352;

/** The agent is told by its environment. */
function start_agent(extension: Extension): i32 {
  const argv = local<Arr<cstr | null, 2>>(), envp = local<Arr<cstr | null, 9>>();
  argv[0] = cast<cstr>(path);
  argv[1] = null;
  envp[0] = 'HOME=/root';
  envp[1] = 'PATH=/sbin:/bin';
  envp[2] = text_of(local<Arr<u8, 64>>(), 'NOOKS_EXTENSION=%s', extension_name(extension));
  envp[3] = text_of(local<Arr<u8, 64>>(), 'NOOKS_KIND=%s', extension.kind);
  envp[4] = text_of(local<Arr<u8, 64>>(), 'NOOKS_REASON=%s', failure_names[extension.reason]);
  envp[5] = number_of(local<Arr<u8, 64>>(), 'NOOKS_AGAIN=%u', extension.again);
  envp[6] = number_of(local<Arr<u8, 64>>(), 'NOOKS_LIMIT=%u', most_failures);
  envp[7] = ages_of(extension, local<Arr<u8, 352>>());
  envp[8] = null;
  return call_usermodehelper(cast<cstr>(path), argv, envp);
}

function text_of(to: Ptr<u8>, format: cstr, value: cstr): cstr {
  snprintf(to, TEXT_MAX, format, value);
  return cast<cstr>(to);
}

function number_of(to: Ptr<u8>, format: cstr, value: u32): cstr {
  snprintf(to, TEXT_MAX, format, value);
  return cast<cstr>(to);
}

/** How long ago it failed, in milliseconds, the last time first. */
function ages_of(extension: Extension, to: Ptr<u8>): cstr {
  let length = snprintf(to, AGES_MAX, 'NOOKS_AGES=');
  for (let n: u32 = 0; n < FAILURES_KEPT; n++) {
    const age = failure_age(extension, n);
    if (age < 0) break;
    const room = AGES_MAX - length, format = n === 0 ? '%u' : ' %u';
    const more = snprintf(cast<Ptr<u8>>(addr(to) + length), room, format, (age as u32) * MS_PER_TICK);
    if (more >= room) break;
    length += more;
  }
  to[length] = 0;
  return cast<cstr>(to);
}

/** Its time is up: it is killed, with all that it has started; if it was, and is still there, it is left alone. */
function end_agent(extension: Extension): void {
  down(module_sem);
  if (!extension.killed) {
    kill_pg(extension.agent, SIGKILL);
    extension.killed = true;
    extension.agent_until = jiffies + DIE_TICKS;
  } else {
    printk('<4>nooks: the agent of %s does not die\n', extension_name(extension));
    leave_agent(extension);
  }
  up(module_sem);
}

/** The agent is gone, or as good as gone. Under module_sem. */
function leave_agent(extension: Extension): void {
  extension.agent = 0;
  extension_put(extension);
}
