/** Sees that a sound card's devices do what OSS says, and refuse what they must. Makes a little noise. */
import { EAGAIN, EBUSY, EFAULT, EINVAL } from '../../kernel/errno.ts';
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from '../../kernel/fs/fcntl.ts';
import {
  AFMT_QUERY, AFMT_S16_LE, AFMT_U8, AudioBufInfo, CountInfo, MIXER_READ, MIXER_WRITE, MixerInfo, SNDCTL_DSP_CHANNELS,
  SNDCTL_DSP_GETBLKSIZE, SNDCTL_DSP_GETFMTS, SNDCTL_DSP_GETODELAY, SNDCTL_DSP_GETOPTR, SNDCTL_DSP_GETOSPACE,
  SNDCTL_DSP_POST, SNDCTL_DSP_RESET, SNDCTL_DSP_SETFMT, SNDCTL_DSP_SETFRAGMENT, SNDCTL_DSP_SPEED, SNDCTL_DSP_STEREO,
  SNDCTL_DSP_SYNC, SOUND_MIXER_CD, SOUND_MIXER_DEVMASK, SOUND_MIXER_INFO, SOUND_MIXER_LINE, SOUND_MIXER_MIC,
  SOUND_MIXER_PCM, SOUND_MIXER_RECMASK, SOUND_MIXER_RECSRC, SOUND_MIXER_SPEAKER, SOUND_MIXER_STEREODEVS,
} from '../../kernel/sound/soundcard.ts';
import { memset } from '../../lib/memory.ts';
import { strcmp } from '../../lib/string.ts';
import { printf } from '../lib/stdio.ts';
import { close, ioctl, msleep, open, write } from '../lib/unistd.ts';

const DSP = '/dev/dsp', MIXER = '/dev/mixer';
/** No memory of this process. */
const NOWHERE = 0x70000000;
/** Four fragments of 1024 bytes. */
const FRAGMENTS = 4 << 16 | 10;
const RING = 4096;
/** Commands of groups that are none of sound's. */
const STRANGE = 0x5401;
const GAIN_OF_NOTHING = 11;

let samples!: Arr<u8, 8192>;
let checks: u32 = 0;
let failures: u32 = 0;

export function main(argc: i32, argv: Ptr<cstr>): i32 {
  memset(samples, 0x80, 8192);
  opening();
  const dsp = open(DSP, O_WRONLY | O_NONBLOCK);
  expect('open', dsp < 0 ? dsp : 0, 0);
  formats(dsp);
  sizes(dsp);
  full_ring(dsp);
  little(dsp);
  refusals(dsp);
  close(dsp);
  mixing();
  printf('dsp: %u checks, %u failed\n', checks, failures);
  return failures === 0 ? 0 : 1;
}

function expect(what: cstr, got: i32, wanted: i32): void {
  checks++;
  if (got === wanted) return;
  failures++;
  printf('dsp: %s: %d instead of %d\n', what, got, wanted);
}

/** What an ioctl makes of a value, or its error. */
function change(fd: i32, request: u32, value: u32): i32 {
  const cell = local<Arr<u32, 1>>();
  cell[0] = value;
  const error = ioctl(fd, request, addr(cell));
  return error < 0 ? error : cell[0] as i32;
}

function opening(): void {
  expect('open to record', open(DSP, O_RDONLY), -EINVAL);
  expect('open for both', open(DSP, O_RDWR), -EINVAL);
  const first = open(DSP, O_WRONLY);
  expect('second open', open(DSP, O_WRONLY | O_NONBLOCK), -EBUSY);
  close(first);
}

function formats(dsp: i32): void {
  expect('formats', change(dsp, SNDCTL_DSP_GETFMTS, 0), AFMT_U8 | AFMT_S16_LE);
  expect('first format', change(dsp, SNDCTL_DSP_SETFMT, AFMT_QUERY), AFMT_U8);
  expect('16 bits', change(dsp, SNDCTL_DSP_SETFMT, AFMT_S16_LE), AFMT_S16_LE);
  expect('unknown format', change(dsp, SNDCTL_DSP_SETFMT, 1), AFMT_U8);
  expect('highest rate', change(dsp, SNDCTL_DSP_SPEED, 96000), 44100);
  expect('lowest rate', change(dsp, SNDCTL_DSP_SPEED, 1), 5000);
  expect('stereo', change(dsp, SNDCTL_DSP_STEREO, 1), 1);
  expect('channels', change(dsp, SNDCTL_DSP_CHANNELS, 5), 2);
  expect('mono', change(dsp, SNDCTL_DSP_STEREO, 0), 0);
  expect('rate', change(dsp, SNDCTL_DSP_SPEED, 8000), 8000);
}

function sizes(dsp: i32): void {
  const space = local<AudioBufInfo>();
  expect('fragments', change(dsp, SNDCTL_DSP_SETFRAGMENT, FRAGMENTS), FRAGMENTS);
  expect('fragment', change(dsp, SNDCTL_DSP_GETBLKSIZE, 0), 1024);
  expect('fragments again', change(dsp, SNDCTL_DSP_SETFRAGMENT, FRAGMENTS), -EINVAL);
  expect('space', ioctl(dsp, SNDCTL_DSP_GETOSPACE, addr(space)), 0);
  expect('fragments free', space.fragments, 4);
  expect('fragments in all', space.fragstotal, 4);
  expect('bytes of a fragment', space.fragsize, 1024);
  expect('bytes free', space.bytes, RING);
}

