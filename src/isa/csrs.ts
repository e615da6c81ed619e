/**
 * The control and status registers, by name and number, and their fields.
 *
 * RISC-V Privileged Architecture 20240411, chapter 2, tables "currently allocated RISC-V unprivileged (supervisor,
 * machine) CSR addresses", without the floating-point, vector, hypervisor and state-enable registers.
 * Bits 11:10 of a number are 3 when it is read-only, bits 9:8 the lowest privilege that may access it (section 2.1).
 *
 * Fields are masks in the place they have in the register, as signed 32-bit numbers (bit 31 is negative).
 */

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type UpTo15 = Digit | `1${0 | 1 | 2 | 3 | 4 | 5}`;
type UpTo63 = Digit | `${1 | 2 | 3 | 4 | 5}${Digit}` | `6${0 | 1 | 2 | 3}`;
/** The programmable counters: 0 to 2 are cycle, time and instret. */
type Counter = Exclude<Digit, 0 | 1 | 2> | `${1 | 2}${Digit}` | 30 | 31;

/** A run of registers with consecutive numbers: `prefix<first>suffix` is `number`, `prefix<last>suffix` the last. */
function run<Name extends string>(prefix: string, first: number, last: number, number: number, suffix = '') {
  const rows = Array.from({ length: last - first + 1 }, (_, index) =>
    [`${prefix}${first + index}${suffix}`, number + index]);
  return Object.fromEntries(rows) as Readonly<Record<Name, number>>;
}

/** Every CSR of the M, S and U modes: name to number. */
export const csrs = {
  // Unprivileged counters
  cycle: 0xc00, time: 0xc01, instret: 0xc02,
  ...run<`hpmcounter${Counter}`>('hpmcounter', 3, 31, 0xc03),
  cycleh: 0xc80, timeh: 0xc81, instreth: 0xc82,
  ...run<`hpmcounter${Counter}h`>('hpmcounter', 3, 31, 0xc83, 'h'),
  // Supervisor
  sstatus: 0x100, sie: 0x104, stvec: 0x105, scounteren: 0x106, senvcfg: 0x10a,
  sscratch: 0x140, sepc: 0x141, scause: 0x142, stval: 0x143, sip: 0x144,
  satp: 0x180,
  // Machine information
  mvendorid: 0xf11, marchid: 0xf12, mimpid: 0xf13, mhartid: 0xf14, mconfigptr: 0xf15,
  // Machine trap setup
  mstatus: 0x300, misa: 0x301, medeleg: 0x302, mideleg: 0x303, mie: 0x304, mtvec: 0x305, mcounteren: 0x306,
  mstatush: 0x310,
  // Machine trap handling
  mscratch: 0x340, mepc: 0x341, mcause: 0x342, mtval: 0x343, mip: 0x344,
  // Machine configuration and memory protection
  menvcfg: 0x30a, menvcfgh: 0x31a, mseccfg: 0x747, mseccfgh: 0x757,
  ...run<`pmpcfg${UpTo15}`>('pmpcfg', 0, 15, 0x3a0),
  ...run<`pmpaddr${UpTo63}`>('pmpaddr', 0, 63, 0x3b0),
  // Machine counters
  mcycle: 0xb00, minstret: 0xb02,
  ...run<`mhpmcounter${Counter}`>('mhpmcounter', 3, 31, 0xb03),
  mcycleh: 0xb80, minstreth: 0xb82,
  ...run<`mhpmcounter${Counter}h`>('mhpmcounter', 3, 31, 0xb83, 'h'),
  mcountinhibit: 0x320,
  ...run<`mhpmevent${Counter}`>('mhpmevent', 3, 31, 0x323),
  // Debug and trace, shared with debug mode, and debug mode's own
  tselect: 0x7a0, tdata1: 0x7a1, tdata2: 0x7a2, tdata3: 0x7a3,
  dcsr: 0x7b0, dpc: 0x7b1, dscratch0: 0x7b2, dscratch1: 0x7b3,
} as const;

export type CsrName = keyof typeof csrs;

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(csrs));
const names: ReadonlyMap<number, CsrName> =
  new Map(Object.entries(csrs).map(([name, number]) => [number, name as CsrName]));

/** The number of the CSR called `name`; undefined when there is none of that name. */
export function csrNumber(name: CsrName): number;
export function csrNumber(name: string): number | undefined;
export function csrNumber(name: string): number | undefined {
  return numbers.get(name);
}

/** The name of CSR `number` (0 to 0xfff); undefined when the number is not allocated here. */
export function csrName(number: number): CsrName | undefined {
  return names.get(number);
}

