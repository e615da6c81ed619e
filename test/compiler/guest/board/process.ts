/** Runs a user program: an executable, in user mode, which talks to this kernel by environment calls. */
import { putc } from './console.ts';
import { ElfHeader, PT_LOAD, ProgramHeader } from './elf.ts';
import { clear, copy } from './memory.ts';
import { finish } from './start.ts';
import { printk } from './console.ts';

const CAUSE_USER_ECALL = 8;
export const SYS_WRITE = 1;
export const SYS_EXIT = 2;

/** What a trap saves: the registers that a call may change. */
class Frame { ra: u32; t: Arr<u32, 7>; a: Arr<u32, 8>; }

let stack!: Arr<u64, 512>;

export function runProgram(file: usize): void {
  const header = cast<ElfHeader>(file);
  const segments = cast<Ptr<Embed<ProgramHeader>>>(file + header.phoff);
  for (let i: u32 = 0; i < header.phnum; i++) {
    const segment = segments[i];
    if (segment.type !== PT_LOAD) continue;
    clear(segment.vaddr, segment.memsz);
    copy(segment.vaddr, file + segment.offset, segment.filesz);
  }
  fence_i();
  enter(header.entry, addr(stack) + sizeof<Arr<u64, 512>>());
}

/** Leaves for user mode; traps come back on the stack that is in use now. */
function enter(entry: usize, userStack: usize): void {
  asm`
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    la t0, ${trapEntry}
    csrw mtvec, t0
    csrw mscratch, sp
    csrw mepc, a0
    li t0, 0x1800
    csrc mstatus, t0
    mv sp, a1
    mret
  `;
}

function trapEntry(): void {
  asm`
    .balign 4
    csrrw sp, mscratch, sp
    addi sp, sp, -64
    sw ra, 0(sp)
    sw t0, 4(sp)
    sw t1, 8(sp)
    sw t2, 12(sp)
    sw t3, 16(sp)
    sw t4, 20(sp)
    sw t5, 24(sp)
    sw t6, 28(sp)
    sw a0, 32(sp)
    sw a1, 36(sp)
    sw a2, 40(sp)
    sw a3, 44(sp)
    sw a4, 48(sp)
    sw a5, 52(sp)
    sw a6, 56(sp)
    sw a7, 60(sp)
    mv a0, sp
    call ${trap}
    lw ra, 0(sp)
    lw t0, 4(sp)
    lw t1, 8(sp)
    lw t2, 12(sp)
    lw t3, 16(sp)
    lw t4, 20(sp)
    lw t5, 24(sp)
    lw t6, 28(sp)
    lw a0, 32(sp)
    lw a1, 36(sp)
    lw a2, 40(sp)
    lw a3, 44(sp)
    lw a4, 48(sp)
    lw a5, 52(sp)
    lw a6, 56(sp)
    lw a7, 60(sp)
    addi sp, sp, 64
    csrrw sp, mscratch, sp
    mret
  `;
}

function trap(frame: Frame): void {
  if (csrr_mcause() !== CAUSE_USER_ECALL) {
    printk('trap %u at %x, value %x\n', csrr_mcause(), csrr_mepc(), csrr_mtval());
    finish(1);
  }
  csrw_mepc(csrr_mepc() + 4);
  switch (frame.a[7]) {
    case SYS_WRITE:
      for (let i: u32 = 0; i < frame.a[1]; i++) putc(readb(frame.a[0] + i));
      frame.a[0] = frame.a[1];
      break;
    case SYS_EXIT:
      printk('exit %u\n', frame.a[0]);
      finish(frame.a[0]);
      break;
    default: frame.a[0] = 0xffffffff;
  }
}
