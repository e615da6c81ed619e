/**
 * Playing the ring: Linux 2.4, drivers/sound/sb_audio.c (its SB16 part) and dmabuf.c; the guide, chapter 3,
 * "Auto-initialize DMA mode".
 *
 * The DMA controller goes round the ring for ever; the DSP takes fragment after fragment and interrupts after each. It
 * is told to stop with the fragment under way when the next one is not there in full (sb_look_ahead), so it never plays
 * what was not written. What was meant to be the end, though it fills no fragment, is played as one block of its own.
 */
import {
  claim_dma_lock, clear_dma_ff, disable_dma, DMA_AUTOINIT, DMA_MODE_WRITE, enable_dma, get_dma_residue,
  release_dma_lock, set_dma_addr, set_dma_count, set_dma_mode,
} from '../../src/guest/kernel/arch/isa_dma.ts';
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { mod_timer } from '../../src/guest/kernel/irq/timer.ts';
import { isa_virt_to_bus } from '../../src/guest/kernel/mm/dma.ts';
import { wake_up } from '../../src/guest/kernel/sched/wait.ts';
import {
  DMA_AUTO, DMA_ENDING, DMA_STOPPED, DMA_TAIL, DSP_AUTO, DSP_CMD_EXIT16, DSP_CMD_EXIT8, DSP_CMD_OUT16, DSP_CMD_OUT8,
  DSP_CMD_OUTRATE, DSP_CMD_PAUSE16, DSP_CMD_PAUSE8, DSP_CMD_SPKON, DSP_MODE_SIGNED, DSP_MODE_STEREO, sb_dma_channel,
  sb_frame_bytes, SbDevc,
} from './sb.ts';
import { sb_dsp_command, sb_dsp_command_rate, sb_dsp_command_transfer, sb_dsp_reset } from './sb_common.ts';

/** Jiffies that an interrupt may be late by. */
export const SB_PATIENCE = 10;
/** How many fragments' time an interrupt may be late in a ring of so many fragments. */
const LATE_FRAGMENTS = 2;
const WIDE_RING = 4;
/** How often the count of a DMA channel is read, until twice it is about the same: it counts between its two bytes. */
const RESIDUE_TRIES = 8;
const RESIDUE_STEP = 256;

/** Has the card play what is there, unless it does or there is not enough. Under the lock. */
export function sb_start_output(devc: SbDevc): void {
  const dmap = devc.dmap;
  if (dmap.state !== DMA_STOPPED || dmap.error || !dmap.ready || dmap.count <= 0) return;
  const whole = dmap.count as u32 >= dmap.fragsize;
  if (!whole && !dmap.flush) return;
  const bytes = whole ? dmap.fragsize : whole_frames(devc);
  if (bytes === 0) {
    sb_restart_ring(devc);
    dmap.flush = false;
    return;
  }
  dmap.block_end = dmap.total_bytes + bytes;
  dmap.state = whole ? DMA_AUTO : DMA_TAIL;
  if ((dmap.primed || sb_prime(devc)) && sb_output_block(devc, bytes, whole)) {
    devc.last_intr = jiffies;
    devc.strikes = 0;
    mod_timer(devc.watchdog, jiffies + devc.frag_jiffies + SB_PATIENCE);
    if (whole) sb_look_ahead(devc);
  } else {
    sb_output_failed(devc, 'the DSP takes no commands');
  }
}

/** What is there, without the part of a frame at its end. */
function whole_frames(devc: SbDevc): u32 {
  const count = devc.dmap.count as u32;
  return count - count % sb_frame_bytes(devc);
}

/** The rate to the DSP, the ring to the DMA controller, from its beginning. */
function sb_prime(devc: SbDevc): bool {
  const dmap = devc.dmap;
  const channel = sb_dma_channel(devc);
  const flags = claim_dma_lock();
  disable_dma(channel);
  clear_dma_ff(channel);
  set_dma_mode(channel, DMA_MODE_WRITE | DMA_AUTOINIT);
  set_dma_addr(channel, isa_virt_to_bus(dmap.rawbuf));
  set_dma_count(channel, dmap.dmasize);
  enable_dma(channel);
  release_dma_lock(flags);
  dmap.primed = true;
  return sb_dsp_command(devc, DSP_CMD_SPKON) && sb_dsp_command_rate(devc, DSP_CMD_OUTRATE, devc.speed);
}

/** Has the DSP take a block, or one after the other. */
function sb_output_block(devc: SbDevc, bytes: u32, auto: bool): bool {
  const wide_samples = devc.bits === 16;
  const command: u32 = (wide_samples ? DSP_CMD_OUT16 : DSP_CMD_OUT8) | (auto ? DSP_AUTO : 0);
  const mode: u32 = (wide_samples ? DSP_MODE_SIGNED : 0) | (devc.channels === 2 ? DSP_MODE_STEREO : 0);
  return sb_dsp_command_transfer(devc, command, mode, wide_samples ? bytes / 2 : bytes);
}

