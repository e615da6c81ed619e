/**
 * Extension procedure calls, XPC: Nooks (SOSP 2003), section 3.1. nooks_driver_call takes the kernel into a domain,
 * nooks_kernel_call (xpc_entry.ts) a domain into the kernel; they nest. What is on the kernel stack since a domain was
 * entered can be given up at any time: that is how a failed domain is left.
 */
import { current, this_cpu } from '../../kernel/arch/cpu.ts';
import { SR_SIE } from '../../kernel/arch/ptrace.ts';
import { THREAD_SIZE } from '../../kernel/arch/layout.ts';
import { EIO } from '../../kernel/errno.ts';
import { BUG } from '../../kernel/debug/panic.ts';
import { kernel_text_address } from '../../kernel/debug/kallsyms.ts';
import { local_irq_restore, local_irq_save } from '../../kernel/locking/irqflags.ts';
import { HARDIRQ_MASK, in_atomic, SOFTIRQ_MASK } from '../../kernel/locking/preempt.ts';
import { rtnl_unlock } from '../../kernel/net/rtnetlink.ts';
import { TASK_RUNNING, TaskStruct } from '../../kernel/sched/task.ts';
import { lend_objects, sync_objects } from '../interposition/sync.ts';
import { Target } from '../interposition/targets.ts';
import { call_objects_unwind } from '../tracker/call_objects.ts';
import { DeferQueue, make_deferred_calls, QUEUE_BYTES } from './defer.ts';
import { Domain, DOMAIN_LIVE, FAIL_PARAMETER } from './domain.ts';
import { domain_fail } from './fail.ts';
import { release_locks } from './held.ts';
import { add_stack, find_stack, return_stack, stacks_low } from './stacks.ts';
import {
  call_body, DriverCall, enter_domain, finish_guarded, KernelCall, unwind_to,
} from './xpc_entry.ts';

/** At most so many words cross. */
export const MAX_WORDS = 16;
/** Words of a kernel call that come in registers. */
const REGISTER_WORDS = 6;
/** The end of a call's frame: whoever overwrites it has written where it should not. */
const CANARY = 0x4e4f4f4b;

/** The innermost crossing of a task; null when it is in no domain. @inline */
export function innermost(task: TaskStruct): DriverCall | null {
  return cast<DriverCall | null>(task.nooks);
}

/** What the kernel is told in place of a result, when there is none: an error number. */
export function nooks_dead_target(target: Target): u32 {
  return -EIO as u32;
}

/**
 * Calls `target`'s function in its domain. A target that is dead, or dies, gives nooks_dead_target. It may have died
 * since its domain was read, and the struct be another domain by now: then it is not called.
 */
export function nooks_driver_call(target: Target, count: u32, ...words: VarArg[]): u64 {
  const domain = target.domain;
  if (domain === null) return u64of(nooks_dead_target(target));
  const flags = local_irq_save();
  amoadd_aq(addr(domain.inside), 1);
  const stack = domain.state === DOMAIN_LIVE && is_of(target, domain) ? take_stack(domain) : 0;
  if (stack === 0) {
    domain.refused++;
    amoadd_rl(addr(domain.inside), -1);
    local_irq_restore(flags);
    return u64of(-EIO as u32);
  }
  const task = current();
  const call = local<DriverCall>();
  call.satp = domain.satp;
  call.stack_top = stack + THREAD_SIZE - QUEUE_BYTES;
  call.flags = flags;
  call.domain = addr(domain);
  call.previous = task.nooks;
  call.kernel_sp = task.thread.kernel_sp;
  call.preempt_count = task.preempt_count;
  call.lock_depth = task.lock_depth;
  call.stack = stack;
  call.ticks = 0;
  call.in_kernel = 0;
  call.rtnl = 0;
  call.passed = null;
  call.returned = null;
  call.revoked = 0;
  cast<DeferQueue>(call.stack_top).count = 0;
  call.canary = CANARY;
  task.nooks = addr(call);
  domain.driver_calls++;
  if (domain.unlent !== 0) lend_objects(domain);
  const result = enter_domain(call, target.entry, count, addr(cells(words)));
  if (cast<DeferQueue>(call.stack_top).count !== 0 || domain.unsynced !== 0) finish_guarded(call);
  end_call(call);
  return result;
}

