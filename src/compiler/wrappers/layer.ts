/** What generated code and skeletons use of the isolation layer and of the library, and where it is: from src/guest. */
import type { Exports } from './imports.ts';

export const layer: Exports = new Map([
  ['lib/format.ts', ['vsnprintf']],
  ['lib/memory.ts', ['memcpy']],
  ['kernel/locking/preempt.ts', ['in_atomic']],
  ['kernel/mm/page_alloc.ts', ['GFP_ATOMIC']],
  ['nooks/isolation/defer.ts', ['nooks_defer_kernel_call']],
  ['nooks/isolation/domain.ts', ['Domain', 'domain_put']],
  ['nooks/isolation/heap.ts', ['heap_alloc', 'heap_free']],
  ['nooks/isolation/xpc.ts', ['nooks_dead_target', 'nooks_driver_call']],
  ['nooks/isolation/xpc_entry.ts', ['nooks_kernel_call']],
  ['nooks/interposition/bind.ts', ['Wrapper']],
  ['nooks/interposition/check.ts', [
    'nooks_bad_parameter', 'nooks_buffer_valid', 'nooks_caller', 'nooks_string_valid',
  ]],
  ['nooks/interposition/embedded.ts', ['adopt']],
  ['nooks/interposition/targets.ts', ['nooks_interpose', 'Target', 'target_hold']],
  ['nooks/tracker/objects.ts', ['object_add', 'object_find', 'object_free', 'object_take']],
]);

/** Where the numbers of object types are. */
export const objectTypes = 'nooks/tracker/types.ts';
