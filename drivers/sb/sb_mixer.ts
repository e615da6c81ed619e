/** The mixer of the SB16, the CT1745: Linux 2.4, drivers/sound/sb_mixer.c and sb_mixer.h; the guide, chapter 4. */
import { copy_to_user, get_user, put_user } from '../../src/guest/kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENODEV } from '../../src/guest/kernel/errno.ts';
import { File, FileOperations, Inode } from '../../src/guest/kernel/fs/fs.ts';
import { Module } from '../../src/guest/kernel/module/module.ts';
import {
  is_mixer_command, mixer_command_writes, MixerInfo, SOUND_MIXER_BASS, SOUND_MIXER_CAPS, SOUND_MIXER_CD,
  SOUND_MIXER_DEVMASK, SOUND_MIXER_IGAIN, SOUND_MIXER_INFO, SOUND_MIXER_LINE, SOUND_MIXER_MIC, SOUND_MIXER_NRDEVICES,
  SOUND_MIXER_OGAIN, SOUND_MIXER_PCM, SOUND_MIXER_RECMASK, SOUND_MIXER_RECSRC, SOUND_MIXER_SPEAKER,
  SOUND_MIXER_STEREODEVS, SOUND_MIXER_SYNTH, SOUND_MIXER_TREBLE, SOUND_MIXER_VOLUME,
} from '../../src/guest/kernel/sound/soundcard.ts';
import { memset } from '../../src/guest/lib/memory.ts';
import { strncpy } from '../../src/guest/lib/string.ts';
import { SbDevc } from './sb.ts';
import { sb_getmixer, sb_setmixer } from './sb_mixer_regs.ts';

declare let __this_module: Embed<Module>;

export const sb_mixer_fops: FileOperations = {
  owner: __this_module, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: sb_mixer_file_ioctl,
  open: sb_mixer_open, flush: null, release: null, fsync: null,
};

/** A device: its registers, left and right (0: none), and the bits of a level in their upper ends. */
class MixerDef {
  device: u32;
  left: u32;
  right: u32;
  bits: u32;
  /** A level from 0 to 100 for both sides, to begin with. */
  initial: i32;
}

const DEVICES = 11;
const sb16_mix: Arr<Embed<MixerDef>, 11> = [
  { device: SOUND_MIXER_VOLUME, left: 0x30, right: 0x31, bits: 5, initial: 75 },
  { device: SOUND_MIXER_BASS, left: 0x46, right: 0x47, bits: 4, initial: 50 },
  { device: SOUND_MIXER_TREBLE, left: 0x44, right: 0x45, bits: 4, initial: 50 },
  { device: SOUND_MIXER_SYNTH, left: 0x34, right: 0x35, bits: 5, initial: 75 },
  { device: SOUND_MIXER_PCM, left: 0x32, right: 0x33, bits: 5, initial: 75 },
  { device: SOUND_MIXER_SPEAKER, left: 0x3b, right: 0, bits: 2, initial: 25 },
  { device: SOUND_MIXER_LINE, left: 0x38, right: 0x39, bits: 5, initial: 0 },
  { device: SOUND_MIXER_MIC, left: 0x3a, right: 0, bits: 5, initial: 0 },
  { device: SOUND_MIXER_CD, left: 0x36, right: 0x37, bits: 5, initial: 75 },
  { device: SOUND_MIXER_IGAIN, left: 0x3f, right: 0x40, bits: 2, initial: 75 },
  { device: SOUND_MIXER_OGAIN, left: 0x41, right: 0x42, bits: 2, initial: 75 },
];

/** What can be recorded, and its bits of the input switches, left and right. */
class RecordDef {
  device: u32;
  left: u32;
  right: u32;
}

const SOURCES = 4;
const sb16_sources: Arr<Embed<RecordDef>, 4> = [
  { device: SOUND_MIXER_MIC, left: 0x01, right: 0x01 },
  { device: SOUND_MIXER_CD, left: 0x04, right: 0x02 },
  { device: SOUND_MIXER_LINE, left: 0x10, right: 0x08 },
  { device: SOUND_MIXER_SYNTH, left: 0x40, right: 0x20 },
];

const RESET = 0x00;
const INPUT_LEFT = 0x3d;
const INPUT_RIGHT = 0x3e;
const FULL = 100;

let mixer_devc: SbDevc | null = null;

/** Sets all to what it is to begin with; from here on /dev/mixer finds the card. */
export function sb_mixer_init(devc: SbDevc): void {
  sb_setmixer(devc, RESET, 0);
  for (let i: u32 = 0; i < DEVICES; i++) {
    const initial = sb16_mix[i].initial;
    set_level(devc, sb16_mix[i], initial | initial << 8);
  }
  set_recmask(devc, 1 << SOUND_MIXER_MIC);
  mixer_devc = devc;
}

export function sb_mixer_unload(): void {
  mixer_devc = null;
}

