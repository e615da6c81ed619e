/** The processor's way from a virtual address to a physical one: Privileged ISA 20240411, section 12.3.2 (Sv32). */
import type { Kernel } from './host.ts';

const V = 0x01;
const [R, W, X] = [0x02, 0x04, 0x08];

/** Where an address leads, and the low bits of the entry, its rights. */
export interface Translation { readonly physical: number; readonly flags: number }

/** Translates by the page table of a satp; undefined for a page fault. */
export function walk({ word }: Kernel, satp: number, address: number): Translation | undefined {
  let table = (satp & 0x3fffff) * 4096;
  for (const shift of [22, 12]) {
    const pte = word(table + ((address >>> shift) & 0x3ff) * 4);
    if ((pte & V) === 0 || (pte & (R | W)) === W) return undefined;
    const page = (pte >>> 10) * 4096;
    if ((pte & (R | W | X)) === 0) {
      table = page;
      continue;
    }
    const offset = address & (2 ** shift - 1);
    if (page % 2 ** shift !== 0) return undefined;
    return { physical: page + offset, flags: pte & 0x3ff };
  }
  return undefined;
}
