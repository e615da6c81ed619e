/** Translations that are to be forgotten are told to the test. */
declare function told_to_flush(cpus: u32, start: usize, size: u32, asid: u32): void;

const EVERYONE = 0xffffffff;

export function flush_tlb_kernel_range(start: usize, end: usize): void {
  told_to_flush(EVERYONE, start, end - start, 0);
}

export function flush_tlb_cpus(cpus: u32, start: usize, size: u32, asid: u32): void {
  told_to_flush(cpus, start, size, asid);
}
