import { closeSync, openSync, writeSync } from 'node:fs';
import { parse } from 'node:path';
import type { SoundFormat } from '../machine/peers/sound-sink.ts';
import { readSoundRecord } from '../machine/peers/sound-record.ts';
import { UserError } from './user-error.ts';

const headerBytes = 44;
const sampleBytes = 2;
const flushBytes = 256 * 1024;
/** A file's length is a word in its header. */
const fileBytesMost = 2 ** 32 - 2 ** 20;

/**
 * What a sound card played, as a WAV file of 16-bit PCM (Microsoft and IBM, "Multimedia Programming Interface and Data
 * Specifications 1.0", 1991): samples of 8 bits are the upper byte. Time that passed in silence because nothing was
 * played is not in it. Where the rate or the number of channels changes, or the file is full, another file begins:
 * `tone.wav`, `tone-2.wav` and so on.
 */
export class WavFile {
  readonly #path: string;
  #part = 0;
  #fd: number | undefined;
  #format: SoundFormat | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  /** @throws UserError when the file cannot be written */
  constructor(path: string) {
    this.#path = path;
    this.#open();
  }

  /** @throws UserError when the file, or the next, cannot be written */
  record(bytes: Uint8Array): void {
    const { format, samples } = readSoundRecord(bytes);
    const isSame = this.#format?.rate === format.rate && this.#format.channels === format.channels;
    if (this.#format !== undefined && !(isSame && this.#bytes + this.#pendingBytes < fileBytesMost)) {
      this.close();
      this.#open();
    }
    this.#format = format;
    this.#pending.push(samples.slice());
    this.#pendingBytes += samples.length;
    if (this.#pendingBytes > flushBytes) this.flush();
  }

  /** Afterwards the file is whole. */
  flush(): void {
    if (this.#fd === undefined) return;
    try {
      for (const bytes of this.#pending) {
        this.#write(bytes, headerBytes + this.#bytes);
        this.#bytes += bytes.length;
      }
      this.#write(headerOf(this.#format ?? nothing, this.#bytes), 0);
    } catch (error) {
      throw new UserError(`the sound file ${this.#name} could not be written: ${(error as Error).message}`);
    }
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  close(): void {
    this.flush();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): void {
    this.#part++;
    this.#bytes = 0;
    this.#format = undefined;
    try {
      this.#fd = openSync(this.#name, 'w');
    } catch {
      throw new UserError(`the sound file ${this.#name} cannot be written`);
    }
    this.flush();
  }

  get #name(): string {
    if (this.#part === 1) return this.#path;
    const { ext } = parse(this.#path);
    return `${this.#path.slice(0, this.#path.length - ext.length)}-${this.#part}${ext}`;
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd!, bytes, at, bytes.length - at, position + at);
  }
}

/** What the header of an empty file says. */
const nothing: SoundFormat = { rate: 8000, bits: 16, channels: 1 };

function headerOf({ rate, channels }: SoundFormat, bytes: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(headerBytes));
  const text = (at: number, name: string) => {
    for (let index = 0; index < 4; index++) header.setUint8(at + index, name.charCodeAt(index));
  };
  const hertz = Math.round(rate), frame = sampleBytes * channels;
  text(0, 'RIFF');
  header.setUint32(4, headerBytes - 8 + bytes, true);
  text(8, 'WAVE');
  text(12, 'fmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, hertz, true);
  header.setUint32(28, hertz * frame, true);
  header.setUint16(32, frame, true);
  header.setUint16(34, 8 * sampleBytes, true);
  text(36, 'data');
  header.setUint32(40, bytes, true);
  return new Uint8Array(header.buffer);
}
