// The classical two-, three- and four-hart races on plain variables. The forbidden outcomes are those of RVWMO: RISC-V
// Unprivileged ISA 20240411, chapter "RVWMO Memory Consistency Model", and its appendix's litmus tests of the same
// names.
//
// For each round a hart finds in s4 the address of four variables, 64 bytes apart, all zero; what it saw it leaves
// in a3.
import { barrier, batch, batches, byHart, data, expectCount, frame, histogram, lag } from './frame.ts';
import type { Findings, Litmus, ReadWord, Size } from './litmus.ts';

interface Race {
  readonly name: string;
  readonly harts: readonly number[];
  /** Bits of a3 that are a result. */
  readonly bits: number;
  /** What `hart` does in one round. */
  code(hart: number, harts: number): string;
  /** Whether the harts' results, by hart, may not be. Absent where the memory model allows everything. */
  forbidden?(seen: readonly number[]): boolean;
}

const store = (variable: number): string => `
    li    a0, 1
    sw    a0, ${64 * variable}(s4)`;
const load = (register: string, variable: number): string => `
    lw    ${register}, ${64 * variable}(s4)`;
const fence = (sets: string): string => `
    fence ${sets}`;
/** Leaves the first value seen in bit 0 and the second in bit 1. */
const pair = `
    slli  a2, a2, 1
    or    a3, a1, a2`;
const nothingSeen = `
    li    a3, 0`;

const isNewThenOld = (seen: number): boolean => seen === 0b01;

/** Each hart stores its own variable and then reads its neighbour's. */
const storeBuffering = (fences: string) => (hart: number, harts: number): string =>
  store(hart) + fences + load('a3', (hart + 1) % harts);

/** Hart 0 writes data and then a flag; the others read the flag and then the data. */
const messagePassing = (write: string, read: string) => (hart: number): string =>
  hart === 0 ? store(0) + write + store(1) + nothingSeen : load('a1', 1) + read + load('a2', 0) + pair;

/** Each hart reads its own variable and then stores its neighbour's. */
const loadBuffering = (hart: number, harts: number): string =>
  load('a3', hart) + fence('rw, rw') + store((hart + 1) % harts);

/** Harts 0 and 1 each store a variable; harts 2 and 3 read both, in opposite orders. */
function independentReads(hart: number): string {
  if (hart < 2) return store(hart) + nothingSeen;
  return load('a1', hart - 2) + fence('r, r') + load('a2', 3 - hart) + pair;
}

/** Hart 0 stores a variable once; the others read it twice. */
const readRead = (hart: number): string =>
  hart === 0 ? store(0) + nothingSeen : load('a1', 0) + load('a2', 0) + pair;

const races: readonly Race[] = [
  { name: 'store buffering', harts: [2, 4], bits: 1, code: storeBuffering('') },
  { name: 'store buffering with fences', harts: [2, 4], bits: 1, code: storeBuffering(fence('rw, rw')),
    forbidden: (seen) => seen.every((value) => value === 0) },
  { name: 'message passing', harts: [2, 4], bits: 2, code: messagePassing('', '') },
  { name: 'message passing with fences', harts: [2, 4], bits: 2, code: messagePassing(fence('w, w'), fence('r, r')),
    forbidden: (seen) => seen.some(isNewThenOld) },
  { name: 'load buffering with fences', harts: [2, 4], bits: 1, code: loadBuffering,
    forbidden: (seen) => seen.every((value) => value === 1) },
  { name: 'independent reads of independent writes', harts: [4], bits: 2, code: independentReads,
    forbidden: (seen) => isNewThenOld(seen[2] ?? 0) && isNewThenOld(seen[3] ?? 0) },
  { name: 'read-read coherence', harts: [2, 4], bits: 2, code: readRead, forbidden: (seen) => seen.some(isNewThenOld) },
];

function source(race: Race, size: Size): string {
  const bodies = Array.from({ length: size.harts }, (_, hart) => `
  body${hart}:
    ${lag(`lag${hart}`, hart)}
    ${race.code(hart, size.harts)}
    sw    a3, ${4 * hart}(s5)
    addi  s4, s4, 256
    addi  s5, s5, 16
    bltu  s5, s6, body${hart}
    j     joined`);
  const body = `
    li    s1, ${batches(size)}
  next_batch:
    ${barrier('ready', size)}
    li    s4, ${data.variables}
    li    s5, ${data.results}
    li    s6, ${data.results + 16 * batch}
    ${byHart('body', size)}
    ${bodies.join('')}
  joined:
    ${barrier('done', size)}
    bnez  s0, counted
    ${tally(race, size)}
  counted:
    addi  s1, s1, -1
    bnez  s1, next_batch`;
  return frame(size, { body });
}

/** Hart 0 counts the batch's outcomes, each the harts' results side by side, and clears the variables. */
function tally({ bits }: Race, { harts }: Size): string {
  const gather = Array.from({ length: harts }, (_, hart) => `
    lw    t1, ${4 * hart}(s5)
    slli  t1, t1, ${bits * hart}
    or    t0, t0, t1
    sw    zero, ${64 * hart}(s4)`);
  return `
    li    s4, ${data.variables}
    li    s5, ${data.results}
  tally:
    li    t0, 0
    ${gather.join('')}
    slli  t0, t0, 2
    li    t1, ${data.histogram}
    add   t0, t0, t1
    lw    t1, 0(t0)
    addi  t1, t1, 1
    sw    t1, 0(t0)
    addi  s4, s4, 256
    addi  s5, s5, 16
    bltu  s5, s6, tally`;
}

function judge(race: Race, read: ReadWord, size: Size): Findings {
  const keys = 1 << (race.bits * size.harts);
  const seenIn = (key: number): number[] =>
    Array.from({ length: size.harts }, (_, hart) => (key >> (race.bits * hart)) & ((1 << race.bits) - 1));
  const binary = (seen: number): string => seen.toString(2).padStart(race.bits, '0');
  const nameOf = (key: number): string => seenIn(key).map(binary).join(' ');
  const violations: string[] = [];
  let total = 0;
  for (let key = 0; key < keys; key++) {
    const count = read(data.histogram + 4 * key);
    total += count;
    if (count === 0 || !race.forbidden?.(seenIn(key))) continue;
    violations.push(`outcome ${nameOf(key)} is forbidden, seen ${count} times`);
  }
  violations.push(...expectCount('rounds counted', total, batches(size) * batch));
  return { outcomes: histogram(read, keys, nameOf), violations };
}

/** The races as litmus tests. An outcome is named by each hart's result, hart 0 first, second read before first. */
export const plainRaces: readonly Litmus[] = races.map((race) => ({
  name: race.name,
  harts: race.harts,
  source: (size) => source(race, size),
  judge: (read, size) => judge(race, read, size),
}));
