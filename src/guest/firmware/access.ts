/** Accesses on behalf of S and U: a fault is a result here, not a trap of the firmware. */
import { MSTATUS_MPRV, MSTATUS_MXR } from './csr.ts';

/** What went wrong: `taken` is 1 if something did. The assembly below knows the layout. */
export class Fault {
  taken: u32;
  cause: u32;
  tval: u32;
}

/** With the rights and translation of the mode that trapped, MPP (section 3.1.6.3). */
export const AS_TRAPPED = MSTATUS_MPRV;
/** The same for code, which may be executable only. */
export const AS_TRAPPED_FETCH = MSTATUS_MPRV | MSTATUS_MXR;
/** With a physical address. */
export const PHYSICAL = 0;

/** The byte at an address, with mstatus bits as above set for the access; sets `fault` if it cannot be read. */
export function loadByte(address: u32, how: u32, fault: Fault): u32 {
  return asm`
    la t0, 1f
    csrrw t1, mtvec, t0
    csrrs t2, mstatus, a1
    lbu a0, 0(a0)
    csrw mstatus, t2
    csrw mtvec, t1
    ret
    .balign 4
  1:
    csrw mstatus, t2
    csrw mtvec, t1
    csrr t0, mcause
    sw t0, 4(a2)
    csrr t0, mtval
    sw t0, 8(a2)
    li t0, 1
    sw t0, 0(a2)
    li a0, 0
    ret
  `;
}

/** Likewise stores the low byte of `value`. */
export function storeByte(address: u32, how: u32, fault: Fault, value: u32): void {
  asm`
    la t0, 1f
    csrrw t1, mtvec, t0
    csrrs t2, mstatus, a1
    sb a3, 0(a0)
    csrw mstatus, t2
    csrw mtvec, t1
    ret
    .balign 4
  1:
    csrw mstatus, t2
    csrw mtvec, t1
    csrr t0, mcause
    sw t0, 4(a2)
    csrr t0, mtval
    sw t0, 8(a2)
    li t0, 1
    sw t0, 0(a2)
    ret
  `;
}

/** `size` bytes, little-endian; stops at the first fault. */
export function loadBytes(address: u32, size: u32, how: u32, fault: Fault): u32 {
  let value: u32 = 0;
  for (let index: u32 = 0; index < size && fault.taken === 0; index++) {
    value |= loadByte(address + index, how, fault) << 8 * index;
  }
  return value;
}

export function storeBytes(address: u32, size: u32, how: u32, fault: Fault, value: u32): void {
  for (let index: u32 = 0; index < size && fault.taken === 0; index++) {
    storeByte(address + index, how, fault, value >>> 8 * index);
  }
}

/** A word of physical memory; 0 where there is none, or the address is no multiple of 4. */
export function readPhysicalWord(address: u32): u32 {
  return asm`
    la t0, 1f
    csrrw t1, mtvec, t0
    lw a0, 0(a0)
    csrw mtvec, t1
    ret
    .balign 4
  1:
    csrw mtvec, t1
    li a0, 0
    ret
  `;
}