function sb_mixer_open(inode: Inode, file: File): i32 {
  if (mixer_devc === null) return -ENODEV;
  file.private_data = addr(mixer_devc);
  return 0;
}

function sb_mixer_file_ioctl(inode: Inode, file: File, cmd: u32, arg: usize): i32 {
  return sb_mixer_ioctl(cast<SbDevc>(file.private_data), cmd, arg);
}

/** 0 or a negated error: -EINVAL for a device that the card has not. @sleeps */
export function sb_mixer_ioctl(devc: SbDevc, cmd: u32, arg: usize): i32 {
  if (!is_mixer_command(cmd)) return -EINVAL;
  if (cmd === SOUND_MIXER_INFO) return mixer_info(devc, arg);
  const what = cmd & 0xff;
  if (!mixer_command_writes(cmd)) return mixer_read(devc, what, arg);
  const value = local<Arr<u32, 1>>();
  if (get_user(value, arg) !== 0) return -EFAULT;
  if (what === SOUND_MIXER_RECSRC) return put_user(set_recmask(devc, value[0]), arg);
  const def = mixer_def(what);
  if (def === null) return -EINVAL;
  return put_user(set_level(devc, def, value[0] as i32) as u32, arg);
}

function mixer_read(devc: SbDevc, what: u32, arg: usize): i32 {
  switch (what) {
    case SOUND_MIXER_DEVMASK: return put_user(devices_mask(false), arg);
    case SOUND_MIXER_STEREODEVS: return put_user(devices_mask(true), arg);
    case SOUND_MIXER_RECMASK: return put_user(sources_mask(), arg);
    case SOUND_MIXER_RECSRC: return put_user(devc.recmask, arg);
    case SOUND_MIXER_CAPS: return put_user(0, arg);
  }
  if (what >= SOUND_MIXER_NRDEVICES || mixer_def(what) === null) return -EINVAL;
  return put_user(devc.levels[what] as u32, arg);
}

function mixer_info(devc: SbDevc, arg: usize): i32 {
  const info = local<MixerInfo>();
  memset(cast(info), 0, sizeof<MixerInfo>());
  strncpy(info.id, 'SB16', 15);
  strncpy(info.name, 'Sound Blaster 16', 31);
  info.modify_counter = devc.modify_counter;
  return copy_to_user(arg, addr(info), sizeof<MixerInfo>()) === 0 ? 0 : -EFAULT;
}

function mixer_def(device: u32): MixerDef | null {
  for (let i: u32 = 0; i < DEVICES; i++) if (sb16_mix[i].device === device) return sb16_mix[i];
  return null;
}

/** Sets the level of both sides, and gives it as it is then kept. */
function set_level(devc: SbDevc, def: MixerDef, level: i32): i32 {
  const left = at_most_full(level & 0x7f);
  const right = def.right === 0 ? left : at_most_full(level >> 8 & 0x7f);
  change_bits(devc, def.left, def.bits, left);
  if (def.right !== 0) change_bits(devc, def.right, def.bits, right);
  devc.levels[def.device] = left | right << 8;
  devc.modify_counter++;
  return left | right << 8;
}

function at_most_full(value: i32): i32 {
  return value > FULL ? FULL : value;
}

/** Puts a level from 0 to 100 into the upper bits of a register. */
function change_bits(devc: SbDevc, register: u32, bits: u32, level: i32): void {
  const most = (1 << bits) - 1;
  const shift = 8 - bits;
  const value = (level * most + FULL / 2) / FULL;
  const kept = sb_getmixer(devc, register) & (1 << shift) - 1;
  sb_setmixer(devc, register, kept | (value << shift) as u32);
}

/** Chooses what is recorded among what can be; the microphone if that leaves nothing. */
function set_recmask(devc: SbDevc, wanted: u32): u32 {
  let mask = wanted & sources_mask();
  if (mask === 0) mask = 1 << SOUND_MIXER_MIC;
  let left: u32 = 0, right: u32 = 0;
  for (let i: u32 = 0; i < SOURCES; i++) {
    if ((mask & 1 << sb16_sources[i].device) === 0) continue;
    left |= sb16_sources[i].left;
    right |= sb16_sources[i].right;
  }
  sb_setmixer(devc, INPUT_LEFT, left);
  sb_setmixer(devc, INPUT_RIGHT, right);
  devc.recmask = mask;
  devc.modify_counter++;
  return mask;
}

function devices_mask(stereo: bool): u32 {
  let mask: u32 = 0;
  for (let i: u32 = 0; i < DEVICES; i++) if (!stereo || sb16_mix[i].right !== 0) mask |= 1 << sb16_mix[i].device;
  return mask;
}

function sources_mask(): u32 {
  let mask: u32 = 0;
  for (let i: u32 = 0; i < SOURCES; i++) mask |= 1 << sb16_sources[i].device;
  return mask;
}
