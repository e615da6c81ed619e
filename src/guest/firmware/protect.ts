/**
 * Physical memory protection: S and U get everything but the pages that the firmware writes. Its code and constants
 * lie among the kernel's, whose page tables make them read-only; entries for these too would have borders within pages
 * of the kernel, which QEMU then no longer keeps in its TLB.
 */
import { firstPage, lastPageEnd } from './hart.ts';
import { survives, writeProtection } from './probe.ts';

/** Without the registers nothing is protected, and S has everything anyway. */
export function protectFirmware(): void {
  survives(writeProtection, firstPage() >>> 2, lastPageEnd() >>> 2);
}
