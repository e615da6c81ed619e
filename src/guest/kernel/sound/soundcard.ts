/**
 * The Open Sound System's interface: Linux 2.4, include/linux/soundcard.h. Commands are numbered as _IO, _IOR and _IOWR
 * of include/asm-i386/ioctl.h do: who reads and writes the argument in bits 31..30, its bytes in 29..16, group, number.
 */

/** The program reads it, writes it, both. */
const IOC_OUT = 0x80000000;
const IOC_IN = 0x40000000;
const IOC_INOUT = 0xc0000000;
/** A word, an AudioBufInfo, a CountInfo, a MixerInfo. */
const WORD = 4 << 16;
const INFO = 16 << 16;
const COUNT = 12 << 16;
const MIXER = 92 << 16;
/** Groups: 'P' for sound, 'M' for mixers. */
const DSP_GROUP = 0x5000;
const MIXER_GROUP = 0x4d00;

export const SNDCTL_DSP_RESET = DSP_GROUP | 0;
/** Waits until all is played. */
export const SNDCTL_DSP_SYNC = DSP_GROUP | 1;
/** Samples a second; gives what it has become. */
export const SNDCTL_DSP_SPEED = IOC_INOUT | WORD | DSP_GROUP | 2;
/** 0 or 1. */
export const SNDCTL_DSP_STEREO = IOC_INOUT | WORD | DSP_GROUP | 3;
/** Bytes of a fragment. */
export const SNDCTL_DSP_GETBLKSIZE = IOC_INOUT | WORD | DSP_GROUP | 4;
/** An AFMT, AFMT_QUERY to ask; gives what it has become. */
export const SNDCTL_DSP_SETFMT = IOC_INOUT | WORD | DSP_GROUP | 5;
/** 1 or 2. */
export const SNDCTL_DSP_CHANNELS = IOC_INOUT | WORD | DSP_GROUP | 6;
/** What has been written is all for now: it is played though it fills no fragment. */
export const SNDCTL_DSP_POST = DSP_GROUP | 8;
/** The most fragments in the upper half, 2 to the power of bytes in the lower. */
export const SNDCTL_DSP_SETFRAGMENT = IOC_INOUT | WORD | DSP_GROUP | 10;
/** All AFMT bits that SETFMT takes. */
export const SNDCTL_DSP_GETFMTS = IOC_OUT | WORD | DSP_GROUP | 11;
/** An AudioBufInfo. */
export const SNDCTL_DSP_GETOSPACE = IOC_OUT | INFO | DSP_GROUP | 12;
export const SNDCTL_DSP_NONBLOCK = DSP_GROUP | 14;
export const SNDCTL_DSP_GETCAPS = IOC_OUT | WORD | DSP_GROUP | 15;
/** A CountInfo. */
export const SNDCTL_DSP_GETOPTR = IOC_OUT | COUNT | DSP_GROUP | 18;
/** Bytes written that are not played yet. */
export const SNDCTL_DSP_GETODELAY = IOC_OUT | WORD | DSP_GROUP | 23;
export const SOUND_PCM_READ_RATE = IOC_OUT | WORD | DSP_GROUP | 2;
export const SOUND_PCM_READ_BITS = IOC_OUT | WORD | DSP_GROUP | 5;
export const SOUND_PCM_READ_CHANNELS = IOC_OUT | WORD | DSP_GROUP | 6;

export const AFMT_QUERY = 0;
export const AFMT_U8 = 0x08;
export const AFMT_S16_LE = 0x10;

export const DSP_CAP_REALTIME = 0x200;

/** audio_buf_info. */
export class AudioBufInfo {
  /** Fragments that can be written without waiting, of `fragstotal` of `fragsize` bytes; and the bytes. */
  fragments: i32;
  fragstotal: i32;
  fragsize: i32;
  bytes: i32;
}

/** count_info. */
export class CountInfo {
  /** Bytes played in all, fragments since the last such call, where in the buffer it plays. */
  bytes: i32;
  blocks: i32;
  ptr: i32;
}

/** mixer_info. */
export class MixerInfo {
  id: Arr<u8, 16>;
  name: Arr<u8, 32>;
  modify_counter: i32;
  fillers: Arr<i32, 10>;
}

// Devices of a mixer.
export const SOUND_MIXER_NRDEVICES = 25;
export const SOUND_MIXER_VOLUME = 0;
export const SOUND_MIXER_BASS = 1;
export const SOUND_MIXER_TREBLE = 2;
export const SOUND_MIXER_SYNTH = 3;
export const SOUND_MIXER_PCM = 4;
export const SOUND_MIXER_SPEAKER = 5;
export const SOUND_MIXER_LINE = 6;
export const SOUND_MIXER_MIC = 7;
export const SOUND_MIXER_CD = 8;
export const SOUND_MIXER_IGAIN = 12;
export const SOUND_MIXER_OGAIN = 13;
/** What is asked about all of them, by the number in the place of a device's. */
export const SOUND_MIXER_RECSRC = 0xff;
export const SOUND_MIXER_DEVMASK = 0xfe;
export const SOUND_MIXER_RECMASK = 0xfd;
export const SOUND_MIXER_CAPS = 0xfc;
export const SOUND_MIXER_STEREODEVS = 0xfb;

/** A level of a device: 0 to 100 left, the same << 8 right. @inline */
export function MIXER_READ(device: u32): u32 {
  return IOC_OUT | WORD | MIXER_GROUP | device;
}

/** Gives what it has become. @inline */
export function MIXER_WRITE(device: u32): u32 {
  return IOC_INOUT | WORD | MIXER_GROUP | device;
}

export const SOUND_MIXER_INFO = IOC_OUT | MIXER | MIXER_GROUP | 101;

/** Whether a command is a mixer's. @inline */
export function is_mixer_command(cmd: u32): bool {
  return (cmd & 0xff00) === MIXER_GROUP;
}

/** Whether it sets something. @inline */
export function mixer_command_writes(cmd: u32): bool {
  return (cmd & IOC_IN) !== 0;
}
