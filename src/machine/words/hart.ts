import { struct, word, words } from './struct.ts';

/** Why `run` returned. */
export const stops = { budget: 0, wait: 1, halt: 2 } as const;

/** Bits of `mode`, and with satp the key of a view: what decides how an access is translated and checked. */
export const viewKey = {
  /** Bits 1..0: the effective privilege. */
  privilege: 3,
  SUM: 1 << 2,
  MXR: 1 << 3,
} as const;

/**
 * One hart. The thread that runs the hart owns every word but `pending`, which anyone may change with Atomics:
 * whoever sets a bit there also notifies the word, which is what wakes a hart waiting in `wfi`.
 */
export const hartWords = struct({
  x: words(32, 'hart', 'integer registers; x0 is never written'),
  sink: word('hart', 'where writes to x0 go'),
  pc: word('hart', 'the next instruction'),
  counterOffset: words(4, 'hart', 'what to add to the cycles and the instructions counted: two 64-bit floats'),
  privilege: word('hart', '0 U, 1 S, 3 M'),
  left: word('hart', 'steps left of the budget, as of the last time the hart left its engine'),
  deferred: word('hart', 'steps put aside so that the engine looks up before its next instruction'),
  halt: word('hart', 'set by a device access that stops the machine'),
  fault: word('hart', 'set by a device access that nothing answered'),
  physical: word('hart', 'result of the last translation'),
  megapage: word('hart', 'result of the last translation: 1 when a megapage gave it'),
  partial: word('hart', 'result of the last translation: 1 when PMP splits the page, so that it cannot be cached'),
  budget: word('hart', 'the budget of the current run'),
  id: word('machine', 'mhartid'),
  pending: word('any', 'interrupt lines as devices drive them: MSIP, MTIP, SEIP, MEIP'),
  soft: word('hart', 'interrupt bits that software drives: SSIP, STIP, and its part of SEIP'),
  waiting: word('hart', '1 while the hart waits in wfi'),
  reservation: word('hart', 'host address reserved by lr.w, 0 when none'),
  reserved: word('hart', 'the value lr.w saw'),
  retiredLow: word('hart', 'steps of finished runs, low word'),
  retiredHigh: word('hart', 'steps of finished runs, high word'),
  exceptions: word('hart', 'synchronous exceptions, which do not count as retired'),
  charge: word('hart', 'cycles charged by the cost profile, modulo 2^32'),
  dataTables: word('hart', 'the tables that translate loads and stores'),
  codeTables: word('hart', 'the tables that translate fetches'),
  dataView: word('hart', 'the view those of loads and stores belong to'),
  codeView: word('hart', 'the view those of fetches belong to'),
  nextView: word('hart', 'the view to evict next'),
  csrResult: word('hart', 'what the last CSR access read'),

  mstatus: word('hart', 'mstatus; sstatus is a window on it'),
  medeleg: word('hart', 'medeleg'), mideleg: word('hart', 'mideleg'), mie: word('hart', 'mie; sie is a window'),
  mtvec: word('hart', 'mtvec'), mcounteren: word('hart', 'mcounteren'), mscratch: word('hart', 'mscratch'),
  mepc: word('hart', 'mepc'), mcause: word('hart', 'mcause'), mtval: word('hart', 'mtval'),
  menvcfg: word('hart', 'menvcfg'),
  stvec: word('hart', 'stvec'), scounteren: word('hart', 'scounteren'), sscratch: word('hart', 'sscratch'),
  sepc: word('hart', 'sepc'), scause: word('hart', 'scause'), stval: word('hart', 'stval'),
  satp: word('hart', 'satp'), senvcfg: word('hart', 'senvcfg'),
  pmpcfg: words(4, 'hart', 'pmpcfg0..3'), pmpaddr: words(16, 'hart', 'pmpaddr0..15'),
  pmpOpen: word('hart', '1 when the first active PMP entry allows everything everywhere'),
});

/** How many views (translation contexts) a hart keeps; the oldest makes room. */
export const viewsPerHart = 8;

/** One view: the translations cached for one key. The tables themselves lie elsewhere (see layout.ts). */
export const viewWords = struct({
  satp: word('hart', 'key: satp, 0 when translation is off'),
  mode: word('hart', 'key: effective privilege, SUM, MXR'),
  used: word('hart', '1 once the key is valid'),
  filled: word('hart', '1 once the tables have been initialised'),
  count: word('hart', 'entries of the fill list of loads and stores'),
  codeCount: word('hart', 'entries of the fill list of fetches'),
  tables: word('machine', 'address of the tables'),
  list: word('machine', 'address of the fill list of loads and stores'),
  codeList: word('machine', 'address of the fill list of fetches'),
  megapages: words(32, 'hart', 'bit per 4 MiB of address space: a megapage was filled there'),
});

/** Bytes set aside per hart, and where its views' headers start in them. */
export const hartBytes = 4096;
export const viewsAt = 2048;
export const viewBytes = 256;

/** Steps a hart had taken when its last run ended, or its present one began. `hart` is the address of its words. */
export function bookedSteps(words: Int32Array, hart: number): number {
  const { retiredHigh, retiredLow } = hartWords.offset;
  return (words[(hart + retiredHigh) >>> 2]! >>> 0) * 2 ** 32 + (words[(hart + retiredLow) >>> 2]! >>> 0);
}

/** Steps a hart took before its current instruction, while its engine has called the host. */
export function stepsBefore(words: Int32Array, hart: number): number {
  const { budget, left } = hartWords.offset;
  return bookedSteps(words, hart) + words[(hart + budget) >>> 2]! - words[(hart + left) >>> 2]! - 1;
}
