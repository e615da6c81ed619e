/** What a sound card hands the host: some samples with their format, as the bytes of a record. */
import type { SoundFormat } from './sound-sink.ts';

/** Where the parts of a record are: the rate as a 64-bit float, then bytes, then samples of 16 bits, little-endian. */
const parts = { rate: 0, bits: 8, channels: 9, samples: 10 } as const;

export function soundRecord(samples: Int16Array, { rate, bits, channels }: SoundFormat): Uint8Array {
  const record = new DataView(new ArrayBuffer(parts.samples + 2 * samples.length));
  record.setFloat64(parts.rate, rate, true);
  record.setUint8(parts.bits, bits);
  record.setUint8(parts.channels, channels);
  samples.forEach((sample, index) => record.setInt16(parts.samples + 2 * index, sample, true));
  return new Uint8Array(record.buffer);
}

/** The format of a record, and its samples as they lie in a file. */
export function readSoundRecord(bytes: Uint8Array): { format: SoundFormat; samples: Uint8Array } {
  const record = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const format: SoundFormat = {
    rate: record.getFloat64(parts.rate, true), bits: record.getUint8(parts.bits) === 8 ? 8 : 16,
    channels: record.getUint8(parts.channels) === 2 ? 2 : 1,
  };
  return { format, samples: bytes.subarray(parts.samples) };
}
