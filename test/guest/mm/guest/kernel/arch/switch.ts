/** The page table that comes into force is told to the test. */
declare function told_to_load(satp: u32, flush: bool): void;

export function load_satp(satp: u32, flush: bool): void {
  told_to_load(satp, flush);
}
