/**
 * Deferred extension procedure calls: Nooks (SOSP 2003), section 3.1. A call without visible effect is queued instead
 * of made, and made when the extension next calls the kernel or returns. The queue lies at the end of the stack that
 * the extension runs on, so each crossing has one to itself, and an interrupt that comes meanwhile another.
 */
import { current } from '../../kernel/arch/cpu.ts';
import { DEFERRED, nooks_deferred } from '../generated/kernel.table.ts';
import { settle_packets } from '../interposition/skbuff.bodies.ts';
import { Domain, DOMAIN_LIVE, FAIL_PARAMETER } from './domain.ts';
import { domain_fail } from './fail.ts';
import { innermost } from './xpc.ts';
import { DriverCall, nooks_kernel_call } from './xpc_entry.ts';

/** How many calls can wait. */
const WAITING = 16;

class DeferredCall {
  body: usize;
  words: Arr<u32, 3>;
}

/** The extension's to write. */
export class DeferQueue {
  count: Volatile<u32>;
  calls: Arr<Embed<DeferredCall>, 16>;
}

/** Of a DeferQueue, so that what is below is aligned as a stack must be. */
export const QUEUE_BYTES = 272;

/** In a domain: has `body` called with at most three words at the next crossing. Gives 0. */
export function nooks_defer_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64 {
  const call = innermost(current());
  // What runs in a domain has come there by a crossing.
  if (call === null) return unreachable();
  const queue = cast<DeferQueue>(call.stack_top);
  // Any kernel call empties the queue.
  if (queue.count >= WAITING) nooks_kernel_call(cast<usize>(body_nothing), 0);
  const at = queue.count;
  const deferred = queue.calls[at];
  deferred.body = body;
  for (let word: u32 = 0; word < count; word++) deferred.words[word] = cells(words)[word];
  queue.count = at + 1;
  return 0n;
}

function body_nothing(): u32 {
  return 0;
}

/** Makes the calls that wait; interrupts are off, so that none comes in between. */
export function make_deferred_calls(domain: Domain, call: DriverCall): void {
  const queue = cast<DeferQueue>(call.stack_top);
  const count = queue.count;
  queue.count = 0;
  for (let at: u32 = 0; at < count && domain.state === DOMAIN_LIVE; at++) {
    const body = at < WAITING ? queue.calls[at].body : 0;
    if (is_deferrable(body)) call_deferred(body, queue.calls[at].words);
    else domain_fail(domain, FAIL_PARAMETER, null, 'deferred call', 'queue');
    domain.deferred_calls++;
  }
  settle_packets(domain, call);
}

/** Whether a body's calls may wait. */
function is_deferrable(body: usize): bool {
  for (let index: u32 = 0; index < DEFERRED; index++) if (nooks_deferred[index] === body) return true;
  return false;
}

function call_deferred(body: usize, words: Ptr<u32>): void {
  cast<(first: u32, second: u32, third: u32) => u32>(body)(words[0], words[1], words[2]);
}
