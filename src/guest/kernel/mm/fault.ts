/** Page faults: Linux 2.4, arch/i386/mm/fault.c; causes by Privileged ISA 20240411, table 12.1 (scause). */
import { current } from '../arch/cpu.ts';
import { PAGE_SIZE, TASK_SIZE } from '../arch/layout.ts';
import {
  EXC_FETCH_PAGE_FAULT, EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT, PtRegs, REG_PC, user_mode,
} from '../arch/ptrace.ts';
import { force_sig_fault } from '../arch/user_fault.ts';
import { in_uaccess, uaccess_fixup } from '../arch/uaccess.ts';
import { die } from '../debug/oops.ts';
import { printk } from '../debug/printk.ts';
import { in_atomic } from '../locking/preempt.ts';
import { down, up } from '../locking/semaphore.ts';
import { SIGKILL, SIGSEGV } from '../sched/signal.ts';
import { task_comm } from '../sched/task.ts';
import { handle_mm_fault } from './memory.ts';
import { find_vma, MmStruct, VM_EXEC, VM_READ, VM_WRITE, VmAreaStruct } from './mmap.ts';
import { kernel_pte, PTE_R, PTE_V, PTE_W, PTE_X } from './pgtable.ts';

/**
 * A fetch, load or store found no translation that allows it. A process gets the page if it may have it, else SIGSEGV;
 * the kernel's copies to and from users stop there; anything else of the kernel's is an oops.
 */
export function do_page_fault(regs: PtRegs): void {
  const address = regs.badaddr as usize;
  if (!user_mode(regs) && address >= TASK_SIZE && is_spurious(regs)) {
    sfence_vma(address);
    return;
  }
  const signal = find_page(regs, address);
  if (signal === 0) return;
  if (user_mode(regs)) force_sig_fault(signal, regs);
  else if (!uaccess_fixup(regs)) oops(regs);
}

/** Whether by now the kernel may do what it was refused: the hart remembered an earlier entry. */
function is_spurious(regs: PtRegs): bool {
  const right = regs.cause === EXC_STORE_PAGE_FAULT ? PTE_W : regs.cause === EXC_LOAD_PAGE_FAULT ? PTE_R : PTE_X;
  const needed = PTE_V | right;
  return (kernel_pte(regs.badaddr as usize) & needed) === needed;
}

/** Makes the page of a user address be there: 0, or the signal that says why it is not. */
function find_page(regs: PtRegs, address: usize): u32 {
  const mm = current().mm;
  if (address >= TASK_SIZE || mm === null) return SIGSEGV;
  // The kernel looks at user memory from its copies only, and waits for a page only where it may sleep.
  if (!user_mode(regs) && (!in_uaccess(regs) || in_atomic())) return SIGSEGV;
  down(mm.mmap_sem);
  const signal = find_page_in(mm, address, regs.cause);
  up(mm.mmap_sem);
  return signal;
}

function find_page_in(mm: MmStruct, address: usize, cause: u32): u32 {
  const area = find_vma(mm, address);
  if (area === null || address < area.vm_start || !allows(area, cause)) return SIGSEGV;
  if (handle_mm_fault(mm, area, address) === 0) return 0;
  printk('<3>VM: killing process %s\n', task_comm(current()));
  return SIGKILL;
}

function allows(area: VmAreaStruct, cause: u32): bool {
  switch (cause) {
    case EXC_FETCH_PAGE_FAULT: return (area.vm_flags & VM_EXEC) !== 0;
    case EXC_STORE_PAGE_FAULT: return (area.vm_flags & VM_WRITE) !== 0;
    default: return (area.vm_flags & (VM_READ | VM_WRITE | VM_EXEC)) !== 0;
  }
}

function oops(regs: PtRegs): never {
  const address = regs.badaddr as usize;
  printk('<1>Unable to handle kernel %s at virtual address %08x\n',
    address < PAGE_SIZE ? 'NULL pointer dereference' : 'paging request', address);
  die(regs.cause === EXC_FETCH_PAGE_FAULT ? 'Oops: fetch' : regs.cause === EXC_STORE_PAGE_FAULT ? 'Oops: store'
    : 'Oops: load', regs);
}
