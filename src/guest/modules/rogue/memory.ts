/** Misdeeds with memory and with control. */
import { current } from '../../kernel/arch/cpu.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { EINVAL, ENOSYS } from '../../kernel/errno.ts';
import { local_irq_disable } from '../../kernel/locking/irqflags.ts';
import {
  CALL_AT, DIVIDE, ILLEGAL, JUMP_TO_DATA, JUMP_TO_NULL, LOAD_AT, LOAD_NULL, LOAD_UNMAPPED, LOAD_USER, LOOP,
  LOOP_IRQS_OFF, STACK_OVERFLOW, STORE_AT, STORE_CURRENT, STORE_KERNEL_DATA, STORE_KERNEL_HEAP, STORE_KERNEL_TEXT,
  STORE_OTHER_STACK, STORE_OWN_TEXT, STORE_PAGE_TABLE,
} from './requests.ts';

let data: Arr<u32, 2> = [0x00008067, 0x00008067];

/** -ENOSYS for a request that is none of these, as all in this folder. */
export function misuse_memory(request: u32, buffer: usize, address: usize): i32 {
  const task = current();
  switch (request) {
    case STORE_KERNEL_TEXT: store(addr(printk)); break;
    case STORE_KERNEL_DATA: store(addr(task.parent.children)); break;
    case STORE_KERNEL_HEAP: store(addr(task.files)); break;
    case STORE_OTHER_STACK: store(task.parent.stack + 8188); break;
    case STORE_OWN_TEXT: store(addr(misuse_memory)); break;
    case STORE_PAGE_TABLE: store(((csrr_satp() & 0x3fffff) << 12) as usize); break;
    case STORE_CURRENT: store(addr(task)); break;
    case STORE_AT: store(address); break;
    case LOAD_UNMAPPED: load(0xc7fff000); break;
    case LOAD_NULL: load(0); break;
    case LOAD_USER: load(buffer & ~3); break;
    case LOAD_AT: load(address); break;
    case STACK_OVERFLOW: return (recurse(1) as i32) & 1;
    case JUMP_TO_DATA: call_at(addr(data)); break;
    case JUMP_TO_NULL: call_at(0); break;
    case CALL_AT: call_at(address); break;
    case LOOP: for (;;) ;
    case LOOP_IRQS_OFF:
      local_irq_disable();
      for (;;) ;
    case ILLEGAL: illegal(); break;
    case DIVIDE: return divide(7, 0) === 0xffffffff && divide_signed(-0x80000000, -1) === -0x80000000 ? 0 : -EINVAL;
    default: return -ENOSYS;
  }
  return 0;
}

/** @noinline */
export function store(address: usize): void {
  cast<Ptr<u32>>(address & ~3)[0] = 0xdeadbeef;
}

/** @noinline */
export function load(address: usize): u32 {
  return readl(address);
}

function call_at(address: usize): void {
  cast<Call>(address)();
}

type Call = () => void;

function recurse(depth: u32): u32 {
  const frame = local<Arr<u32, 32>>();
  frame[depth % 32] = depth;
  return recurse(depth + 1) + frame[depth % 32];
}

/** @noinline */
function divide(a: u32, b: u32): u32 {
  return a / b;
}

/** @noinline */
function divide_signed(a: i32, b: i32): i32 {
  return a / b;
}

function illegal(): void {
  asm`
    .word 0
    ret
  `;
}
