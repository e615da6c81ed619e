/**
 * The Sound Blaster 16 as the driver knows it: Linux 2.4, drivers/sound/sb.h. Registers and commands are those of
 * Creative's "Sound Blaster Series Hardware Programming Guide", which platform/sb16.ts has in full.
 */
import type { TimerList } from '../../src/guest/kernel/irq/timer.ts';
import type { Semaphore } from '../../src/guest/kernel/locking/semaphore.ts';
import type { SpinLock } from '../../src/guest/kernel/locking/spinlock.ts';
import type { WaitQueueHead } from '../../src/guest/kernel/sched/wait.ts';

// Ports, from the first on.
export const SB_PORTS = 16;
export const MIXER_ADDR = 0x4;
export const MIXER_DATA = 0x5;
export const DSP_RESET = 0x6;
export const DSP_READ = 0xa;
/** Read: bit 7 while the DSP takes nothing. Written: a command, or a byte that belongs to one. */
export const DSP_STATUS = 0xc;
export const DSP_COMMAND = 0xc;
/** Bit 7 while there is a byte to read; the read acknowledges the interrupt of 8-bit transfers. */
export const DSP_DATA_AVAIL = 0xe;
/** A read acknowledges the interrupt of 16-bit transfers. */
export const DSP_DATA_AVL16 = 0xf;
export const DSP_FLAG = 0x80;

// Commands.
export const DSP_CMD_OUTRATE = 0x41;
export const DSP_CMD_PAUSE8 = 0xd0;
export const DSP_CMD_SPKON = 0xd1;
export const DSP_CMD_SPKOFF = 0xd3;
export const DSP_CMD_PAUSE16 = 0xd5;
export const DSP_CMD_EXIT16 = 0xd9;
export const DSP_CMD_EXIT8 = 0xda;
export const DSP_CMD_VERSION = 0xe1;
export const DSP_CMD_IRQ8 = 0xf2;
/** Transfers: the width, and one block or, with auto, one after the other; a mode and a length follow. */
export const DSP_CMD_OUT16 = 0xb0;
export const DSP_CMD_OUT8 = 0xc0;
export const DSP_AUTO = 0x06;
export const DSP_MODE_SIGNED = 0x10;
export const DSP_MODE_STEREO = 0x20;

// Registers of the mixer that are none of the mixer's.
export const IRQ_NR = 0x80;
export const DMA_NR = 0x81;
export const IRQ_STAT = 0x82;
/** In IRQ_STAT. */
export const IRQ_STAT_8 = 0x01;
export const IRQ_STAT_16 = 0x02;

/** What the DSP can do, in samples a second. */
export const SB_LEAST_SPEED = 5000;
export const SB_MOST_SPEED = 44100;

// DmaBuf.state.
/** The hardware plays nothing. */
export const DMA_STOPPED = 0;
/** Fragment after fragment. */
export const DMA_AUTO = 1;
/** As DMA_AUTO, but the DSP has been told to stop with the fragment under way. */
export const DMA_ENDING = 2;
/** The last samples, which do not fill a fragment. */
export const DMA_TAIL = 3;

/**
 * The ring that samples go through. `count` bytes from `hwptr` on have been written and not played; the program writes
 * at `swptr`. All but the semaphore is the lock's of SbDevc; `rawbuf` and the sizes change only while the program's
 * side holds `sem` as well.
 */
export class DmaBuf {
  /** One writer or one change of the sizes at a time; outside the lock, held while user memory is touched. */
  sem: Embed<Semaphore>;
  rawbuf: usize;
  /** 2 to this power pages. */
  buforder: u32;
  /** Whether the sizes fit the format, and the pointers begin anew. */
  ready: bool;
  fragshift: u32;
  fragsize: u32;
  numfrag: u32;
  /** Bytes used. */
  dmasize: u32;
  hwptr: u32;
  swptr: u32;
  count: i32;
  state: u32;
  /** Whether the DMA controller has the ring, and is where `hwptr` says. */
  primed: bool;
  /** Counts how often the pointers began anew, which a writer that copies meanwhile must know. */
  epoch: u32;
  /** What is there is to be played though it fills no fragment. */
  flush: bool;
  /** The hardware does not answer; until the next open. */
  error: bool;
  /** Bytes played since the pointers began; wraps. */
  total_bytes: u32;
  /** `total_bytes` when the block under way ends. */
  block_end: u32;
  /** Fragments since the program last asked (SNDCTL_DSP_GETOPTR). */
  blocks: u32;
  /** What the program asked for by SNDCTL_DSP_SETFRAGMENT; 0: nothing. */
  ossfragshift: u32;
  ossmaxfrags: u32;
  wait: Embed<WaitQueueHead>;
}

/** A card. */
export class SbDevc {
  /** Protects the DSP's ports and the rest; taken in interrupts; outside the mixer's and the DMA lock. */
  lock: Embed<SpinLock>;
  /** Protects the mixer's two ports; taken in interrupts. */
  mixer_lock: Embed<SpinLock>;
  /** What of the machine it has: SB_HAS bits. */
  held: u32;
  io: u32;
  irq: u32;
  dma8: u32;
  dma16: u32;
  /** Version of the DSP. */
  major: u32;
  minor: u32;
  /** An interrupt came since this was cleared. */
  irq_ok: Volatile<u32>;
  dev_audio: i32;
  dev_mixer: i32;
  /** FMODE_WRITE while a program has it open, one at a time; open_wait is for those who wait for it to go. */
  open_mode: u32;
  open_wait: Embed<WaitQueueHead>;
  speed: u32;
  channels: u32;
  /** 8 or 16. */
  bits: u32;
  dmap: Embed<DmaBuf>;
  /** Looks after interrupts that do not come; runs while something is played. */
  watchdog: Embed<TimerList>;
  /** In jiffies: when the last interrupt came, and how long a fragment takes. */
  last_intr: u32;
  frag_jiffies: u32;
  /** How often the watchdog found nothing moving. */
  strikes: u32;
  // Figures for /proc/sb.
  interrupts: u32;
  spurious: u32;
  underruns: u32;
  lost: u32;
  /** Levels of the mixer's devices as they were set, and the sources that are recorded. */
  levels: Arr<i32, 25>;
  recmask: u32;
  modify_counter: i32;
}

// SbDevc.held.
export const SB_HAS_PORTS = 1;
export const SB_HAS_IRQ = 2;
export const SB_HAS_DMA8 = 4;
export const SB_HAS_DMA16 = 8;
export const SB_HAS_MIXER = 16;
export const SB_HAS_AUDIO = 32;
export const SB_HAS_PROC = 64;

/** The channel for samples of the width that is set. */
export function sb_dma_channel(devc: SbDevc): u32 {
  return devc.bits === 16 ? devc.dma16 : devc.dma8;
}

/** Bytes of a sample of all channels. */
export function sb_frame_bytes(devc: SbDevc): u32 {
  return devc.channels * (devc.bits / 8);
}

export function sb_bytes_per_second(devc: SbDevc): u32 {
  return devc.speed * sb_frame_bytes(devc);
}