/** Tells the DSP to stop with this fragment unless what follows is there in full, and some more if it can be. */
function sb_look_ahead(devc: SbDevc): void {
  const dmap = devc.dmap;
  const beyond = dmap.count - (dmap.block_end - dmap.total_bytes as i32);
  const margin: u32 = dmap.numfrag < WIDE_RING ? 1 : LATE_FRAGMENTS;
  if (beyond >= (dmap.fragsize * margin as i32)) return;
  if (sb_dsp_command(devc, devc.bits === 16 ? DSP_CMD_EXIT16 : DSP_CMD_EXIT8)) dmap.state = DMA_ENDING;
  else sb_output_failed(devc, 'the DSP does not stop');
}

/** Where the DMA controller is, in bytes from the ring's beginning. */
function sb_dma_position(devc: SbDevc): u32 {
  const channel = sb_dma_channel(devc);
  const flags = claim_dma_lock();
  let residue: u32 = 0;
  for (let i: u32 = 0; i < RESIDUE_TRIES; i++) {
    clear_dma_ff(channel);
    const before = get_dma_residue(channel);
    clear_dma_ff(channel);
    residue = get_dma_residue(channel);
    if (before - residue < RESIDUE_STEP) break;
  }
  release_dma_lock(flags);
  const position = residue > devc.dmap.dmasize ? 0 : devc.dmap.dmasize - residue;
  return position === devc.dmap.dmasize ? 0 : position - position % sb_frame_bytes(devc);
}

/** Takes note of what has been played. Under the lock. */
export function sb_update(devc: SbDevc): void {
  const dmap = devc.dmap;
  if (dmap.state === DMA_STOPPED) return;
  const position = sb_dma_position(devc);
  const played = (position + dmap.dmasize - dmap.hwptr) % dmap.dmasize;
  dmap.hwptr = position;
  dmap.total_bytes += played;
  dmap.count -= played as i32;
}

/** The DSP has interrupted, or should have: goes on to what follows. Under the lock. */
export function sb_output_event(devc: SbDevc): void {
  const dmap = devc.dmap;
  if (dmap.state === DMA_STOPPED) return;
  sb_update(devc);
  if (dmap.count < 0) {
    sb_played_too_much(devc);
  } else if (dmap.state === DMA_AUTO) {
    while ((dmap.total_bytes - dmap.block_end as i32) >= 0) next_block(devc);
    sb_look_ahead(devc);
  } else if (dmap.total_bytes === dmap.block_end) {
    sb_output_ended(devc);
  }
  if (dmap.state === DMA_STOPPED || dmap.dmasize - (dmap.count as u32) >= dmap.fragsize) wake_up(dmap.wait);
}

function next_block(devc: SbDevc): void {
  const dmap = devc.dmap;
  dmap.block_end += dmap.fragsize;
  dmap.blocks++;
  devc.last_intr = jiffies;
  devc.strikes = 0;
}

/** The DSP has stopped as it was told: goes on if there is more meanwhile, or with the rest. */
function sb_output_ended(devc: SbDevc): void {
  const dmap = devc.dmap;
  dmap.state = DMA_STOPPED;
  dmap.blocks++;
  sb_start_output(devc);
  if (dmap.state !== DMA_STOPPED) return;
  if (!dmap.flush) devc.underruns++;
  if (dmap.count === 0) dmap.flush = false;
}

/** The interrupt came so late that the DSP has gone on to what nobody had written. */
function sb_played_too_much(devc: SbDevc): void {
  devc.underruns++;
  sb_restart_ring(devc);
  devc.dmap.flush = false;
}

/** Stops at once; what was not played is lost. Under the lock. */
export function sb_restart_ring(devc: SbDevc): void {
  const dmap = devc.dmap;
  if (dmap.state !== DMA_STOPPED) sb_halt(devc);
  dmap.primed = false;
  dmap.epoch++;
  dmap.hwptr = 0;
  dmap.swptr = 0;
  dmap.count = 0;
  dmap.total_bytes = 0;
  dmap.blocks = 0;
}

function sb_halt(devc: SbDevc): void {
  sb_dsp_command(devc, devc.bits === 16 ? DSP_CMD_PAUSE16 : DSP_CMD_PAUSE8);
  const flags = claim_dma_lock();
  disable_dma(sb_dma_channel(devc));
  release_dma_lock(flags);
  if (!sb_dsp_reset(devc)) printk('<4>sb: the DSP does not come back from its reset\n');
  devc.dmap.state = DMA_STOPPED;
}

/** Gives up until the next open. Under the lock. */
export function sb_output_failed(devc: SbDevc, why: cstr): void {
  printk('<3>sb: output failed: %s\n', why);
  sb_restart_ring(devc);
  devc.dmap.error = true;
  wake_up(devc.dmap.wait);
}
