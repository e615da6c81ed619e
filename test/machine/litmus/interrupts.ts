// Software interrupts that harts send each other while they sleep in wfi. A lost one ends the program's progress.
import { barrier, data, expectCount, frame, msip } from './frame.ts';
import type { Litmus, ReadWord, Size } from './litmus.ts';

const heard = (hart: number): number => data.histogram + 4 * hart;

/** Tells the next hart of the ring. Changes t0 and t1. */
const sendOn = ({ harts }: Size): string => `
    addi  t0, s0, 1
    li    t1, ${harts}
    bltu  t0, t1, wrapped
    li    t0, 0
  wrapped:
    slli  t0, t0, 2
    li    t1, ${msip}
    add   t0, t0, t1
    li    t1, 1
    sw    t1, 0(t0)`;

/** Clears this hart's own msip and counts. Uses only the registers named. */
const receive = (a: string, b: string): string => `
    slli  ${a}, s0, 2
    li    ${b}, ${msip}
    add   ${b}, ${b}, ${a}
    sw    zero, 0(${b})
    li    ${b}, ${data.histogram}
    add   ${b}, ${b}, ${a}
    lw    ${a}, 0(${b})
    addi  ${a}, ${a}, 1
    sw    ${a}, 0(${b})`;

/** A token goes round the ring of harts `rounds` times; hart 0 starts it, and each waits for it and sends it on. */
function ring(size: Size, wait: string): string {
  return `
    ${barrier('ready', size)}
    li    s1, ${size.rounds}
    bnez  s0, next
    j     send
  next:
    ${wait}
    bnez  s0, send
    addi  s1, s1, -1
    beqz  s1, finished
  send:
    ${sendOn(size)}
    beqz  s0, next
    addi  s1, s1, -1
    bnez  s1, next
  finished:`;
}

function judge(read: ReadWord, { rounds, harts }: Size): ReturnType<Litmus['judge']> {
  const counts = Array.from({ length: harts }, (_, hart) => read(heard(hart)));
  return {
    outcomes: new Map(counts.map((count, hart) => [`hart ${hart} heard`, count])),
    violations: counts.flatMap((count, hart) => expectCount(`interrupts that hart ${hart} heard`, count, rounds)),
  };
}

/** With mstatus.MIE clear, wfi ends when an interrupt is pending and enabled in mie, and no trap is taken. */
const polled: Litmus = {
  name: 'ipi ping-pong, polled',
  harts: [2, 4],
  source: (size) => frame(size, { body: `
    li    t0, 8
    csrw  mie, t0
    ${ring(size, `
  asleep:
    wfi
    csrr  t0, mip
    andi  t0, t0, 8
    beqz  t0, asleep
    ${receive('t0', 't1')}`)}` }),
  judge,
};

/**
 * The same through the trap: the handler counts. A hart looks at the count with interrupts masked, sleeps, and
 * unmasks only then, so that no interrupt can slip in between.
 */
const trapped: Litmus = {
  name: 'ipi ping-pong, trapped',
  harts: [2, 4],
  source: (size) => frame(size, {
    handler: `
    csrr  s8, mcause
    li    s9, 0x80000003
    bne   s8, s9, unexpected
    ${receive('s8', 's9')}
    mret`,
    body: `
    li    t0, 8
    csrw  mie, t0
    li    s4, 0
    li    s5, ${data.histogram}
    slli  t0, s0, 2
    add   s5, s5, t0
    ${ring(size, `
    csrci mstatus, 8
  asleep:
    lw    t0, 0(s5)
    bne   t0, s4, told
    wfi
    csrsi mstatus, 8
    nop
    csrci mstatus, 8
    j     asleep
  told:
    addi  s4, s4, 1`)}` }),
  judge,
};

export const interrupts: readonly Litmus[] = [polled, trapped];
