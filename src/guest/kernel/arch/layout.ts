/** The kernel's view of the 4 GiB of Sv32 virtual addresses: README.md of the kernel has the picture. */
export const PAGE_SHIFT = 12;
export const PAGE_SIZE = 4096;
/** Bytes that one entry of a root page table maps. */
export const PGDIR_SIZE = 0x400000;

/** Addresses below belong to user processes. */
export const TASK_SIZE = 0x80000000;
/** The first byte of RAM, where virtual and physical addresses are the same. */
export const PAGE_OFFSET = 0x80000000;
/** The most RAM that the linear map holds. */
export const LOWMEM_MAX = 0x40000000;

/** vmalloc memory, modules, windows on devices, kernel stacks. */
export const VMALLOC_START = 0xc0000000;
export const VMALLOC_END = 0xc8000000;

/** The page that is another one on every hart; its upper half can be addressed relative to x0. */
export const PERCPU_PAGE = 0xfffff000;
export const PERCPU = 0xfffff800;

/** Bytes of a kernel stack, as in Linux 2.4 (include/asm-i386/processor.h, THREAD_SIZE). */
export const THREAD_SIZE = 8192;
/** Bytes of the stack on which a hart reports that a task's has overflowed, and of the one for NMIs. */
export const EMERGENCY_STACK_SIZE = 4096;
