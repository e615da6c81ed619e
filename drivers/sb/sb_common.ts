/** Talking to the DSP: Linux 2.4, drivers/sound/sb_common.c; the guide, chapter 2 and 6. */
import { inb, outb } from '../../src/guest/kernel/arch/io.ts';
import { udelay } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import {
  DSP_CMD_VERSION, DSP_COMMAND, DSP_DATA_AVAIL, DSP_FLAG, DSP_READ, DSP_RESET, DSP_STATUS, SbDevc,
} from './sb.ts';

/** What the DSP says after a reset. */
const DSP_READY = 0xaa;
/** How often a port is looked at before the DSP counts as dead. */
const TRIES = 1000;

/** Gives the DSP a byte, once it takes one: false, with a message, if it never does. Under the lock. */
export function sb_dsp_command(devc: SbDevc, value: u32): bool {
  for (let i: u32 = 0; i < TRIES; i++) {
    if ((inb(devc.io + DSP_STATUS) & DSP_FLAG) === 0) {
      outb(value, devc.io + DSP_COMMAND);
      return true;
    }
    udelay(1);
  }
  printk('<4>Sound Blaster: DSP command(%02x) timeout.\n', value);
  return false;
}

/** A byte from the DSP, or -1 if none comes. Under the lock. */
export function sb_dsp_get_byte(devc: SbDevc): i32 {
  for (let i: u32 = 0; i < TRIES; i++) {
    if ((inb(devc.io + DSP_DATA_AVAIL) & DSP_FLAG) !== 0) return inb(devc.io + DSP_READ) as i32;
    udelay(1);
  }
  return -1;
}

/** Stops all the DSP does; false if no DSP answers. Under the lock. */
export function sb_dsp_reset(devc: SbDevc): bool {
  outb(1, devc.io + DSP_RESET);
  udelay(10);
  outb(0, devc.io + DSP_RESET);
  udelay(30);
  return sb_dsp_get_byte(devc) === DSP_READY;
}

/** Asks for the version; false if there is no answer. Under the lock. */
export function sb_dsp_get_version(devc: SbDevc): bool {
  devc.major = 0;
  devc.minor = 0;
  if (!sb_dsp_command(devc, DSP_CMD_VERSION)) return false;
  const major = sb_dsp_get_byte(devc);
  const minor = sb_dsp_get_byte(devc);
  if (major < 0 || minor < 0) return false;
  devc.major = major as u32;
  devc.minor = minor as u32;
  return true;
}

/** A command with a 16-bit number after it, high byte first: rates. Under the lock. */
export function sb_dsp_command_rate(devc: SbDevc, command: u32, rate: u32): bool {
  return sb_dsp_command(devc, command) && sb_dsp_command(devc, rate >>> 8) && sb_dsp_command(devc, rate & 0xff);
}

/** A transfer: command, mode, and its samples less one, low byte first. Under the lock. */
export function sb_dsp_command_transfer(devc: SbDevc, command: u32, mode: u32, samples: u32): bool {
  const last = samples - 1;
  return sb_dsp_command(devc, command) && sb_dsp_command(devc, mode) && sb_dsp_command(devc, last & 0xff)
    && sb_dsp_command(devc, last >>> 8 & 0xff);
}
