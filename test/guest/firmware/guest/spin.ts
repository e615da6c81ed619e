/** A loop with every register and the trap registers of S-mode in use, which must not notice an event's handler. */

export class Spin {
  /** Ends the loop when it is not 0. */
  go: Volatile<u32>;
  /** What the registers were behind the loop. */
  x: Arr<u32, 32>;
  /** 1 from when the loop has begun. */
  spinning: Volatile<u32>;
  stack: u32;
  sepc: u32;
  scause: u32;
  stval: u32;
  sscratch: u32;
  sstatus: u32;
}

const SEPC = offsetof<Spin>('sepc');
const SCAUSE = offsetof<Spin>('scause');
const STVAL = offsetof<Spin>('stval');
const SSCRATCH = offsetof<Spin>('sscratch');
const SSTATUS = offsetof<Spin>('sstatus');
const SPINNING = offsetof<Spin>('spinning');
const STACK = offsetof<Spin>('stack');
export const SPIN_BYTES = 0x240;
const SPP_SPIE = 0x120;
const SPP = 0x100;

/** Interrupts stay off. Registers but sp, a0 and t0 hold their number in the loop. */
export function spin(state: Spin): void {
  asm`
    addi sp, sp, -64
    sw ra, 0(sp)
    sw s0, 4(sp)
    sw s1, 8(sp)
    sw s2, 12(sp)
    sw s3, 16(sp)
    sw s4, 20(sp)
    sw s5, 24(sp)
    sw s6, 28(sp)
    sw s7, 32(sp)
    sw s8, 36(sp)
    sw s9, 40(sp)
    sw s10, 44(sp)
    sw s11, 48(sp)
    sw gp, 52(sp)
    sw tp, 56(sp)
    sw sp, ${STACK}(a0)
    li t0, 0x1230
    csrw sepc, t0
    li t0, 5
    csrw scause, t0
    li t0, 0x77
    csrw stval, t0
    li t0, 0x99
    csrw sscratch, t0
    li t0, ${SPP_SPIE}
    csrc sstatus, t0
    li t0, ${SPP}
    csrs sstatus, t0
    li x1, 1
    li x3, 3
    li x4, 4
    li x6, 6
    li x7, 7
    li x8, 8
    li x9, 9
    li x11, 11
    li x12, 12
    li x13, 13
    li x14, 14
    li x15, 15
    li x16, 16
    li x17, 17
    li x18, 18
    li x19, 19
    li x20, 20
    li x21, 21
    li x22, 22
    li x23, 23
    li x24, 24
    li x25, 25
    li x26, 26
    li x27, 27
    li x28, 28
    li x29, 29
    li x30, 30
    li x31, 31
    li t0, 1
    sw t0, ${SPINNING}(a0)
  1:
    lw t0, 0(a0)
    beqz t0, 1b
    sw x1, 8(a0)
    sw x2, 12(a0)
    sw x3, 16(a0)
    sw x4, 20(a0)
    sw x6, 28(a0)
    sw x7, 32(a0)
    sw x8, 36(a0)
    sw x9, 40(a0)
    sw x11, 48(a0)
    sw x12, 52(a0)
    sw x13, 56(a0)
    sw x14, 60(a0)
    sw x15, 64(a0)
    sw x16, 68(a0)
    sw x17, 72(a0)
    sw x18, 76(a0)
    sw x19, 80(a0)
    sw x20, 84(a0)
    sw x21, 88(a0)
    sw x22, 92(a0)
    sw x23, 96(a0)
    sw x24, 100(a0)
    sw x25, 104(a0)
    sw x26, 108(a0)
    sw x27, 112(a0)
    sw x28, 116(a0)
    sw x29, 120(a0)
    sw x30, 124(a0)
    sw x31, 128(a0)
    csrr t0, sepc
    sw t0, ${SEPC}(a0)
    csrr t0, scause
    sw t0, ${SCAUSE}(a0)
    csrr t0, stval
    sw t0, ${STVAL}(a0)
    csrr t0, sscratch
    sw t0, ${SSCRATCH}(a0)
    csrr t0, sstatus
    sw t0, ${SSTATUS}(a0)
    lw ra, 0(sp)
    lw s0, 4(sp)
    lw s1, 8(sp)
    lw s2, 12(sp)
    lw s3, 16(sp)
    lw s4, 20(sp)
    lw s5, 24(sp)
    lw s6, 28(sp)
    lw s7, 32(sp)
    lw s8, 36(sp)
    lw s9, 40(sp)
    lw s10, 44(sp)
    lw s11, 48(sp)
    lw gp, 52(sp)
    lw tp, 56(sp)
    addi sp, sp, 64
    ret
  `;
}

/** How many registers are not what they were before the loop. */
export function changed(state: Spin): u32 {
  let count: u32 = 0;
  for (let number: u32 = 1; number < 32; number++) {
    if (number === 2 || number === 5 || number === 10) continue;
    if (state.x[number] !== number) count++;
  }
  if (state.x[2] !== state.stack) count++;
  if (state.sepc !== 0x1230) count++;
  if (state.scause !== 5) count++;
  if (state.stval !== 0x77) count++;
  if (state.sscratch !== 0x99) count++;
  if ((state.sstatus & 0x122) !== SPP) count++;
  return count;
}
