/** Control of /dev/dsp: Linux 2.4, drivers/sound/audio.c (audio_ioctl, dma_ioctl); OSS Programmer's Guide 1.1. */
import { copy_to_user, get_user, put_user } from '../../src/guest/kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ERESTARTSYS } from '../../src/guest/kernel/errno.ts';
import { O_NONBLOCK } from '../../src/guest/kernel/fs/fcntl.ts';
import { File } from '../../src/guest/kernel/fs/fs.ts';
import { down_interruptible, up } from '../../src/guest/kernel/locking/semaphore.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import {
  AFMT_QUERY, AFMT_S16_LE, AFMT_U8, AudioBufInfo, CountInfo, DSP_CAP_REALTIME, is_mixer_command,
  SNDCTL_DSP_CHANNELS, SNDCTL_DSP_GETBLKSIZE, SNDCTL_DSP_GETCAPS, SNDCTL_DSP_GETFMTS, SNDCTL_DSP_GETODELAY,
  SNDCTL_DSP_GETOPTR, SNDCTL_DSP_GETOSPACE, SNDCTL_DSP_NONBLOCK, SNDCTL_DSP_POST, SNDCTL_DSP_RESET, SNDCTL_DSP_SETFMT,
  SNDCTL_DSP_SETFRAGMENT, SNDCTL_DSP_SPEED, SNDCTL_DSP_STEREO, SNDCTL_DSP_SYNC, SOUND_PCM_READ_BITS,
  SOUND_PCM_READ_CHANNELS, SOUND_PCM_READ_RATE,
} from '../../src/guest/kernel/sound/soundcard.ts';
import { dmabuf_room, prog_dmabuf } from './dmabuf.ts';
import { SB_LEAST_SPEED, SB_MOST_SPEED, SbDevc } from './sb.ts';
import { sb_restart_ring, sb_start_output, sb_update } from './sb_audio.ts';
import { sb_drain } from './sb_fops.ts';
import { sb_mixer_ioctl } from './sb_mixer.ts';

/** 0 or a negated error; -EINVAL for what it does not know. @sleeps */
export function sb_audio_ioctl(devc: SbDevc, file: File, cmd: u32, arg: usize): i32 {
  if (is_mixer_command(cmd)) return sb_mixer_ioctl(devc, cmd, arg);
  switch (cmd) {
    case SNDCTL_DSP_SYNC: return sb_drain(devc);
    case SNDCTL_DSP_RESET: return sb_reset_output(devc);
    case SNDCTL_DSP_POST: return sb_post(devc);
    case SNDCTL_DSP_NONBLOCK:
      file.f_flags |= O_NONBLOCK;
      return 0;
    case SNDCTL_DSP_SPEED: case SNDCTL_DSP_STEREO: case SNDCTL_DSP_CHANNELS: case SNDCTL_DSP_SETFMT:
    case SNDCTL_DSP_SETFRAGMENT: return sb_set(devc, cmd, arg);
    case SNDCTL_DSP_GETFMTS: return put_user(AFMT_U8 | AFMT_S16_LE, arg);
    case SNDCTL_DSP_GETCAPS: return put_user(DSP_CAP_REALTIME, arg);
    case SOUND_PCM_READ_RATE: return put_user(devc.speed, arg);
    case SOUND_PCM_READ_BITS: return put_user(devc.bits, arg);
    case SOUND_PCM_READ_CHANNELS: return put_user(devc.channels, arg);
    case SNDCTL_DSP_GETBLKSIZE: case SNDCTL_DSP_GETOSPACE: case SNDCTL_DSP_GETOPTR: case SNDCTL_DSP_GETODELAY:
      return sb_ask(devc, cmd, arg);
  }
  return -EINVAL;
}

/** Forgets what is not played. */
function sb_reset_output(devc: SbDevc): i32 {
  const flags = spin_lock_irqsave(devc.lock);
  sb_restart_ring(devc);
  devc.dmap.flush = false;
  spin_unlock_irqrestore(devc.lock, flags);
  return 0;
}

function sb_post(devc: SbDevc): i32 {
  const flags = spin_lock_irqsave(devc.lock);
  if (devc.dmap.count > 0) devc.dmap.flush = true;
  sb_start_output(devc);
  spin_unlock_irqrestore(devc.lock, flags);
  return 0;
}

