/** What can be asked of the rogue: `echo NUMBER > /proc/rogue`, some with a second number, an address. */
export const NOTHING = 0;
export const STORE_KERNEL_TEXT = 1;
export const STORE_KERNEL_DATA = 2;
export const STORE_KERNEL_HEAP = 3;
export const STORE_OTHER_STACK = 4;
export const STORE_OWN_TEXT = 5;
export const LOAD_UNMAPPED = 6;
export const LOAD_NULL = 7;
export const LOAD_USER = 8;
export const STACK_OVERFLOW = 9;
export const JUMP_TO_DATA = 10;
export const JUMP_TO_NULL = 11;
export const LOOP = 12;
export const LOOP_IRQS_OFF = 13;
export const FREE_FOREIGN = 14;
export const DOUBLE_FREE = 15;
export const BAD_BUFFER = 16;
export const BAD_STRING = 17;
export const ALLOCATE_ALL = 18;
export const UNLOCK_FREE = 19;
export const LOCK_TWICE = 20;
export const SLEEP_WITH_LOCK = 21;
export const DIE_WITH_LOCK = 22;
export const CALL_BUG = 23;
export const ILLEGAL = 24;
export const LEAK_AND_DIE = 25;
export const STORE_PAGE_TABLE = 26;
export const STORE_CURRENT = 27;
export const BAD_FORMAT = 28;
export const VFREE_FOREIGN = 29;
export const WAIT_FOR_LOCK = 30;
/** Not a misdeed: runs for a while in the extension, interrupts on; with interrupts off; asleep in the kernel. */
export const BUSY = 31;
export const BUSY_IRQS_OFF = 32;
export const ASLEEP = 33;
export const BAD_LOCK_NAME = 34;
export const MAKE_DIRECTORY = 35;
/** Takes an interrupt that is long on its way; one that it never acknowledges. */
export const LONG_INTERRUPT = 36;
export const UNANSWERED_INTERRUPT = 37;
/** With an address. */
export const STORE_AT = 38;
export const LOAD_AT = 39;
export const CALL_AT = 40;
export const DIVIDE = 41;
/** Takes all there is of something, and keeps it. */
export const ALL_VMALLOC = 42;
export const ALL_PAGES = 43;
export const ALL_DEVICE_MEMORY = 44;
export const ALL_TIMERS = 45;
export const ALL_PROC_ENTRIES = 46;
export const ALL_QUEUES = 47;
export const ALL_SEMAPHORES = 48;
export const ALL_WINDOWS = 49;
export const ALL_REGIONS = 50;
export const ALL_DEVICES = 51;
export const ALL_INTERRUPTS = 52;
/** Overwrites its versions of what the kernel has versions of. */
export const SPOIL_PROC_ENTRY = 53;
export const SPOIL_TIMER = 54;
export const SPOIL_TASKLET = 55;
export const SPOIL_QUEUE = 56;
export const SPOIL_SEMAPHORE = 57;
export const SPOIL_LOCK = 58;
/** Frees the memory of a timer that is pending. */
export const FREE_PENDING_TIMER = 59;
/** From then on /proc/rogue is read badly: too much, from elsewhere. */
export const READ_TOO_MUCH = 60;
export const READ_ELSEWHERE = 61;
