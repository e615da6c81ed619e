// Sv32 for litmus programs that run in S-mode: RAM, CLINT and finisher one to one, and a window of 4 KiB pages.
// RISC-V Privileged Architecture 20240411, section 12.3 (Sv32).
import { barrier, data, ramStart, window } from './frame.ts';
import type { Size } from './litmus.ts';

export const pte = { V: 1, R: 2, W: 4, X: 8, A: 64, D: 128, RSW0: 256, RSW1: 512 } as const;

/** A leaf, or with `V` alone a pointer to a table: the address, which is page-aligned, shifted to its PPN field. */
export function entry(address: number, flags: number): number {
  return ((address >>> 2) | flags) >>> 0;
}

const sv32 = 1 << 31;
const open = pte.V | pte.R | pte.W | pte.A | pte.D;
const megapage = 22;

/** Root entries: everything the programs touch lies in four 4 MiB regions. */
const rootEntries = [
  { region: 0, value: entry(0, open) }, // the test finisher
  { region: 0x0200_0000, value: entry(0x0200_0000, open) }, // CLINT
  { region: window, value: entry(data.leafTable, pte.V) },
  { region: ramStart, value: entry(ramStart, open | pte.X) },
];

/** Hart 0 writes the root table; then all harts turn translation on and go on in S-mode. Changes t0 and t1. */
export function enterSupervisor(size: Size): string {
  const writes = rootEntries.map(({ region, value }) => `
    li    t0, ${data.rootTable + 4 * (region >>> megapage)}
    li    t1, ${value}
    sw    t1, 0(t0)`);
  return `
    bnez  s0, tables_written
    ${writes.join('')}
  tables_written:
    ${barrier('tables_ready', size)}
    li    t0, ${(sv32 | (data.rootTable >>> 12)) >>> 0}
    csrw  satp, t0
    sfence.vma zero, zero
    li    t0, 0x1800
    csrc  mstatus, t0
    li    t0, 0x0800
    csrs  mstatus, t0
    jal   t0, leave_machine
    j     supervisor
  leave_machine:
    csrw  mepc, t0
    mret
  supervisor:`;
}
