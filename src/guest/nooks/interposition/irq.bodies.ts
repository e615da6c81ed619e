/**
 * Wrappers of interrupts: handlers run in their domain. From a failure on until the extension runs again its lines are
 * masked (Nooks, SOSP 2003, section 3.4): a level-triggered device that nobody serves would interrupt for ever.
 */
import { strlcpy } from '../../lib/string.ts';
import { smp_processor_id } from '../../kernel/arch/cpu.ts';
import type { PtRegs } from '../../kernel/arch/ptrace.ts';
import { ENOMEM } from '../../kernel/errno.ts';
import {
  disable_irq, disable_irq_nosync, enable_irq, free_irq, irq_desc, IrqHandler, NR_IRQS, request_irq, synchronize_irq,
} from '../../kernel/irq/irq.ts';
import { clear_bit } from '../../kernel/locking/bitops.ts';
import { in_interrupt, in_irq } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { nooks_call_IrqHandler } from '../generated/irq.wrappers.ts';
import { NX_IrqHandler } from '../generated/extension.table.ts';
import { Domain, DOMAIN_LIVE } from '../isolation/domain.ts';
import { NooksObject, object_add, object_first, object_free, object_take_as } from '../tracker/objects.ts';
import { OBJECT_IRQ } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_string_valid } from './check.ts';
import { nooks_interpose, Target } from './targets.ts';

const NAME_BYTES = 24;

/** A handler of an extension's. The name is copied: the kernel shows it for as long as the line is taken. */
class IrqGrant {
  irq: i32;
  dev_id: usize;
  /** disable_irq calls of the extension's that await their enable_irq. */
  disabled: u32;
  name: Arr<u8, 24>;
}

/** By hart: the domain whose handler was called last since the clock's last tick; 0 for none. */
export let irq_domain!: Arr<usize, 8>;
/** Bit n: line n is masked because its extension has failed. */
let masked!: Arr<u32, 4>;

export function body_request_irq(irq: i32, handler: usize, flags: u32, name: usize, dev_id: usize): i32 {
  const domain = nooks_caller();
  if (in_interrupt()) return nooks_bad_parameter('request_irq', 'context: interrupt') as i32;
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('request_irq', 'name') as i32;
  if (handler === 0) return nooks_bad_parameter('request_irq', 'handler') as i32;
  const thunk = nooks_interpose(domain, NX_IrqHandler, handler);
  const grant = kzalloc<IrqGrant>(GFP_KERNEL);
  if (grant === null || thunk === 0) {
    kfree(addr(grant));
    return -ENOMEM;
  }
  grant.irq = irq;
  grant.dev_id = dev_id;
  strlcpy(grant.name, cast<cstr>(name), NAME_BYTES);
  const error = request_irq(irq, cast<IrqHandler>(thunk), flags, cast<cstr>(grant.name), dev_id);
  if (error === 0 && object_add(domain, OBJECT_IRQ, addr(grant), dev_id, 0, irq as usize)) return 0;
  if (error === 0) free_irq(irq, dev_id);
  kfree(addr(grant));
  return error === 0 ? -ENOMEM : error;
}

/** The trap frame lies where the extension can read it. */
export function body_x_IrqHandler(irq: i32, dev_id: usize, regs: PtRegs, target: Target, domain: Domain): void {
  irq_domain[smp_processor_id()] = addr(domain);
  nooks_call_IrqHandler(target, irq, dev_id, regs);
  if (domain.state !== DOMAIN_LIVE) mask(irq);
}

export function dead_x_IrqHandler(irq: i32, dev_id: usize, regs: PtRegs, target: Target): void {
  mask(irq);
}

export function body_free_irq(irq: i32, dev_id: usize): u32 {
  const domain = nooks_caller();
  if (in_interrupt()) return nooks_bad_parameter('free_irq', 'context: interrupt');
  const object = object_take_as(domain, OBJECT_IRQ, dev_id, irq as usize);
  if (object === null) return nooks_bad_parameter('free_irq', 'dev_id');
  release_irq(domain, object);
  object_free(object);
  return 0;
}

export function body_disable_irq(irq: i32): void {
  if (count_own('disable_irq', irq, 1)) disable_irq(irq);
}

export function body_disable_irq_nosync(irq: i32): void {
  if (count_own('disable_irq_nosync', irq, 1)) disable_irq_nosync(irq);
}

export function body_enable_irq(irq: i32): void {
  if (count_own('enable_irq', irq, -1)) enable_irq(irq);
}

export function body_synchronize_irq(irq: i32): void {
  if (!count_own('synchronize_irq', irq, 0)) return;
  if (in_irq()) nooks_bad_parameter('synchronize_irq', 'context: interrupt');
  else synchronize_irq(irq);
}

/** Counts disable_irq calls of a line; false if the line is not the domain's, or enabled already. */
function count_disabled(domain: Domain, irq: i32, more: i32): bool {
  const flags = spin_lock_irqsave(domain.lock);
  const grant = grant_of(domain, irq);
  const good = grant !== null && (more >= 0 || grant.disabled !== 0);
  if (grant !== null && good) grant.disabled += more;
  spin_unlock_irqrestore(domain.lock, flags);
  return good;
}

/** The same of the calling domain's own lines; if it is none the domain has failed. */
function count_own(wrapper: cstr, irq: i32, more: i32): bool {
  if (count_disabled(nooks_caller(), irq, more)) return true;
  nooks_bad_parameter(wrapper, 'irq');
  return false;
}

/** Under the domain's lock. */
function grant_of(domain: Domain, irq: i32): IrqGrant | null {
  let found: IrqGrant | null = null;
  for (let object = object_first(domain, OBJECT_IRQ); object !== null; object = object.next_of_type) {
    if (object.data === irq as usize) found = cast<IrqGrant>(object.kernel);
  }
  return found;
}

export function release_irq(domain: Domain, object: NooksObject): void {
  const grant = cast<IrqGrant>(object.kernel);
  free_irq(grant.irq, grant.dev_id);
  // Requested anew, a line that nobody has left is enabled.
  if (irq_desc[grant.irq].action === null) clear_bit(grant.irq as u32, masked);
  // Others that share the line get it back as it was.
  for (; grant.disabled > 0; grant.disabled--) if (irq_desc[grant.irq].action !== null) enable_irq(grant.irq);
  kfree(object.kernel);
}

/** Masks all lines of a domain that has failed. */
export function mask_irqs(domain: Domain): void {
  for (let irq: i32 = 1; irq < NR_IRQS; irq++) {
    if (irq_desc[irq].action !== null && count_disabled(domain, irq, 0)) mask(irq);
  }
}

function mask(irq: i32): void {
  const bit: u32 = 1 << (irq & 31);
  if ((amoor(addr(masked) + (irq >> 5) * 4, bit) & bit) === 0) disable_irq_nosync(irq);
}

/** Gives back the lines that were masked: the extension serves them again, or others that share them do. */
export function unmask_irqs(): void {
  for (let irq: i32 = 0; irq < NR_IRQS; irq++) {
    const bit: u32 = 1 << (irq & 31);
    if ((amoand(addr(masked) + (irq >> 5) * 4, ~bit) & bit) === 0) continue;
    // A line that was freed and requested anew has been enabled by that.
    const desc = irq_desc[irq];
    if (desc.action !== null && desc.depth !== 0) enable_irq(irq);
  }
}
