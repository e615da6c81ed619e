/** The types of objects that the tracker knows, and how each is given back: Nooks (SOSP 2003), section 3.3. */
import { remove_proc_entry, ProcDirEntry } from '../../kernel/fs/proc/proc_fs.ts';
import { vfree } from '../../kernel/mm/vmalloc.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_free } from '../isolation/heap.ts';
import { release_chrdev, release_sound } from '../interposition/device.bodies.ts';
import { release_file } from '../interposition/file.bodies.ts';
import { release_irq } from '../interposition/irq.bodies.ts';
import { release_netdev } from '../interposition/netdevice.bodies.ts';
import { release_pages } from '../interposition/pages.bodies.ts';
import {
  release_pci_device, release_pci_driver, release_pci_regions, withhold_from_devices,
} from '../interposition/pci.bodies.ts';
import { release_dma, release_ioremap, release_taken_region } from '../interposition/resource.bodies.ts';
import { release_counted } from '../interposition/semaphore.bodies.ts';
import { release_packet, release_sent_packet } from '../interposition/skbuff.bodies.ts';
import { release_task } from '../interposition/task.bodies.ts';
import { release_tasklet, release_timer } from '../interposition/timer.bodies.ts';
import { release_wait, release_wait_queue } from '../interposition/wait.bodies.ts';
import { NooksObject, object_free, object_take_first, ObjectType } from './objects.ts';

// NooksObject.type.
export const OBJECT_PROC_ENTRY = 0;
export const OBJECT_TIMER = 1;
export const OBJECT_VMALLOC = 2;
export const OBJECT_MEMORY = 3;
export const OBJECT_SOUND_DSP = 4;
export const OBJECT_SOUND_MIXER = 5;
export const OBJECT_CHRDEV = 6;
export const OBJECT_IRQ = 7;
export const OBJECT_TASKLET = 8;
export const OBJECT_WAIT = 9;
export const OBJECT_WAIT_QUEUE = 10;
export const OBJECT_SEMAPHORE = 11;
export const OBJECT_COMPLETION = 12;
export const OBJECT_FILE = 13;
export const OBJECT_SENT_PACKET = 14;
export const OBJECT_DMA = 15;
export const OBJECT_REGION = 16;
export const OBJECT_IOREMAP = 17;
export const OBJECT_PAGES = 18;
export const OBJECT_DEVICE_MEMORY = 19;
export const OBJECT_NETDEV = 20;
export const OBJECT_PACKET = 21;
export const OBJECT_PCI_DRIVER = 22;
export const OBJECT_PCI_DEVICE = 23;
export const OBJECT_PCI_REGIONS = 24;
export const OBJECT_TASK = 25;
export const OBJECT_TYPES = 26;

/** The highest order of a type. */
const LAST_ORDER = 9;

export const object_types: Arr<Embed<ObjectType>, 26> = [
  { name: 'proc entry', order: 0, release: release_proc_entry },
  { name: 'timer', order: 2, release: release_timer },
  { name: 'vmalloc', order: 8, release: release_vmalloc },
  { name: 'memory', order: 8, release: release_memory },
  { name: 'dsp', order: 0, release: release_sound },
  { name: 'mixer', order: 0, release: release_sound },
  { name: 'chrdev', order: 0, release: release_chrdev },
  { name: 'irq', order: 1, release: release_irq },
  { name: 'tasklet', order: 2, release: release_tasklet },
  { name: 'wait', order: 3, release: release_wait },
  { name: 'wait queue', order: 4, release: release_wait_queue },
  { name: 'semaphore', order: 4, release: release_counted },
  { name: 'completion', order: 4, release: release_counted },
  { name: 'file', order: 5, release: release_file },
  { name: 'sent packet', order: 0, release: release_sent_packet },
  { name: 'dma', order: 6, release: release_dma },
  { name: 'region', order: 7, release: release_taken_region },
  { name: 'ioremap', order: 7, release: release_ioremap },
  { name: 'pages', order: 8, release: release_pages },
  { name: 'device memory', order: 9, release: release_pages },
  { name: 'net device', order: 1, release: release_netdev },
  { name: 'packet', order: 9, release: release_packet },
  { name: 'pci driver', order: 6, release: release_pci_driver },
  { name: 'pci device', order: 7, release: release_pci_device },
  { name: 'pci regions', order: 7, release: release_pci_regions },
  { name: 'task', order: 2, release: release_task },
];

/** Gives back all that a domain holds; nobody is inside. @sleeps */
export function release_objects(domain: Domain): u32 {
  withhold_from_devices(domain);
  let count: u32 = 0;
  for (let order: u32 = 0; order <= LAST_ORDER; order++) {
    for (let type: u32 = 0; type < OBJECT_TYPES; type++) {
      if (object_types[type].order === order) count += release_all(domain, type);
    }
  }
  return count;
}

function release_all(domain: Domain, type: u32): u32 {
  let count: u32 = 0;
  for (;;) {
    const object = object_take_first(domain, type);
    if (object === null) return count;
    object_types[type].release(domain, object);
    object_free(object);
    count++;
  }
}

/** The entry leaves the tree; who has it open, and is about to call its functions, finds dead targets. */
export function release_proc_entry(domain: Domain, object: NooksObject): void {
  const entry = cast<ProcDirEntry>(object.kernel);
  remove_proc_entry(entry.name, entry.parent);
  heap_free(domain, object.extension, object.size);
}

function release_vmalloc(domain: Domain, object: NooksObject): void {
  vfree(object.kernel);
}

/** The heap's pages go with the domain, all at once: for each of them the harts would have to forget it. */
function release_memory(domain: Domain, object: NooksObject): void {}
