/** Where harts enter the firmware: from reset, and by traps. */
import { BUG_FRAME, firmwarePages, Frame, MAX_HARTS, PAGE } from './hart.ts';
import { firmwareFailed } from './failure.ts';
import { startFirmware } from './start.ts';
import { handleTrap } from './trap.ts';

const MEPC = offsetof<Frame>('mepc');
const MSTATUS = offsetof<Frame>('mstatus');

/** All harts come here from reset, with a1 = device tree and perhaps a2 = fw_dynamic_info. @section .init */
export function _start(): void {
  asm`
    csrw mie, zero
    csrw mstatus, zero
    la t0, ${trapVector}
    csrw mtvec, t0
    csrr a0, mhartid
    li t0, ${MAX_HARTS}
    bgeu a0, t0, 1f
    la a3, ${firmwarePages}
    li t0, ${PAGE - 1}
    add a3, a3, t0
    not t0, t0
    and a3, a3, t0
    slli t0, a0, 12
    add a3, a3, t0
    addi t0, a3, ${BUG_FRAME}
    csrw mscratch, t0
    li t0, ${PAGE}
    add sp, a3, t0
    tail ${startFirmware}
  1:
    wfi
    j 1b
  `;
}

/** Saves the registers, handles the trap, and goes on as the frame says. Interrupts are off in machine mode. */
export function trapVector(): void {
  asm`
    .balign 4
    csrrw sp, mscratch, sp
    sw x1, 4(sp)
    sw x3, 12(sp)
    sw x4, 16(sp)
    sw x5, 20(sp)
    sw x6, 24(sp)
    sw x7, 28(sp)
    sw x8, 32(sp)
    sw x9, 36(sp)
    sw x10, 40(sp)
    sw x11, 44(sp)
    sw x12, 48(sp)
    sw x13, 52(sp)
    sw x14, 56(sp)
    sw x15, 60(sp)
    sw x16, 64(sp)
    sw x17, 68(sp)
    sw x18, 72(sp)
    sw x19, 76(sp)
    sw x20, 80(sp)
    sw x21, 84(sp)
    sw x22, 88(sp)
    sw x23, 92(sp)
    sw x24, 96(sp)
    sw x25, 100(sp)
    sw x26, 104(sp)
    sw x27, 108(sp)
    sw x28, 112(sp)
    sw x29, 116(sp)
    sw x30, 120(sp)
    sw x31, 124(sp)
    csrr t0, mscratch
    sw t0, 8(sp)
    csrr t0, mepc
    sw t0, ${MEPC}(sp)
    csrr t0, mstatus
    sw t0, ${MSTATUS}(sp)
    andi t0, sp, ${BUG_FRAME}
    bnez t0, 1f
    addi t0, sp, ${BUG_FRAME}
    csrw mscratch, t0
    mv a0, sp
    li t0, ${PAGE}
    add sp, sp, t0
    call ${handleTrap}
    li t0, ${PAGE}
    sub a0, sp, t0
    j ${resumeHart}
  1:
    csrw mscratch, sp
    addi a0, sp, -${BUG_FRAME}
    li t0, ${PAGE}
    add sp, a0, t0
    j ${firmwareFailed}
  `;
}

/** Leaves the firmware for what the frame of the hart in a0 says. */
export function resumeHart(hart: unknown): void {
  asm`
    lw t0, ${MEPC}(a0)
    csrw mepc, t0
    lw t0, ${MSTATUS}(a0)
    csrw mstatus, t0
    csrw mscratch, a0
    lw x1, 4(a0)
    lw x2, 8(a0)
    lw x3, 12(a0)
    lw x4, 16(a0)
    lw x5, 20(a0)
    lw x6, 24(a0)
    lw x7, 28(a0)
    lw x8, 32(a0)
    lw x9, 36(a0)
    lw x11, 44(a0)
    lw x12, 48(a0)
    lw x13, 52(a0)
    lw x14, 56(a0)
    lw x15, 60(a0)
    lw x16, 64(a0)
    lw x17, 68(a0)
    lw x18, 72(a0)
    lw x19, 76(a0)
    lw x20, 80(a0)
    lw x21, 84(a0)
    lw x22, 88(a0)
    lw x23, 92(a0)
    lw x24, 96(a0)
    lw x25, 100(a0)
    lw x26, 104(a0)
    lw x27, 108(a0)
    lw x28, 112(a0)
    lw x29, 116(a0)
    lw x30, 120(a0)
    lw x31, 124(a0)
    lw x10, 40(a0)
    mret
  `;
}

/** Forgets the hart's stack and everything on it, and calls `f(hart)`, which does not return. */
export function restartHart(hart: unknown, f: unknown): void {
  asm`
    li t0, ${PAGE}
    add sp, a0, t0
    jr a1
  `;
}
