/** Finds out what a hart has: accesses that may trap, and do no harm when they do. */

/** Calls f(a, b), a leaf that only uses a0 and a1; false when it trapped. */
export function survives(f: (a: u32, b: u32) => u32, a: u32, b: u32): bool {
  return asm`
    mv t2, ra
    mv t3, a0
    mv a0, a1
    mv a1, a2
    la t0, 1f
    csrrw t1, mtvec, t0
    jalr t3
    csrw mtvec, t1
    li a0, 1
    jr t2
    .balign 4
  1:
    csrw mtvec, t1
    li a0, 0
    jr t2
  `;
}

export function readTime(): u32 {
  return asm`
    csrr a0, time
    ret
  `;
}

/** Lets all counters count. */
export function zeroCountInhibit(): u32 {
  return asm`
    csrw mcountinhibit, zero
    ret
  `;
}

export function writeMenvcfgh(value: u32): u32 {
  return asm`
    csrw menvcfgh, a0
    ret
  `;
}

export function readMenvcfgh(): u32 {
  return asm`
    csrr a0, menvcfgh
    ret
  `;
}

/**
 * Takes the memory from one address to another (divided by 4) away from S and U, and gives them all the rest:
 * entry 1 is the range from pmpaddr0 to pmpaddr1 (TOR) without rights, entry 2 everything (NAPOT). Section 3.7.
 */
export function writeProtection(from: u32, to: u32): u32 {
  return asm`
    csrw pmpaddr0, a0
    csrw pmpaddr1, a1
    li a0, -1
    csrw pmpaddr2, a0
    li a0, 0x1f0800
    csrw pmpcfg0, a0
    sfence.vma
    ret
  `;
}
