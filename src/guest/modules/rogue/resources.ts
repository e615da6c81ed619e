/** Takes all there is of something, and keeps it. */
import { jiffies } from '../../kernel/arch/time.ts';
import { EINVAL, ENOMEM, ENOSYS } from '../../kernel/errno.ts';
import { register_chrdev } from '../../kernel/fs/devices.ts';
import type { FileOperations } from '../../kernel/fs/fs.ts';
import { create_proc_entry } from '../../kernel/fs/proc/proc_fs.ts';
import { request_irq } from '../../kernel/irq/irq.ts';
import { add_timer, init_timer, TimerList } from '../../kernel/irq/timer.ts';
import { init_MUTEX, Semaphore } from '../../kernel/locking/semaphore.ts';
import { pci_alloc_consistent } from '../../kernel/mm/dma.ts';
import { ioremap } from '../../kernel/mm/ioremap.ts';
import { kmalloc } from '../../kernel/mm/kmalloc.ts';
import { __get_free_page, GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { vmalloc } from '../../kernel/mm/vmalloc.ts';
import { request_mem_region, request_region } from '../../kernel/pci/resource.ts';
import { init_waitqueue_head, WaitQueueHead } from '../../kernel/sched/wait.ts';
import { snprintf } from '../../lib/format.ts';
import { memset } from '../../lib/memory.ts';
import {
  ALL_DEVICE_MEMORY, ALL_DEVICES, ALL_INTERRUPTS, ALL_PAGES, ALL_PROC_ENTRIES, ALL_QUEUES, ALL_REGIONS, ALL_SEMAPHORES,
  ALL_TIMERS, ALL_VMALLOC, ALL_WINDOWS, ALLOCATE_ALL,
} from './requests.ts';

/** Enough of anything: a kernel that gives more has no limit. */
const ENOUGH = 200000;
/** Slots of devices: src/platform/memory-map.ts, virtio. */
const SLOTS = 0x10001000;
const SLOTS_BYTES = 0x8000;
const IRQS = 128;

const operations: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: null, flush: null,
  release: null, fsync: null,
};
let name!: Arr<u8, 16>;

/** -ENOMEM when there is no more; -EINVAL if there seems to be no end. */
export function take_all(request: u32): i32 {
  if (request !== ALLOCATE_ALL && (request < ALL_VMALLOC || request > ALL_INTERRUPTS)) return -ENOSYS;
  for (let count: u32 = 0; count < ENOUGH; count++) if (!take(request, count)) return -ENOMEM;
  return -EINVAL;
}

function take(request: u32, count: u32): bool {
  switch (request) {
    case ALLOCATE_ALL: return kmalloc(4096, GFP_KERNEL) !== 0;
    case ALL_VMALLOC: return vmalloc(40000) !== 0;
    case ALL_PAGES: return __get_free_page(GFP_KERNEL) !== 0;
    case ALL_DEVICE_MEMORY: return take_device_memory();
    case ALL_PROC_ENTRIES:
      snprintf(name, 16, 'rogue.%u', count);
      return create_proc_entry(cast<cstr>(name), 0o444, null) !== null;
    case ALL_WINDOWS:
      if (count === 0 && request_mem_region(SLOTS, SLOTS_BYTES, 'rogue') === null) return false;
      return ioremap(SLOTS, SLOTS_BYTES) !== 0;
    case ALL_REGIONS: return request_region(0x8000 + count * 8, 8, 'rogue') !== null;
    case ALL_DEVICES: return register_chrdev(0, 'rogue', operations) >= 0;
    case ALL_INTERRUPTS: return take_interrupt(count);
    default: return fill_page(request);
  }
}

function take_device_memory(): bool {
  const handle = local<Arr<u32, 1>>();
  return pci_alloc_consistent(null, 4096, handle) !== 0;
}

/** Lines that others have are left out. */
function take_interrupt(count: u32): bool {
  if (count >= IRQS) return false;
  request_irq(count as i32, cast(addr(nothing)), 0, 'rogue', addr(name));
  return true;
}

function nothing(): void {
}

/** Makes something of a page, in as many places as it has room. */
function fill_page(request: u32): bool {
  const page = kmalloc(4096, GFP_KERNEL);
  if (page === 0) return false;
  memset(cast(page), 0, 4096);
  for (let at = page; at < page + 4096 - 64; at += 64) {
    switch (request) {
      case ALL_TIMERS: start_timer(cast<TimerList>(at)); break;
      case ALL_QUEUES: init_waitqueue_head(cast<WaitQueueHead>(at)); break;
      case ALL_SEMAPHORES: init_MUTEX(cast<Semaphore>(at)); break;
    }
  }
  return true;
}

function start_timer(timer: TimerList): void {
  init_timer(timer);
  timer.function = no_time;
  timer.data = 0;
  timer.expires = jiffies + 1000000;
  add_timer(timer);
}

function no_time(data: usize): void {
}