/** mstatus of RV32, section 3.1.6. `sstatus` is this under the mask of the fields that S-mode may see. */
export const mstatus = {
  SIE: 1 << 1, MIE: 1 << 3, SPIE: 1 << 5, UBE: 1 << 6, MPIE: 1 << 7, SPP: 1 << 8, VS: 3 << 9, MPP: 3 << 11,
  FS: 3 << 13, XS: 3 << 15, MPRV: 1 << 17, SUM: 1 << 18, MXR: 1 << 19, TVM: 1 << 20, TW: 1 << 21, TSR: 1 << 22,
  SD: 1 << 31,
} as const;

/** mstatush, section 3.1.6, figure "additional machine-mode status register for RV32". */
export const mstatush = { SBE: 1 << 4, MBE: 1 << 5 } as const;

/** sstatus of RV32, section 12.1.1. */
export const sstatus = {
  SIE: mstatus.SIE, SPIE: mstatus.SPIE, UBE: mstatus.UBE, SPP: mstatus.SPP, VS: mstatus.VS, FS: mstatus.FS,
  XS: mstatus.XS, SUM: mstatus.SUM, MXR: mstatus.MXR, SD: mstatus.SD,
} as const;

/** mip and sip, section 3.1.9: what is pending. */
export const mip = {
  SSIP: 1 << 1, MSIP: 1 << 3, STIP: 1 << 5, MTIP: 1 << 7, SEIP: 1 << 9, MEIP: 1 << 11,
} as const;

/** mie and sie, section 3.1.9: what is enabled. */
export const mie = {
  SSIE: 1 << 1, MSIE: 1 << 3, STIE: 1 << 5, MTIE: 1 << 7, SEIE: 1 << 9, MEIE: 1 << 11,
} as const;

/** mcause and scause: whether an interrupt, and the code. */
export const mcause = { Interrupt: 1 << 31, Code: 0x7fff_ffff } as const;

/** mtvec and stvec, section 3.1.7. MODE 0 is direct, 1 vectored. */
export const mtvec = { MODE: 3, BASE: ~3 } as const;

/** misa of RV32, section 3.1.1: extensions by letter, and the width. MXL holds 1 for 32 bits. */
export const misa = {
  A: 1 << 0, I: 1 << 8, M: 1 << 12, S: 1 << 18, U: 1 << 20, MXL: 3 << 30,
} as const;

/** mcounteren, scounteren and mcountinhibit (which has no TM), section 3.1.11: the counters 0 to 2 and the others. */
export const mcounteren = { CY: 1 << 0, TM: 1 << 1, IR: 1 << 2, HPM: ~7 } as const;

/** menvcfg and senvcfg (FIOM to CBZE), section 3.1.18. */
export const menvcfg = { FIOM: 1 << 0, CBIE: 3 << 4, CBCFE: 1 << 6, CBZE: 1 << 7 } as const;

/** The upper half of menvcfg: page tables' accessed/dirty updates, page-based memory types, stimecmp. */
export const menvcfgh = { ADUE: 1 << 29, PBMTE: 1 << 30, STCE: 1 << 31 } as const;

/** mseccfg, sections 3.1.19 and Smepmp. */
export const mseccfg = { MML: 1 << 0, MMWP: 1 << 1, RLB: 1 << 2, USEED: 1 << 8, SSEED: 1 << 9 } as const;

/** satp of RV32, section 12.1.11. MODE 0 is bare, 1 is Sv32; PPN counts pages of 4 KiB. */
export const satp = { MODE: 1 << 31, ASID: 0x1ff << 22, PPN: 0x3f_ffff } as const;

/** One byte of a pmpcfg register, section 3.7.1. The values of A are in `pmpMatching`. */
export const pmpcfg = { R: 1 << 0, W: 1 << 1, X: 1 << 2, A: 3 << 3, L: 1 << 7 } as const;

/** How a PMP entry matches addresses: the values of `pmpcfg.A`, in place. */
export const pmpMatching = { OFF: 0 << 3, TOR: 1 << 3, NA4: 2 << 3, NAPOT: 3 << 3 } as const;

/** dcsr, Debug Specification 0.13.2, section 4.8.1. */
export const dcsr = {
  prv: 3, step: 1 << 2, nmip: 1 << 3, mprven: 1 << 4, cause: 7 << 6, stoptime: 1 << 9, stopcount: 1 << 10,
  stepie: 1 << 11, ebreaku: 1 << 12, ebreaks: 1 << 13, ebreakm: 1 << 15, xdebugver: 15 << 28,
} as const;