/** What changes the ring: it begins anew, and what was not played is lost, as in OSS. */
function sb_set(devc: SbDevc, cmd: u32, arg: usize): i32 {
  const wanted = local<Arr<u32, 1>>();
  if (get_user(wanted, arg) !== 0) return -EFAULT;
  if (down_interruptible(devc.dmap.sem) !== 0) return -ERESTARTSYS;
  const result = sb_set_locked(devc, cmd, wanted[0]);
  up(devc.dmap.sem);
  return result < 0 ? result : put_user(result as u32, arg);
}

/** What it has become, or -EINVAL. Under the semaphore. */
function sb_set_locked(devc: SbDevc, cmd: u32, wanted: u32): i32 {
  switch (cmd) {
    case SNDCTL_DSP_SPEED:
      if (wanted !== 0) sb_change(devc, clamp(wanted, SB_LEAST_SPEED, SB_MOST_SPEED), devc.channels, devc.bits);
      return devc.speed as i32;
    case SNDCTL_DSP_STEREO:
      sb_change(devc, devc.speed, wanted !== 0 ? 2 : 1, devc.bits);
      return devc.channels as i32 - 1;
    case SNDCTL_DSP_CHANNELS:
      if (wanted !== 0) sb_change(devc, devc.speed, wanted >= 2 ? 2 : 1, devc.bits);
      return devc.channels as i32;
    case SNDCTL_DSP_SETFMT:
      if (wanted !== AFMT_QUERY) sb_change(devc, devc.speed, devc.channels, wanted === AFMT_S16_LE ? 16 : 8);
      return devc.bits === 16 ? AFMT_S16_LE : AFMT_U8;
    case SNDCTL_DSP_SETFRAGMENT: return sb_set_fragment(devc, wanted);
  }
  return -EINVAL;
}

function clamp(value: u32, least: u32, most: u32): u32 {
  return value < least ? least : value > most ? most : value;
}

function sb_change(devc: SbDevc, speed: u32, channels: u32, bits: u32): void {
  if (speed === devc.speed && channels === devc.channels && bits === devc.bits) return;
  const flags = spin_lock_irqsave(devc.lock);
  sb_restart_ring(devc);
  devc.dmap.ready = false;
  devc.speed = speed;
  devc.channels = channels;
  devc.bits = bits;
  spin_unlock_irqrestore(devc.lock, flags);
}

/** Before the first write or question only, as in OSS: the sizes are made then. */
function sb_set_fragment(devc: SbDevc, wanted: u32): i32 {
  const dmap = devc.dmap;
  if (dmap.ready || dmap.ossfragshift !== 0 || (wanted & 0xffff) === 0) return -EINVAL;
  dmap.ossfragshift = clamp(wanted & 0xffff, 1, 15);
  dmap.ossmaxfrags = clamp(wanted >>> 16, 2, 0x7fff);
  return (wanted & 0x7fffffff) as i32;
}

/** Questions that need the ring's sizes, which are made for the first of them. */
function sb_ask(devc: SbDevc, cmd: u32, arg: usize): i32 {
  if (down_interruptible(devc.dmap.sem) !== 0) return -ERESTARTSYS;
  const error = devc.dmap.ready ? 0 : prog_dmabuf(devc);
  const result = error !== 0 ? error : sb_answer(devc, cmd, arg);
  up(devc.dmap.sem);
  return result;
}

function sb_answer(devc: SbDevc, cmd: u32, arg: usize): i32 {
  const dmap = devc.dmap;
  if (cmd === SNDCTL_DSP_GETBLKSIZE) return put_user(dmap.fragsize, arg);
  const space = local<AudioBufInfo>();
  const pointer = local<CountInfo>();
  const flags = spin_lock_irqsave(devc.lock);
  sb_update(devc);
  const room = dmabuf_room(dmap);
  space.fragments = (room >>> dmap.fragshift) as i32;
  space.fragstotal = dmap.numfrag as i32;
  space.fragsize = dmap.fragsize as i32;
  space.bytes = room as i32;
  pointer.bytes = dmap.total_bytes as i32;
  pointer.blocks = dmap.blocks as i32;
  pointer.ptr = dmap.hwptr as i32;
  if (cmd === SNDCTL_DSP_GETOPTR) dmap.blocks = 0;
  const delay = dmap.count as u32;
  spin_unlock_irqrestore(devc.lock, flags);
  if (cmd === SNDCTL_DSP_GETODELAY) return put_user(delay, arg);
  const left = cmd === SNDCTL_DSP_GETOPTR ? copy_to_user(arg, addr(pointer), sizeof<CountInfo>())
    : copy_to_user(arg, addr(space), sizeof<AudioBufInfo>());
  return left === 0 ? 0 : -EFAULT;
}
