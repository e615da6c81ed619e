// The bare-metal programs in bench/guest, and the work that each is given.

/** One program: its sources and how it is built and run. */
export interface Guest {
  readonly name: string;
  /** The C file in bench/guest. */
  readonly source: string;
  /** Preprocessor symbols that select the variant; PAGED adds Sv32, S-mode and 4 KiB pages. */
  readonly defines: readonly string[];
  /** Turns of the program's outer loop: 2 to 4 s of QEMU 7.2 on a 2020s server core. */
  readonly scale: number;
  readonly harts: number;
}

function guest(name: string, source: string, scale: number, ...defines: string[]): Guest {
  return { name, source: `${source}.c`, defines, scale, harts: 1 };
}

/** Programs for one hart; the bench `speed` compares them all with QEMU. */
export const singleHart: readonly Guest[] = [
  guest('intmix', 'intmix', 4500),
  guest('intmix_sv32', 'intmix', 4500, 'PAGED'),
  guest('sort', 'sort', 60),
  guest('sha', 'sha', 4500),
  guest('sieve', 'sieve', 540),
  guest('vm', 'vm', 40_000),
  guest('fib', 'fib', 1100),
  guest('string', 'string', 24_000),
  guest('memheavy', 'memheavy', 4),
  guest('memheavy_sv32', 'memheavy', 4, 'PAGED'),
  guest('indirect', 'indirect', 12_000),
  guest('indirect_sv32', 'indirect', 12_000, 'PAGED'),
  guest('codefoot', 'codefoot', 2700),
  guest('codefoot_sv32', 'codefoot', 2700, 'PAGED'),
  guest('ptsw_flush', 'ptsw', 700_000, 'PAGED', 'FLUSH'),
  guest('ptsw_asid', 'ptsw', 900_000, 'PAGED', 'ASIDS'),
  guest('ptsw_va', 'ptsw', 180_000, 'PAGED', 'BY_ADDRESS'),
  guest('ecall', 'ecall', 5_000_000),
  guest('ecall_sv32', 'ecall', 5_000_000, 'PAGED'),
  guest('timer', 'timer', 5_000_000),
  guest('mmio', 'mmio', 600_000),
  guest('csr', 'csr', 5_500_000),
  guest('smc', 'smc', 380_000),
];

/** Programs in which two harts meet. */
export const twoHarts: readonly Guest[] = [
  { ...guest('smp_amo', 'smp_amo', 8_000_000), harts: 2 },
  { ...guest('smp_lock', 'smp_lock', 10_000_000), harts: 2 },
  { ...guest('smp_ticket', 'smp_ticket', 1_000_000), harts: 2 },
  { ...guest('smp_ipi', 'smp_ipi', 50_000), harts: 2 },
];

/** The same independent work on `harts` harts: in perfect scaling it takes as long on two as on one. */
export function scaling(harts: number): Guest {
  return { ...guest(`smp_scale_${harts}`, 'smp_scale', 27_000), harts };
}

/** The guests of a list that were asked for by name; all of them when no name was given. */
export function chosen(guests: readonly Guest[], programs: readonly string[]): readonly Guest[] {
  return programs.length === 0 ? guests : guests.filter((each) => programs.includes(each.name));
}