/** What the extension has left to do; by finish_guarded, so that it can be given up when the kernel dies in it. */
export function finish(call: DriverCall): void {
  const domain = cast<Domain>(call.domain);
  if (domain.state !== DOMAIN_LIVE) return;
  call.in_kernel = 1;
  if (cast<DeferQueue>(call.stack_top).count !== 0) make_deferred_calls(domain, call);
  if (domain.unsynced !== 0 && domain.state === DOMAIN_LIVE) sync_objects(domain);
  call.in_kernel = 0;
}

/** Dead targets come before the next life of a domain's struct (domain_open). @inline */
function is_of(target: Target, domain: Domain): bool {
  smp_rmb();
  return target.domain === domain;
}

/** Interrupts are off, as after enter_domain, whether it returned or was unwound. @inline */
function end_call(call: DriverCall): void {
  const task = current();
  const domain = cast<Domain>(call.domain);
  if (task.lock_depth !== call.lock_depth) release_locks(task, call.lock_depth);
  if (call.rtnl !== 0) rtnl_unlock();
  task.preempt_count = call.preempt_count;
  task.nooks = call.previous;
  task.thread.kernel_sp = call.kernel_sp;
  this_cpu().kernel_sp = call.kernel_sp;
  const old = amoswap(addr(domain.spare) + task.processor * 4, call.stack as u32);
  if (old !== 0) return_stack(domain, old as usize);
  amoadd_rl(addr(domain.inside), -1);
  local_irq_restore(call.flags);
}

/** A stack of the domain's; 0 if there is none. Interrupts are off. @inline */
function take_stack(domain: Domain): usize {
  const spare = amoswap(addr(domain.spare) + current().processor * 4, 0);
  return spare !== 0 ? spare as usize : other_stack(domain);
}

function other_stack(domain: Domain): usize {
  if (stacks_low(domain) && !in_atomic() && current().nooks === 0) add_stack(domain);
  return find_stack(domain);
}

/**
 * The kernel's side of nooks_kernel_call; interrupts are off before and after. Does not return to a domain that has
 * failed, but to the kernel that called it.
 */
export function kernel_call(body: usize, count: u32, frame: KernelCall): u64 {
  const call = innermost(current());
  // Only what runs in a domain comes here, so there is a crossing, on the kernel's stack.
  if (call === null || call.canary !== CANARY) BUG();
  const domain = cast<Domain>(call.domain);
  if (frame.satp !== call.satp || !kernel_text_address(body)) {
    domain_fail(domain, FAIL_PARAMETER, null, 'kernel call', 'page table');
  } else if (count > REGISTER_WORDS && !take_words(call, frame, count)) {
    domain_fail(domain, FAIL_PARAMETER, null, 'kernel call', 'stack');
  }
  if (domain.state !== DOMAIN_LIVE) unwind(call);
  domain.kernel_calls++;
  call.in_kernel = 1;
  if (cast<DeferQueue>(call.stack_top).count !== 0) make_deferred_calls(domain, call);
  local_irq_restore(frame.flags & SR_SIE);
  const result = call_body(body, frame.words);
  frame.flags = local_irq_save();
  call.in_kernel = 0;
  if (domain.state !== DOMAIN_LIVE) unwind(call);
  return result;
}

/** Fetches words from the domain's stack, if it is that. */
function take_words(call: DriverCall, frame: KernelCall, count: u32): bool {
  const bytes = (count - REGISTER_WORDS) * 4;
  if (count > MAX_WORDS || (frame.sp & 3) !== 0 || frame.sp - call.stack > THREAD_SIZE - bytes) return false;
  const from = cast<Ptr<u32>>(frame.sp);
  for (let index: u32 = REGISTER_WORDS; index < count; index++) frame.words[index] = from[index - REGISTER_WORDS];
  return true;
}

/** Gives up all since the domain was entered; interrupts are off. The kernel's caller gets an error. */
export function unwind(call: DriverCall): never {
  // The extension may have been about to sleep. In an interrupt it is not its task that would.
  if ((call.preempt_count & (HARDIRQ_MASK | SOFTIRQ_MASK)) === 0) current().state = TASK_RUNNING;
  call_objects_unwind(addr(call));
  return unwind_to(call.sp, -EIO as u32);
}
