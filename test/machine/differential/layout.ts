/** Where a random program's parts are, in RAM and in its address spaces. */
import { ramStart } from '../../../src/platform/memory-map.ts';

/** Physical addresses. Code starts at `ramStart`. */
export const places = {
  /** Two pages of data. Pointers point to the border between them. */
  data: 0x8010_0000,
  roots: [0x8011_0000, 0x8011_1000],
  leaves: [0x8011_2000, 0x8011_3000],
} as const;

/** Virtual addresses under both roots, beside the first 4 MiB of RAM at its own address for S-mode. */
export const spaces = {
  /** The same 4 MiB again, for U-mode. */
  user: 0x4000_0000,
  /** Four pages of 4 KiB with random permissions: to data, code and page tables. */
  window: 0x5000_0000,
} as const;

export const uart = 0x1000_0000;
export const clint = 0x0200_0000;

/** Page-table entry bits. Privileged Architecture 20240411, section 12.3.1. */
export const pte = { V: 1, R: 2, W: 4, X: 8, U: 16, G: 32, A: 64, D: 128 } as const;

/** An entry for a page or table at a page-aligned physical address. */
export const pteOf = (physical: number, flags: number): number => ((physical >>> 2) | flags) >>> 0;

/** The value of satp for a root and an address-space identifier. */
export const satpOf = (root: number, asid: number): number => (0x8000_0000 + asid * 2 ** 22 + (root >>> 12)) >>> 0;

/** Where the code of a random program starts. */
export const codeStart = ramStart;
