/**
 * The board: what lives where. QEMU 7.2 `virt` (hw/riscv/virt.c), so that an image built for the one runs on the other.
 * The bus, the device tree, the guest's drivers and the documents all read these tables.
 *
 *   0000_1000  reset      harts start here; the first words jump to RAM
 *   0010_0000  finisher   SiFive test device: ends the program
 *   0010_1000  rtc        goldfish: wall-clock time
 *   0200_0000  clint      software and timer interrupts, mtime
 *   0300_0000  pciPorts   PCI I/O space: port 0 is the first byte
 *   0c00_0000  plic       external interrupts
 *   1000_0000  uart       16550
 *   1000_1000  virtio     eight virtio-mmio slots, one page each
 *   3000_0000  ecam       PCI configuration space, 4 KiB a function
 *   4000_0000  pciMemory  PCI memory space, at the same addresses as on the bus
 *   8000_0000  RAM
 */
export const memoryMap = {
  reset:     { start: 0x0000_1000, bytes: 0x0000_f000 },
  finisher:  { start: 0x0010_0000, bytes: 0x0000_1000 },
  rtc:       { start: 0x0010_1000, bytes: 0x0000_1000 },
  clint:     { start: 0x0200_0000, bytes: 0x0001_0000 },
  pciPorts:  { start: 0x0300_0000, bytes: 0x0001_0000 },
  plic:      { start: 0x0c00_0000, bytes: 0x0060_0000 },
  uart:      { start: 0x1000_0000, bytes: 0x0000_0100 },
  virtio:    { start: 0x1000_1000, bytes: 0x0000_8000 },
  ecam:      { start: 0x3000_0000, bytes: 0x1000_0000 },
  pciMemory: { start: 0x4000_0000, bytes: 0x4000_0000 },
} as const;

export type Region = keyof typeof memoryMap;

/** The physical address of the first byte of RAM. */
export const ramStart = 0x8000_0000;

/** The virtio-mmio slots within their region. */
export const virtioSlots = { count: 8, bytes: 0x1000 } as const;

/** Interrupt sources of the PLIC, by device. Source 0 does not exist. */
export const interruptLines = {
  /** Slot 0; slot n has line 1 + n. */
  virtio: 1,
  uart: 10,
  rtc: 11,
  /** INTA; INTB, INTC and INTD follow. Slot s with pin p (1..4) drives line 32 + (s + p - 1) % 4. */
  pci: 32,
  /** IRQ0 of ISA devices, which QEMU's board has not; IRQ n has line 48 + n (platform/isa.ts). */
  isa: 48,
} as const;

/** What a board can be made of. */
export const limits = {
  harts: { least: 1, most: 16 },
  ramBytes: { least: 16 * 2 ** 20, most: 2 ** 30 },
  /** The last interrupt source of the PLIC. */
  interruptSources: 96,
} as const;

/** mtime counts at 10 MHz. */
export const timebaseHz = 10_000_000;
export const nanosecondsPerTick = 1e9 / timebaseHz;

/** The crystal of the UART, in Hz. */
export const uartClockHz = 3_686_400;
