import { array, ro, rw, wo } from './registers.ts';

/**
 * Intel 8237A High Performance Programmable DMA Controller datasheet, "Register description" and "Software commands";
 * byte registers. Addresses and counts are 16 bits: low byte, then high byte, as the flip-flop has it.
 */
export const dma8237Registers = {
  address: array(rw(0x0, 'base address written, current address read'), { count: 4, stride: 2 }),
  count: array(rw(0x1, 'base word count written, current word count read'), { count: 4, stride: 2 }),
  status: ro(0x8, 'terminal counts, which a read clears, and requests'),
  command: wo(0x8, 'command'),
  request: wo(0x9, 'software request'),
  mask: wo(0xa, 'write single mask bit'),
  mode: wo(0xb, 'mode of a channel'),
  clearFlipFlop: wo(0xc, 'clear byte pointer flip-flop'),
  temporary: ro(0xd, 'temporary'),
  masterClear: wo(0xd, 'master clear'),
  clearMask: wo(0xe, 'clear mask register'),
  allMask: rw(0xf, 'all mask register bits'),
} as const;

/** The second controller of the AT hangs on address lines one higher: its registers are two ports apart. */
export const dma2PortShift = 1;

export const dmaChannels = 8;
/** The channel of the second controller that passes on the requests of the first. */
export const dmaCascade = 4;

/**
 * IBM AT Technical Reference, "DMA page registers": where, from port 0x80 on, the upper address byte of each channel
 * is. The other ports there are storage without effect.
 */
export const dmaPageOf: readonly number[] = [0x7, 0x3, 0x1, 0x2, 0xf, 0xb, 0x9, 0xa];
export const dmaPageRegisters = { page: array(rw(0x0, 'page'), { count: 16, stride: 1 }) } as const;

/** Bits of `mode`. */
export const dmaMode = {
  channel: 0b11,
  transfer: 0b11 << 2, verify: 0b00 << 2,
  /** To memory. */
  write: 0b01 << 2,
  /** From memory. */
  read: 0b10 << 2,
  autoInitialise: 1 << 4, decrement: 1 << 5,
  service: 0b11 << 6, demand: 0b00 << 6, single: 0b01 << 6, block: 0b10 << 6, cascade: 0b11 << 6,
} as const;

/** `mask` and `request` written: the channel, and whether its bit is set. */
export const dmaBit = { channel: 0b11, set: 1 << 2 } as const;

/** Bits of `command` that matter to devices. */
export const dmaCommand = { disable: 1 << 2 } as const;
