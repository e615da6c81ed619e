// Page-table walkers that set accessed and dirty bits while others write the same entries. RISC-V Privileged
// Architecture 20240411, section 12.3.1: "The PTE update must be atomic with respect to other accesses to the PTE".
//
// A batch is 256 pages, each met by all harts once. For each page a hart finds its address in s4, its entry's
// address in s7, and 16 bytes for results in s5.
import { barrier, batch, batches, byHart, data, expectCount, frame, histogram, lag, window } from './frame.ts';
import { enterSupervisor, pte } from './paging.ts';
import type { Findings, Litmus, ReadWord, Size } from './litmus.ts';

/** A page's entry at the start of each batch: neither accessed nor dirty. All pages lead to sixteen frames. */
const fresh = pte.V | pte.R | pte.W;

interface Walk {
  /** What `hart` does to each page. */
  code(hart: number): string;
  /** Hart 0, after each batch: leaves in a0 the outcome's key for the page at s4, from 0 to 15. */
  readonly key: string;
  readonly handler?: string;
}

const setSoftwareBit = (bit: number): string => `
    li    a0, ${bit}
    amoor.w zero, a0, (s7)`;
const readPage = `
    lw    a1, 0(s4)`;
const writePage = `
    sw    s0, 0(s4)`;

/**
 * Even harts set a software bit of the entry and read the page, odd ones write the page: every bit must be there
 * at the end.
 */
const everyBit: Walk = {
  code(hart) {
    if (hart % 2 === 1) return writePage;
    return setSoftwareBit(hart === 0 ? pte.RSW0 : pte.RSW1) + readPage;
  },
  key: `
    lw    a0, 0(s7)
    srli  a0, a0, 6
    andi  a0, a0, 15`,
};

/**
 * Hart 0 takes the entries away with amoswap; the others write to the pages and note whether they could. An entry
 * must stay away, and a write that was made must have been noted in it. Key: accessed, dirty, some write made, entry
 * back again.
 */
const takenAway: Walk = {
  code: (hart) => hart === 0 ? `
    amoswap.w a1, zero, (s7)
    sw    a1, 0(s5)` : `
    li    a1, 1
    ${writePage}
    sw    a1, ${4 * hart}(s5)`,
  key: `
    lw    a0, 0(s5)
    srli  a0, a0, 6
    andi  a0, a0, 3
    lw    a1, 4(s5)
    lw    a2, 8(s5)
    or    a1, a1, a2
    lw    a2, 12(s5)
    or    a1, a1, a2
    slli  a1, a1, 2
    or    a0, a0, a1
    lw    a1, 0(s7)
    snez  a1, a1
    slli  a1, a1, 3
    or    a0, a0, a1`,
  // A store page fault is part of the game: go on behind the store, with a1 saying that it was not made.
  handler: `
    csrr  s8, mcause
    li    s9, 15
    bne   s8, s9, unexpected
    csrr  s8, mepc
    addi  s8, s8, 4
    csrw  mepc, s8
    li    a1, 0
    mret`,
};

const pageStart = `
    li    s4, ${window}
    li    s5, ${data.results}
    li    s6, ${data.results + 16 * batch}
    li    s7, ${data.leafTable}`;
const toNextPage = (loop: string): string => `
    li    t0, 4096
    add   s4, s4, t0
    addi  s5, s5, 16
    addi  s7, s7, 4
    bltu  s5, s6, ${loop}`;

/** Makes the entry at s7 fresh and clears the results at s5. */
const renew = `
    slli  t0, s7, 26
    srli  t0, t0, 28
    slli  t0, t0, 12
    li    t1, ${data.frames}
    add   t0, t0, t1
    srli  t0, t0, 2
    ori   t0, t0, ${fresh}
    sw    t0, 0(s7)
    sw    zero, 0(s5)
    sw    zero, 4(s5)
    sw    zero, 8(s5)
    sw    zero, 12(s5)`;

function source(walk: Walk, size: Size): string {
  const bodies = Array.from({ length: size.harts }, (_, hart) => `
  body${hart}:
    ${lag(`lag${hart}`, hart)}
    ${walk.code(hart)}
    ${toNextPage(`body${hart}`)}
    j     joined`);
  const body = `
    bnez  s0, prepared
    ${pageStart}
  prepare:
    ${renew}
    ${toNextPage('prepare')}
  prepared:
    ${enterSupervisor(size)}
    li    s1, ${batches(size)}
  next_batch:
    ${barrier('ready', size)}
    sfence.vma zero, zero
    ${pageStart}
    ${byHart('body', size)}
    ${bodies.join('')}
  joined:
    ${barrier('done', size)}
    bnez  s0, counted
    ${pageStart}
  count:
    ${walk.key}
    slli  a0, a0, 2
    li    t0, ${data.histogram}
    add   t0, t0, a0
    lw    t1, 0(t0)
    addi  t1, t1, 1
    sw    t1, 0(t0)
    ${renew}
    ${toNextPage('count')}
  counted:
    addi  s1, s1, -1
    bnez  s1, next_batch`;
  return frame(size, { body, endsIn: 'S', ...(walk.handler ? { handler: walk.handler } : {}) });
}

/** The names of the bits of a key, least significant first. */
const nameBits = (names: readonly string[]) => (key: number): string =>
  names.filter((_, bit) => (key >> bit) & 1).join(' ') || 'nothing';

/** Judges a histogram whose keys are made of the four bits named, least significant first. */
function findings(read: ReadWord, size: Size, names: readonly string[], allowed: (key: number) => boolean): Findings {
  const nameOf = nameBits(names);
  const counts = Array.from({ length: 16 }, (_, key) => read(data.histogram + 4 * key));
  return {
    outcomes: histogram(read, 16, nameOf),
    violations: [
      ...counts.flatMap((count, key) =>
        (count > 0 && !allowed(key) ? [`entry with ${nameOf(key)}: ${count} times`] : [])),
      ...expectCount('pages counted', counts.reduce((sum, count) => sum + count, 0), batches(size) * batch),
    ],
  };
}

export const walkers: readonly Litmus[] = [
  {
    name: 'accessed and dirty bits beside software bits',
    harts: [2, 4],
    source: (size) => source(everyBit, size),
    judge: (read, size) => findings(read, size, ['A', 'D', 'RSW0', 'RSW1'],
      (key) => key === (size.harts === 2 ? 0b0111 : 0b1111)),
  },
  {
    name: 'dirty bits of entries taken away',
    harts: [2, 4],
    source: (size) => source(takenAway, size),
    judge: (read, size) => findings(read, size, ['A', 'D', 'written', 'back'], (key) => {
      const [, dirty, written, back] = [key & 1, key & 2, key & 4, key & 8];
      return !back && (!written || dirty !== 0);
    }),
  },
];