/** Without waiting, no more can be written than there is room for. */
function full_ring(dsp: i32): void {
  const pointer = local<CountInfo>();
  const written = write(dsp, samples, 8192);
  expect('write into an empty ring', written >= RING && written < RING + 100 ? 0 : written, 0);
  expect('write into a full ring', write(dsp, samples, 8192), -EAGAIN);
  const delay = change(dsp, SNDCTL_DSP_GETODELAY, 0);
  expect('delay', delay > RING - 100 && delay <= RING ? 0 : delay, 0);
  msleep(150);
  expect('where it is', ioctl(dsp, SNDCTL_DSP_GETOPTR, addr(pointer)), 0);
  expect('fragments played', pointer.blocks, 1);
  expect('bytes played', pointer.bytes > 1150 && pointer.bytes < 1400 ? 0 : pointer.bytes, 0);
  expect('place in the ring', pointer.ptr, pointer.bytes);
  expect('reset', ioctl(dsp, SNDCTL_DSP_RESET, 0), 0);
  expect('delay after it', change(dsp, SNDCTL_DSP_GETODELAY, 0), 0);
}

/** What fills no fragment waits for more, or for POST or SYNC. */
function little(dsp: i32): void {
  expect('write little', write(dsp, samples, 100), 100);
  msleep(30);
  expect('nothing is played', change(dsp, SNDCTL_DSP_GETODELAY, 0), 100);
  expect('post', ioctl(dsp, SNDCTL_DSP_POST, 0), 0);
  msleep(30);
  expect('all is played', change(dsp, SNDCTL_DSP_GETODELAY, 0), 0);
  expect('write more', write(dsp, samples, 1500), 1500);
  expect('sync', ioctl(dsp, SNDCTL_DSP_SYNC, 0), 0);
  expect('all is played now', change(dsp, SNDCTL_DSP_GETODELAY, 0), 0);
}

function refusals(dsp: i32): void {
  expect('write from nowhere', write(dsp, cast(NOWHERE as usize), 100), -EFAULT);
  expect('write from the kernel', write(dsp, cast(0x80000000 as usize), 100), -EFAULT);
  expect('write nothing', write(dsp, samples, 0), 0);
  expect('unknown command', ioctl(dsp, STRANGE, 0), -EINVAL);
  expect('rate from nowhere', ioctl(dsp, SNDCTL_DSP_SPEED, NOWHERE as usize), -EFAULT);
  expect('space to nowhere', ioctl(dsp, SNDCTL_DSP_GETOSPACE, NOWHERE as usize), -EFAULT);
}

function mixing(): void {
  const mixer = open(MIXER, O_RDWR);
  expect('open the mixer', mixer < 0 ? mixer : 0, 0);
  expect('devices', change(mixer, MIXER_READ(SOUND_MIXER_DEVMASK), 0), 0x31ff);
  expect('stereo devices', change(mixer, MIXER_READ(SOUND_MIXER_STEREODEVS), 0), 0x315f);
  expect('sources', change(mixer, MIXER_READ(SOUND_MIXER_RECMASK), 0), 0x1c8);
  expect('source', change(mixer, MIXER_WRITE(SOUND_MIXER_RECSRC), 1 << SOUND_MIXER_CD), 1 << SOUND_MIXER_CD);
  expect('no source', change(mixer, MIXER_WRITE(SOUND_MIXER_RECSRC), 0), 1 << SOUND_MIXER_MIC);
  expect('level', change(mixer, MIXER_WRITE(SOUND_MIXER_PCM), 50 | 120 << 8), 50 | 100 << 8);
  expect('level as kept', change(mixer, MIXER_READ(SOUND_MIXER_PCM), 0), 50 | 100 << 8);
  expect('level of one side', change(mixer, MIXER_WRITE(SOUND_MIXER_SPEAKER), 30), 30 | 30 << 8);
  expect('other level', change(mixer, MIXER_READ(SOUND_MIXER_LINE), 0), 0);
  expect('no such device', change(mixer, MIXER_READ(GAIN_OF_NOTHING), 0), -EINVAL);
  expect('nor to set', change(mixer, MIXER_WRITE(GAIN_OF_NOTHING), 0), -EINVAL);
  expect('level from nowhere', ioctl(mixer, MIXER_WRITE(SOUND_MIXER_PCM), NOWHERE as usize), -EFAULT);
  expect('a command of sound', ioctl(mixer, SNDCTL_DSP_SYNC, 0), -EINVAL);
  const info = local<MixerInfo>();
  expect('name', ioctl(mixer, SOUND_MIXER_INFO, addr(info)), 0);
  expect('name as text', strcmp(cast<cstr>(info.name), 'Sound Blaster 16'), 0);
  close(mixer);
}
