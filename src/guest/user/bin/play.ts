/** `play FILE`: plays a WAV file on /dev/dsp, and says how far it is. 0 when all was played. */
import { EINVAL } from '../../kernel/errno.ts';
import { O_RDONLY, O_WRONLY } from '../../kernel/fs/fcntl.ts';
import {
  AFMT_S16_LE, AFMT_U8, SNDCTL_DSP_CHANNELS, SNDCTL_DSP_SETFMT, SNDCTL_DSP_SPEED, SNDCTL_DSP_SYNC,
} from '../../kernel/sound/soundcard.ts';
import { strrchr } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { malloc } from '../lib/malloc.ts';
import { adpcm_decode, adpcm_samples, alaw_decode } from '../lib/sound_decode.ts';
import { printf, write_all } from '../lib/stdio.ts';
import { close, ioctl, open, read } from '../lib/unistd.ts';
import { WAVE_FORMAT_ALAW, WAVE_FORMAT_IMA_ADPCM, WAVE_FORMAT_PCM, WavFile } from '../lib/wav.ts';

const DEVICE = '/dev/dsp';
/** Bytes read at a time of what has no blocks of its own, and the most that a block may have. */
const CHUNK_BYTES = 1024;
const BLOCK_MOST = 4096;
/** A line for about so many parts of a file. */
const LINES = 8;

/** What is being played. */
class Player {
  wav: Embed<WavFile>;
  dsp: i32;
  /** Samples, those of both channels counted. */
  total: u32;
  played: u32;
  /** Samples of a block, decoded, which `input` is. */
  input: Ptr<u8>;
  output: Ptr<i16>;
}

let player!: Embed<Player>;

export function main(argc: i32, argv: Ptr<cstr>): i32 {
  if (argc !== 2) return usage('play FILE');
  const file = open(argv[1], O_RDONLY);
  if (file < 0) return complain('play', argv[1], file);
  let error = prepare(file, base_name(argv[1]));
  if (error !== 0) return complain('play', argv[1], error);
  player.dsp = open(DEVICE, O_WRONLY);
  if (player.dsp < 0) return complain('play', DEVICE, player.dsp);
  error = set_up();
  while (error === 0 && player.played < player.total) error = play_block();
  if (error === 0) error = ioctl(player.dsp, SNDCTL_DSP_SYNC, 0);
  if (error !== 0) return complain('play', DEVICE, error);
  printf('played %u of %u samples\n', player.played, player.total);
  close(player.dsp);
  return 0;
}

function base_name(path: cstr): cstr {
  const slash = strrchr(path, char('/'));
  return slash === null ? path : cast<cstr>(addr(slash) + 1);
}

/** Reads what the file says of itself, and says it. */
function prepare(file: i32, name: cstr): i32 {
  const wav = player.wav;
  const error = wav.open(file);
  if (error !== 0) return error;
  const words = format_name(wav);
  if (words === null || wav.channels < 1 || wav.channels > 2 || wav.rate === 0) return -EINVAL;
  printf('%s: %s, %u Hz, %u channel%s\n', name, words, wav.rate, wav.channels, wav.channels === 1 ? '' : 's');
  player.total = total_samples(wav);
  player.input = cast<Ptr<u8>>(malloc(BLOCK_MOST));
  player.output = cast<Ptr<i16>>(malloc(BLOCK_MOST * 4));
  return 0;
}

/** null for what this program cannot decode. */
function format_name(wav: WavFile): cstr | null {
  if (wav.format === WAVE_FORMAT_PCM && (wav.bits === 8 || wav.bits === 16)) return 'PCM';
  if (wav.format === WAVE_FORMAT_ALAW && wav.bits === 8) return 'A-law';
  const fits = wav.block_align > 4 && wav.block_align <= BLOCK_MOST;
  return wav.format === WAVE_FORMAT_IMA_ADPCM && wav.channels === 1 && fits ? 'IMA ADPCM' : null;
}

/** By the fact chunk, but no more than there are bytes for. */
function total_samples(wav: WavFile): u32 {
  let most = wav.data_bytes;
  if (wav.bits === 16) most /= 2;
  if (wav.format === WAVE_FORMAT_IMA_ADPCM) {
    most = wav.data_bytes / wav.block_align * adpcm_samples(wav.block_align)
      + adpcm_samples(wav.data_bytes % wav.block_align);
  }
  const told = wav.frames * wav.channels;
  return told > 0 && told < most ? told : most;
}

/** The device is to play what the decoder makes: 8-bit samples as they are, else 16 bits. */
function set_up(): i32 {
  const wav = player.wav;
  const wide_samples = wav.format !== WAVE_FORMAT_PCM || wav.bits === 16;
  let error = set(SNDCTL_DSP_SETFMT, wide_samples ? AFMT_S16_LE : AFMT_U8);
  if (error === 0) error = set(SNDCTL_DSP_CHANNELS, wav.channels);
  if (error === 0) error = set(SNDCTL_DSP_SPEED, wav.rate);
  return error;
}

/** -EINVAL if the device cannot have it so. */
function set(request: u32, value: u32): i32 {
  const cell = local<Arr<u32, 1>>();
  cell[0] = value;
  const error = ioctl(player.dsp, request, addr(cell));
  return error < 0 ? error : cell[0] === value ? 0 : -EINVAL;
}

/** Reads, decodes and writes a block. */
function play_block(): i32 {
  const wav = player.wav;
  const got = read(wav.fd, player.input, wav.format === WAVE_FORMAT_IMA_ADPCM ? wav.block_align : CHUNK_BYTES);
  if (got <= 0) return got === 0 ? -EINVAL : got;
  const left = player.total - player.played;
  let samples: u32 = 0, bytes: u32 = 2;
  let from = addr(player.output);
  if (wav.format === WAVE_FORMAT_IMA_ADPCM) samples = adpcm_decode(player.input, got as u32, player.output);
  else if (wav.format === WAVE_FORMAT_ALAW) samples = alaw_decode(player.input, got as u32, player.output);
  else {
    bytes = wav.bits / 8;
    samples = got as u32 / bytes;
    from = addr(player.input);
  }
  if (samples > left) samples = left;
  const before = player.played;
  const error = write_all(player.dsp, cast<Ptr<u8>>(from), samples * bytes);
  player.played += samples;
  const part = player.total / LINES + 1;
  if (error === 0 && player.played < player.total && before / part !== player.played / part) {
    printf('played %u of %u\n', player.played, player.total);
  }
  return error;
}
