/**
 * Sound files: Multimedia Programming Interface and Data Specifications 1.0 (1991), "Waveform audio file format"; New
 * Multimedia Data Types (1994) for A-law and IMA ADPCM.
 */
import { EINVAL, EIO } from '../../kernel/errno.ts';
import { memcmp } from '../../lib/memory.ts';
import { lseek, read } from './unistd.ts';
import { SEEK_CUR } from '../../kernel/fs/fcntl.ts';

export const WAVE_FORMAT_PCM = 1;
export const WAVE_FORMAT_ALAW = 6;
export const WAVE_FORMAT_IMA_ADPCM = 0x11;

/** Bytes of a format chunk that are of interest, and of a chunk's head. */
const FORMAT_BYTES = 16;
const HEAD_BYTES = 8;

/** What a file says of itself. The file then stands at its first byte of sound. */
export class WavFile {
  fd: i32;
  format: u32;
  channels: u32;
  rate: u32;
  block_align: u32;
  bits: u32;
  /** Samples of each channel, if the file has a fact chunk; else 0. */
  frames: u32;
  /** Bytes of sound. */
  data_bytes: u32;

  /** Reads the head of an open file: 0, -EINVAL if it is no WAV file, or another error. */
  open(fd: i32): i32 {
    const head = local<Arr<u8, 12>>();
    this.fd = fd;
    this.format = 0;
    this.frames = 0;
    const error = read_all(fd, head, 12);
    if (error !== 0) return error;
    if (memcmp(head, 'RIFF', 4) !== 0 || memcmp(cast(addr(head) + 8), 'WAVE', 4) !== 0) return -EINVAL;
    for (;;) {
      const found = this.chunk();
      if (found !== 0) return found < 0 ? found : this.format === 0 ? -EINVAL : 0;
    }
  }

  /** The next chunk: 1 at the one with the sound, 0 after another, or an error. */
  chunk(): i32 {
    const head = local<Arr<u8, 16>>();
    let error = read_all(this.fd, head, HEAD_BYTES);
    if (error !== 0) return error;
    const bytes = word(head, 4);
    if (memcmp(head, 'data', 4) === 0) {
      this.data_bytes = bytes;
      return 1;
    }
    let rest = bytes + bytes % 2;
    const format = memcmp(head, 'fmt ', 4) === 0 && bytes >= FORMAT_BYTES;
    const fact = memcmp(head, 'fact', 4) === 0 && bytes >= 4;
    const wanted: u32 = format ? FORMAT_BYTES : fact ? 4 : 0;
    error = read_all(this.fd, head, wanted);
    if (error !== 0) return error;
    if (format) this.take_format(head);
    if (fact) this.frames = word(head, 0);
    rest -= wanted;
    error = lseek(this.fd, rest as i32, SEEK_CUR);
    return error < 0 ? error : 0;
  }

  take_format(bytes: Ptr<u8>): void {
    this.format = word(bytes, 0) & 0xffff;
    this.channels = word(bytes, 0) >>> 16;
    this.rate = word(bytes, 4);
    this.block_align = word(bytes, 12) & 0xffff;
    this.bits = word(bytes, 12) >>> 16;
  }
}

/** 32 bits from any place, low byte first. */
function word(bytes: Ptr<u8>, at: u32): u32 {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
}

/** 0, -EIO if the file ends before, or another error. */
function read_all(fd: i32, to: Ptr<u8>, bytes: u32): i32 {
  for (let done: u32 = 0; done < bytes;) {
    const got = read(fd, cast<Ptr<u8>>(addr(to) + done), bytes - done);
    if (got <= 0) return got === 0 ? -EIO : got;
    done += got as u32;
  }
  return 0;
}
