/** Takes an extension out with all it holds, whether it has failed or just goes: Nooks (SOSP 2003), section 3.4. */
import { NR_CPUS, percpu, cpu_online } from '../../kernel/arch/cpu.ts';
import { sbi_sse_inject } from '../../kernel/arch/sbi.ts';
import { SSE_EVENT_LOCAL_SOFTWARE } from '../../firmware/sbi.ts';
import { schedule_timeout, set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { Module, module_list_remove, module_sem } from '../../kernel/module/module.ts';
import { targets_release } from '../interposition/targets.ts';
import { Domain, domain_destroy } from '../isolation/domain.ts';
import { kick_others } from '../isolation/fail.ts';
import { wake_sleepers } from '../isolation/sleepers.ts';
import { release_objects } from '../tracker/types.ts';
import { bury_module } from './graveyard.ts';

/** Ticks after which those that are still inside are sent an event that interrupts them whatever they do. */
const PATIENCE = 2;

/** Waits until all but `holders` have left a domain that is not live any more. @sleeps */
export function wait_until_left(domain: Domain, holders: u32): void {
  for (let ticks: u32 = 0; domain.inside !== holders; ticks++) {
    urge(domain, ticks);
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
  }
}

/** Makes those that are inside leave; called each tick, with how often it has been. */
export function urge(domain: Domain, ticks: u32): void {
  kick_others();
  wake_sleepers(domain);
  if (ticks >= PATIENCE) inject_events();
}

function inject_events(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const page = percpu[cpu];
    if (page !== null && cpu_online(cpu)) sbi_sse_inject(SSE_EVENT_LOCAL_SOFTWARE, page.hart);
  }
}

/** Gives back what the extension holds, then all that stands for its functions. @sleeps */
export function release_holdings(domain: Domain): void {
  release_objects(domain);
  targets_release(domain);
}

/** Frees module and domain; nobody is inside, nothing is held. @sleeps */
export function unload_isolated(domain: Domain): void {
  const module = domain.module;
  if (module !== null) discard(module);
  domain_destroy(domain);
}

function discard(module: Module): void {
  down(module_sem);
  module_list_remove(module);
  bury_module(module);
  up(module_sem);
}
