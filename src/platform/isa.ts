/**
 * The ISA side of the board, which QEMU's `virt` lacks: port n of an ISA device is byte n of the PCI port window
 * (memory-map.ts, `pciPorts`), as on a PC, and stands before what PCI functions claim there.
 *
 * ISA bus masters and the DMA controllers have addresses of 24 bits. Address a of theirs is physical address
 * `isaMemory.start` + a: the first 16 MiB of RAM, so that a driver's `isa_virt_to_bus` is the physical address of its
 * buffer less `isaMemory.start`, and a buffer beyond is out of reach (Linux 2.4's GFP_DMA).
 */
import { ramStart } from './memory-map.ts';

export const isaMemory = { start: ramStart, bytes: 1 << 24 } as const;

/** Where the ports of each ISA device are: the first, and how many. */
export const isaPorts = {
  /** 8-bit channels 0..3; the AT's first controller. */
  dma1: { start: 0x00, bytes: 0x10 },
  dmaPages: { start: 0x80, bytes: 0x10 },
  /** 16-bit channels 5..7, and 4, by which the first controller's requests come; its registers are two ports apart. */
  dma2: { start: 0xc0, bytes: 0x20 },
  sb16: { start: 0x220, bytes: 0x10 },
} as const;

/** ISA interrupts IRQ0..IRQ15; IRQ n is source `interruptLines.isa` + n of the PLIC. */
export const isaInterrupts = 16;
