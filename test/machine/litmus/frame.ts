// What every litmus program shares: where its data are, how it starts and ends, and how its harts wait for each other.
//
// Registers: s0 is the hart's number and s3 the barrier's count throughout; s8 to s11 belong to trap handlers.
import type { ReadWord, Size } from './litmus.ts';

/** The start of RAM: code. The data are far enough behind it to be in pages of their own. */
export const ramStart = 0x8000_0000;

/** Addresses of data, each on its own pages unless said otherwise. RAM is zero at the start. */
export const data = {
  /** 256 words: how often each outcome was seen; or counts of other things. */
  histogram: 0x8010_0000,
  /** Words that harts share, `shared(0)` to `shared(31)`. */
  shared: 0x8010_2000,
  /** mcause, mepc, mtval of a trap that nobody expected. */
  trap: 0x8010_3000,
  /** 16 bytes for each round of a batch: what each hart saw. */
  results: 0x8011_0000,
  /** 256 bytes for each round of a batch: four variables, 64 bytes apart. */
  variables: 0x8012_0000,
  rootTable: 0x8014_0000,
  leafTable: 0x8014_1000,
  /** A page of code that harts rewrite. */
  code: 0x8014_2000,
  /** Pages that test mappings lead to. */
  frames: 0x8015_0000,
} as const;

/** Rounds between two barriers: harts run through a batch unsynchronised, so that they meet at all distances. */
export const batch = 256;

/** Where the batches' mappings start. */
export const window = 0x4000_0000;

export const msip = 0x0200_0000;
const finisher = 0x0010_0000;
const passed = 0x5555;
const failed = 0x3333;

/** Shared word `index`, on a cache line of its own. Words 0 and 31 are the barrier's and the end's. */
export function shared(index: number): number {
  return data.shared + 64 * index;
}
const arrivals = shared(0);

/** Every hart waits here until all have come. Changes t0 and t1; `label` must be new. */
export function barrier(label: string, { harts }: Size): string {
  return `
    fence rw, rw
    addi  s3, s3, ${harts}
    li    t0, ${arrivals}
    li    t1, 1
    amoadd.w zero, t1, (t0)
  ${label}:
    lw    t1, 0(t0)
    blt   t1, s3, ${label}
    fence rw, rw`;
}

/** Machine code that stops the machine with success. */
const stop = `
    li    t0, ${finisher}
    li    t1, ${passed}
    sw    t1, 0(t0)`;

/** Parts of a program: the body is reached in M-mode by every hart, with interrupts off, and runs into the end. */
export interface Program {
  readonly body: string;
  /** M-mode trap handler; it may fall through, or jump to `unexpected`, for traps that it does not know. */
  readonly handler?: string;
  /** Whether the body has left its harts in S-mode, with the finisher mapped. */
  readonly endsIn?: 'M' | 'S';
}

/** The whole text of a program. */
export function frame(size: Size, { body, handler = '', endsIn = 'M' }: Program): string {
  return `
    csrr  s0, mhartid
    jal   t0, start
  handler:
    ${handler}
  unexpected:
    li    t0, ${data.trap}
    csrr  t1, mcause
    sw    t1, 0(t0)
    csrr  t1, mepc
    sw    t1, 4(t0)
    csrr  t1, mtval
    sw    t1, 8(t0)
    li    t0, ${finisher}
    li    t1, ${failed | (1 << 16)}
    sw    t1, 0(t0)
    j     unexpected
  start:
    csrw  mtvec, t0
    li    t0, -1
    csrw  pmpaddr0, t0
    li    t0, 0x1f
    csrw  pmpcfg0, t0
    li    s3, 0
    ${body}
    ${barrier('end_barrier', size)}
    bnez  s0, park
    ${stop}
  park:
    ${endsIn === 'M' ? 'csrw  mie, zero' : 'nop'}
    wfi
    j     park
  `;
}

/** Jumps to `label0` on hart 0, `label1` on hart 1, and so on. Changes t0. */
export function byHart(label: string, { harts }: Size): string {
  const rows = Array.from({ length: harts }, (_, hart) => `
    li    t0, ${hart}
    beq   s0, t0, ${label}${hart}`);
  return rows.join('');
}

/**
 * Lets a hart lag by 0 to 7 turns of a loop, differently at each round of a batch: `s5` counts up by 16. Changes
 * t0.
 */
export function lag(label: string, hart: number): string {
  return `
    srli  t0, s5, ${4 + (hart % 3)}
    xori  t0, t0, ${hart * 5 % 8}
    andi  t0, t0, 7
  ${label}:
    addi  t0, t0, -1
    bgez  t0, ${label}`;
}

/** The counts of outcomes that are not zero, under the names that `nameOf` gives to their keys. */
export function histogram(read: ReadWord, keys: number, nameOf: (key: number) => string): Map<string, number> {
  const outcomes = new Map<string, number>();
  for (let key = 0; key < keys; key++) {
    const count = read(data.histogram + 4 * key) >>> 0;
    if (count > 0) outcomes.set(nameOf(key), (outcomes.get(nameOf(key)) ?? 0) + count);
  }
  return outcomes;
}

/** The rounds that a test in batches really makes. */
export function batches({ rounds }: Size): number {
  return Math.ceil(rounds / batch);
}

/** A sentence when `found` is not `expected`. */
export function expectCount(what: string, found: number, expected: number): string[] {
  return found === expected ? [] : [`${what}: ${found}, expected ${expected}`];
}
