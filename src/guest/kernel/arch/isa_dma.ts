/**
 * The two 8237 DMA controllers of the ISA bus: Linux 2.4, include/asm-i386/dma.h and kernel/dma.c; Intel 8237A
 * datasheet, "Register description"; ports and page registers as on the IBM AT (platform/isa.ts, platform/dma8237.ts).
 *
 * Channels 0 to 3 move bytes within 64 KiB, 5 to 7 words within 128 KiB; 4 passes the first controller's requests on.
 */
import { EBUSY, EINVAL } from '../errno.ts';
import { printk } from '../debug/printk.ts';
import { lock_is_held } from '../locking/held.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { inb, outb } from './io.ts';

export const MAX_DMA_CHANNELS = 8;

// set_dma_mode.
/** From the device to memory. */
export const DMA_MODE_READ = 0x44;
/** From memory to the device. */
export const DMA_MODE_WRITE = 0x48;
export const DMA_MODE_CASCADE = 0xc0;
/** Added to these: at the end it begins again. */
export const DMA_AUTOINIT = 0x10;

const DMA1_BASE = 0x00;
const DMA2_BASE = 0xc0;
const DMA_MASK = 0xa, DMA_MODE = 0xb, DMA_CLEAR_FF = 0xc;
/** In DMA_MASK beside the channel: keeps it from being served. */
const MASK_SET = 4;
const CASCADE = 4;
const PAGE_BASE = 0x80;
/** The page register of each channel, from PAGE_BASE on. */
const page_ports: Arr<u8, 8> = [0x7, 0x3, 0x1, 0x2, 0xf, 0xb, 0x9, 0xa];

/** Who has each channel; by its name. */
class DmaChan {
  device_id: cstr | null;
}

/** Protects dma_chan_busy, and is what claim_dma_lock takes, for the registers. Innermost; taken in interrupts. */
let dma_spin_lock!: Embed<SpinLock>;
let dma_chan_busy!: Arr<Embed<DmaChan>, 8>;

export function isa_dma_init(): void {
  spin_lock_init(dma_spin_lock, 'dma_spin_lock');
  dma_chan_busy[CASCADE].device_id = 'cascade';
}

/** Takes a channel for `device_id`, a text that is kept: 0, -EINVAL if there is no such channel, -EBUSY. */
export function request_dma(dmanr: u32, device_id: cstr): i32 {
  if (dmanr >= MAX_DMA_CHANNELS) return -EINVAL;
  const flags = spin_lock_irqsave(dma_spin_lock);
  const free = dma_chan_busy[dmanr].device_id === null;
  if (free) dma_chan_busy[dmanr].device_id = device_id;
  spin_unlock_irqrestore(dma_spin_lock, flags);
  return free ? 0 : -EBUSY;
}

export function free_dma(dmanr: u32): void {
  const known = dmanr < MAX_DMA_CHANNELS && dmanr !== CASCADE;
  const flags = spin_lock_irqsave(dma_spin_lock);
  const taken = known && dma_chan_busy[dmanr].device_id !== null;
  if (taken) dma_chan_busy[dmanr].device_id = null;
  spin_unlock_irqrestore(dma_spin_lock, flags);
  if (!taken) printk('<4>Trying to free free DMA%u\n', dmanr);
}

/** Held around what follows, whose registers all channels share; gives the flags for release_dma_lock. */
export function claim_dma_lock(): u32 {
  return spin_lock_irqsave(dma_spin_lock);
}

export function release_dma_lock(flags: u32): void {
  spin_unlock_irqrestore(dma_spin_lock, flags);
}

/** Whether the current task holds it. */
export function dma_lock_is_held(): bool {
  return lock_is_held(addr(dma_spin_lock));
}

/** Register n of the channel's controller: those of the second are two ports apart. */
function controller(dmanr: u32, register: u32): u32 {
  return dmanr < CASCADE ? DMA1_BASE + register : DMA2_BASE + register * 2;
}

/** Lets the channel be served. Under the DMA lock, as all below. */
export function enable_dma(dmanr: u32): void {
  outb(dmanr & 3, controller(dmanr, DMA_MASK));
}

export function disable_dma(dmanr: u32): void {
  outb(dmanr & 3 | MASK_SET, controller(dmanr, DMA_MASK));
}

/** The next byte of an address or count is the low one. */
export function clear_dma_ff(dmanr: u32): void {
  outb(0, controller(dmanr, DMA_CLEAR_FF));
}

/** DMA_MODE_READ or _WRITE, with DMA_AUTOINIT or without. */
export function set_dma_mode(dmanr: u32, mode: u32): void {
  outb(mode | dmanr & 3, controller(dmanr, DMA_MODE));
}

/** The upper byte of the 24-bit address; of a word channel's page the lowest bit is not used. */
export function set_dma_page(dmanr: u32, page: u32): void {
  if (dmanr >= MAX_DMA_CHANNELS) return;
  outb(dmanr < CASCADE ? page : page & 0xfe, PAGE_BASE + page_ports[dmanr]);
}

/** Where memory begins, as isa_virt_to_bus has it; a multiple of 2 for a word channel. */
export function set_dma_addr(dmanr: u32, address: u32): void {
  set_dma_page(dmanr, address >>> 16);
  const offset = dmanr < CASCADE ? address : address >>> 1;
  const port = controller(dmanr, (dmanr & 3) * 2);
  outb(offset & 0xff, port);
  outb(offset >>> 8 & 0xff, port);
}

/** How many bytes, 1 or more; a multiple of 2 for a word channel. */
export function set_dma_count(dmanr: u32, bytes: u32): void {
  const count = (dmanr < CASCADE ? bytes : bytes >>> 1) - 1;
  const port = controller(dmanr, (dmanr & 3) * 2 + 1);
  outb(count & 0xff, port);
  outb(count >>> 8 & 0xff, port);
}

/**
 * How many bytes are still to be moved: 0 at the end, or, if the channel begins again, all. After clear_dma_ff.
 */
export function get_dma_residue(dmanr: u32): u32 {
  const port = controller(dmanr, (dmanr & 3) * 2 + 1);
  const low = inb(port);
  const count = (inb(port) << 8 | low) + 1 & 0xffff;
  return dmanr < CASCADE ? count : count << 1;
}
