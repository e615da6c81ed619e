/**
 * Ports, as PCs have them: this board's PCI host shows them as a window of 64 KiB (src/platform/memory-map.ts,
 * pciPorts). Linux 2.4, include/asm/io.h.
 */
import { panic } from '../debug/panic.ts';
import { ioremap } from '../mm/ioremap.ts';

const PORTS_BASE = 0x03000000;
const PORTS_BYTES = 0x10000;

let ports: usize = 0;

export function ports_init(): void {
  ports = ioremap(PORTS_BASE, PORTS_BYTES);
  if (ports === 0) panic('no room for the I/O ports');
}

/** Where a port lies in the window. */
export function port_address(port: usize): usize {
  return ports + (port & 0xffff);
}

export function inb(port: u32): u32 {
  return readb(ports + (port & 0xffff));
}

export function inw(port: u32): u32 {
  return readw(ports + (port & 0xffff));
}

export function inl(port: u32): u32 {
  return readl(ports + (port & 0xffff));
}

/** As in Linux, the value comes first. */
export function outb(value: u32, port: u32): void {
  writeb(ports + (port & 0xffff), value);
}

export function outw(value: u32, port: u32): void {
  writew(ports + (port & 0xffff), value);
}

export function outl(value: u32, port: u32): void {
  writel(ports + (port & 0xffff), value);
}
