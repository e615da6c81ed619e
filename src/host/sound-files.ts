/**
 * The sound files that the guest finds in /usr/share/sounds, made here from nothing: each is the same to the byte
 * wherever it is made, so that what a loudspeaker gets can be compared sample by sample with `heard`.
 *
 * WAV files: Multimedia Programming Interface and Data Specifications 1.0 (1991), "Waveform audio file format"; New
 * Multimedia Data Types (1994), A-law and IMA ADPCM.
 */
import { adpcmBlock, adpcmEncode } from './adpcm.ts';
import { alawEncode } from './alaw.ts';

/** A sound file: its bytes, and what is heard when it is played. */
export interface SoundFile {
  readonly bytes: Uint8Array;
  /** Samples a second of each channel. */
  readonly rate: number;
  readonly channels: 1 | 2;
  /** 16 bits each, channels in turn; of 8-bit sounds the upper byte. */
  readonly heard: Int16Array;
}

/** The sound file of that name: three formats, rates and shapes, and so three ways through a driver. */
export const soundFile = (name: SoundName): SoundFile => makers[name]();

const makers = {
  'chime.wav': () => adpcmFile({ rate: 22_050, channels: 1, samples: bells(22_050, 44_100) }),
  'bell.wav': () => alawFile({ rate: 8000, channels: 1, samples: bells(8000, 4000) }),
  'beep.wav': () => pcm8File({ rate: 11_025, channels: 2, samples: bells(11_025, 6000) }),
};

export type SoundName = keyof typeof makers;
export const soundNames = Object.keys(makers) as readonly SoundName[];
export const isSoundName = (name: string): name is SoundName => Object.hasOwn(makers, name);

interface Sound { readonly rate: number; readonly channels: 1 | 2; readonly samples: Int16Array }

/** Bytes of an IMA ADPCM block, as most programs have it for 22 kHz. */
const adpcmBlockBytes = 512;
const formatTags = { pcm: 1, alaw: 6, adpcm: 0x11 } as const;

function adpcmFile({ rate, channels, samples }: Sound): SoundFile {
  const { data, decoded } = adpcmEncode(samples, adpcmBlockBytes);
  const perBlock = adpcmBlock.samples(adpcmBlockBytes);
  const format = [...formatFields(formatTags.adpcm, channels, rate, adpcmBlockBytes, 4,
    Math.floor(rate * adpcmBlockBytes / perBlock)), ...u16(2), ...u16(perBlock)];
  return { bytes: riff(format, samples.length, data), rate, channels, heard: decoded };
}

function alawFile({ rate, channels, samples }: Sound): SoundFile {
  const { data, decoded } = alawEncode(samples);
  const format = [...formatFields(formatTags.alaw, channels, rate, channels, 8, rate * channels), ...u16(0)];
  return { bytes: riff(format, samples.length / channels, data), rate, channels, heard: decoded };
}

function pcm8File({ rate, channels, samples }: Sound): SoundFile {
  const data = Uint8Array.from(samples, (sample) => (sample >> 8) + 128);
  const format = formatFields(formatTags.pcm, channels, rate, channels, 8, rate * channels);
  const heard = Int16Array.from(data, (byte) => byte - 128 << 8);
  return { bytes: riff(format, samples.length / channels, data), rate, channels, heard };
}

function formatFields(
  tag: number, channels: number, rate: number, align: number, bits: number, bytesPerSecond: number,
): number[] {
  return [...u16(tag), ...u16(channels), ...u32(rate), ...u32(bytesPerSecond), ...u16(align), ...u16(bits)];
}

/** `frames`: samples of each channel, which the `fact` chunk tells. */
function riff(format: readonly number[], frames: number, data: Uint8Array): Uint8Array {
  const chunks = [...chunk('fmt ', format), ...chunk('fact', u32(frames)), ...chunk('data', data)];
  return Uint8Array.from([...ascii('RIFF'), ...u32(chunks.length + 4), ...ascii('WAVE'), ...chunks]);
}

const chunk = (id: string, body: ArrayLike<number>): number[] =>
  [...ascii(id), ...u32(body.length), ...Array.from(body), ...(body.length % 2 === 0 ? [] : [0])];
const ascii = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const u16 = (value: number) => [value & 0xff, value >>> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** Strokes of a bell, one after the other: triangles of three pitches that fade. Integers only. */
function bells(rate: number, count: number): Int16Array {
  const stroke = rate >>> 1;
  return Int16Array.from({ length: count }, (_, index) => {
    const time = index % stroke, pitch = 220 + 110 * (Math.floor(index / stroke) % 3);
    const fading = Math.floor((stroke - time) * 20_000 / stroke);
    const tones = [1, 2, 3].map((overtone) => triangle(Math.floor(time * pitch * overtone * 65_536 / rate)));
    const sum = tones.reduce((total, tone, order) => total + Math.floor(tone / (1 << order)), 0);
    return Math.floor(sum * fading / 65_536);
  });
}

/** -32768 to 32767 and back as the phase goes through 65,536. */
function triangle(phase: number): number {
  const at = phase & 0xffff;
  return (at < 0x8000 ? 2 * at : 0x1_ffff - 2 * at) - 0x8000;
}
