// All harts at one word at once: nothing may be lost, nothing may happen twice.
import { barrier, data, expectCount, frame, shared } from './frame.ts';
import type { Litmus, ReadWord, Size } from './litmus.ts';

const counter = shared(1);
const token = shared(2);
const flags = shared(3);
const lock = shared(4);
const guarded = shared(5);
const widest = shared(6);

/** A turn is a handful of instructions: it takes many of them for harts on threads to meet at all. */
const turnsOf = ({ rounds }: Size): number => 128 * rounds;

/** All harts together begin a loop around `code`, counting s1 down to 1 and s2 up from 0. Changes t0 and t1. */
const repeat = (size: Size, code: string): string => `
    ${barrier('ready', size)}
    li    s1, ${turnsOf(size)}
    li    s2, 0
  again:
    ${code}
    addi  s2, s2, 1
    addi  s1, s1, -1
    bnez  s1, again`;

/** Adds a register to this hart's own word of the histogram, once at the end. */
const deposit = (register: string): string => `
    li    t0, ${data.histogram}
    slli  t1, s0, 2
    add   t0, t0, t1
    sw    ${register}, 0(t0)`;

const deposits = (read: ReadWord, harts: number, first: number = data.histogram): number[] =>
  Array.from({ length: harts }, (_, hart) => read(first + 4 * hart));
const sumOfDeposits = (read: ReadWord, harts: number): number =>
  deposits(read, harts).reduce((sum, value) => (sum + value) >>> 0, 0);

const reservations: Litmus = {
  name: 'lr/sc counter',
  harts: [2, 4],
  source: (size) => frame(size, { body: `
    li    s4, ${counter}
    li    s5, 0
    ${repeat(size, `
  retry:
    addi  s5, s5, 1
    lr.w  t0, (s4)
    addi  t0, t0, 1
    sc.w  t1, t0, (s4)
    bnez  t1, retry`)}
    ${deposit('s5')}` }),
  judge(read, size) {
    const stored = turnsOf(size) * size.harts;
    return {
      outcomes: new Map([['stored', stored], ['failed and repeated', sumOfDeposits(read, size.harts) - stored]]),
      violations: expectCount('counter', read(counter), stored),
    };
  },
};

/*
 * amoadd: an exact total. amoswap: harts exchange unique numbers for what is there; whatever went in came out once
 * or is still there, so the sums agree. amoor, amoand, amoxor: each hart sets, clears and flips a bit of its own in
 * a shared word, and must find it as it left it. amomaxu: the largest number offered remains.
 */
const atomics: Litmus = {
  name: 'amo counters',
  harts: [2, 4],
  source: (size) => frame(size, { body: `
    li    s4, ${counter}
    li    s5, ${token}
    li    s6, ${flags}
    li    s7, ${widest}
    li    a4, 0
    li    a5, 0
    li    a0, 1
    sll   a0, a0, s0
    not   a1, a0
    ${repeat(size, `
    li    t0, 3
    amoadd.w zero, t0, (s4)
    slli  t0, s2, 2
    or    t0, t0, s0
    amomaxu.w zero, t0, (s7)
    amoswap.w t1, t0, (s5)
    add   a4, a4, t0
    sub   a4, a4, t1
    amoor.w t1, a0, (s6)
    and   t1, t1, a0
    snez  t1, t1
    add   a5, a5, t1
    amoand.w t1, a1, (s6)
    and   t1, t1, a0
    seqz  t1, t1
    add   a5, a5, t1
    amoxor.w zero, a0, (s6)
    amoxor.w t1, a0, (s6)
    and   t1, t1, a0
    seqz  t1, t1
    add   a5, a5, t1`)}
    ${deposit('a4')}
    sw    a5, 64(t0)` }),
  judge(read, size) {
    const { harts } = size;
    const turns = turnsOf(size);
    const wrongBits = deposits(read, harts, data.histogram + 64);
    return {
      outcomes: new Map([['added', read(counter)]]),
      violations: [
        ...expectCount('counter', read(counter), 3 * turns * harts),
        ...expectCount('numbers put in by amoswap less those taken out', sumOfDeposits(read, harts), read(token) >>> 0),
        ...wrongBits.flatMap((count, hart) =>
          expectCount(`bits that hart ${hart} found otherwise than it left them`, count, 0)),
        ...expectCount('bits left over', read(flags), 0),
        ...expectCount('largest number offered', read(widest), (turns - 1) * 4 + harts - 1),
      ],
    };
  },
};

const spinLock: Litmus = {
  name: 'spin lock',
  harts: [2, 4],
  source: (size) => frame(size, { body: `
    li    s4, ${lock}
    li    s5, ${guarded}
    li    a0, 1
    ${repeat(size, `
  acquire:
    lr.w.aq t0, (s4)
    bnez  t0, acquire
    sc.w  t0, a0, (s4)
    bnez  t0, acquire
    lw    t0, 0(s5)
    lw    t1, 4(s5)
    addi  t0, t0, 1
    sw    t0, 0(s5)
    add   t1, t1, t0
    sw    t1, 4(s5)
    fence rw, w
    sw    zero, 0(s4)`)}` }),
  judge(read, size) {
    const n = turnsOf(size) * size.harts;
    const triangle = (BigInt(n) * BigInt(n + 1)) / 2n;
    return {
      outcomes: new Map([['acquired', n]]),
      violations: [
        ...expectCount('additions under the lock', read(guarded), n),
        ...expectCount('their running sum', read(guarded + 4) >>> 0, Number(BigInt.asUintN(32, triangle))),
      ],
    };
  },
};

export const contention: readonly Litmus[] = [reservations, atomics, spinLock];
