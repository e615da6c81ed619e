/** The part of the module that makes calls (calls.ts) that is the same whatever functions there are. */

/** What it needs besides the functions themselves, by files of the guest. */
export const helpers: Readonly<Record<string, readonly string[]>> = {
  'kernel/arch/cpu.ts': ['current'], 'kernel/arch/time.ts': ['jiffies'],
  'kernel/errno.ts': ['EINVAL', 'ENOMEM', 'ENOSYS'],
  'kernel/fs/fs.ts': ['FileOperations', 'File'], 'kernel/irq/irq.ts': ['IrqHandler'],
  'kernel/irq/timer.ts': ['TimerList'], 'kernel/irq/tasklet.ts': ['TaskletStruct'],
  'kernel/locking/semaphore.ts': ['Semaphore'], 'kernel/locking/completion.ts': ['Completion'],
  'kernel/locking/spinlock.ts': ['SpinLock', 'spin_lock_init'], 'kernel/mm/page_alloc.ts': ['GFP_KERNEL'],
  'kernel/module/module.ts': ['Module'], 'kernel/pci/pci.ts': ['PciDev', 'PciDriver'],
  'kernel/fs/proc/proc_fs.ts': ['ProcDirEntry', 'read_proc_t'], 'kernel/fs/poll.ts': ['PollTable'],
  'kernel/net/netdevice.ts': ['NetDevice'], 'kernel/net/skbuff.ts': ['SkBuff'],
  'kernel/sched/context.ts': ['TqStruct', 'init_tq'],
  'kernel/sched/wait.ts': ['WaitQueue', 'WaitQueueHead', 'init_wait'],
  'lib/number.ts': ['simple_strtoul'], 'lib/memory.ts': ['memset'],
};

/** What the calls are made with. */
export const fixture = `
let timer!: Embed<TimerList>;
let tasklet!: Embed<TaskletStruct>;
let queue!: Embed<WaitQueueHead>;
let wait!: Embed<WaitQueue>;
let semaphore!: Embed<Semaphore>;
let done!: Embed<Completion>;
let lock!: Embed<SpinLock>;
let work!: Embed<TqStruct>;
let block: usize = 0;
let page: usize = 0;
let user: usize = 0;
const operations: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: null, flush: null,
  release: null, fsync: null,
};
declare let __this_module: Embed<Module>;

export function init_module(): i32 {
  const entry = create_proc_entry('caller', 0o644, null);
  if (entry === null) return -ENOMEM;
  entry.write_proc = write_caller;
  spin_lock_init(lock, 'caller_lock');
  init_waitqueue_head(queue);
  init_MUTEX(semaphore);
  init_completion(done);
  complete(done);
  tasklet_init(tasklet, nothing, 0);
  init_timer(timer);
  init_tq(work, nothing, 0);
  timer.function = nothing;
  timer.data = 0;
  timer.expires = jiffies + 1000000;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('caller', null);
  del_timer_sync(timer);
  tasklet_kill(tasklet);
}

function write_caller(buffer: usize, count: u32, unused: usize): i32 {
  const text = local<Arr<u8, 32>>();
  if (count >= 32) return -EINVAL;
  copy_from_user(addr(text), buffer, count);
  text[count] = 0;
  const end = local<Arr<cstr, 1>>();
  const number = simple_strtoul(cast<cstr>(text), end, 10);
  const argument = simple_strtoul(cast<cstr>(addr(end[0]) + 1), end, 10);
  const kind = simple_strtoul(cast<cstr>(addr(end[0]) + 1), end, 10);
  user = buffer;
  block = kmalloc(512, GFP_KERNEL);
  page = __get_free_page(GFP_KERNEL);
  memset(cast(block), 0, 512);
  memset(cast(page), 0, 4096);
  init_wait(wait);
  const error = call(number, argument, kind);
  return error === 0 ? (count as i32) : error;
}

function nothing(data: usize): void {
}

function freed(): usize {
  const address = kmalloc(512, GFP_KERNEL);
  kfree(address);
  return address;
}

/** Data of the module that was loaded before this one. */
function foreign(): usize {
  const other = cast<Module>(addr(__this_module.list.prev) - offsetof<Module>('list'));
  return other.base + other.text_size;
}

function held(): usize {
  spin_lock(lock);
  return addr(lock);
}

function queued(): usize {
  add_wait_queue(queue, wait);
  return addr(wait);
}

function consistent(): usize {
  const handle = local<Arr<u32, 1>>();
  return pci_alloc_consistent(null, 4096, handle);
}

function ports(): usize {
  request_region(0x8000, 8, 'caller');
  return 0x8000;
}

function registers(): usize {
  request_mem_region(0x10001000, 64, 'caller');
  return 0x10001000;
}

function window(): usize {
  return ioremap(registers(), 64);
}

function line(): i32 {
  request_irq(12, cast<IrqHandler>(addr(nothing)), 0, 'caller', block);
  return 12;
}

function disabled(): i32 {
  disable_irq(line());
  return 12;
}

function channel(): u32 {
  request_dma(3, 'caller');
  return 3;
}

function stopped(): usize {
  tasklet_disable(tasklet);
  return addr(tasklet);
}

function named(): usize {
  create_proc_entry('called', 0o444, null);
  return addr('called');
}

function device(): u32 {
  register_chrdev(241, 'caller', operations);
  return 241;
}
`;
