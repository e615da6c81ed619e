/** Raw images have no header to check. What is plainly no code for this machine is refused before it traps. */
import { decode } from '../../isa/instruction.ts';
import { ImageError } from './image-error.ts';

/** A text file shows within its first bytes; code has zeros and high bytes there. */
const sampleBytes = 64;

/** @throws ImageError when execution could not even start at the first byte */
export function assertCode(file: Uint8Array, name: string): void {
  const what = `${name} is no program for this machine`;
  if (file.subarray(0, sampleBytes).every(isText)) throw new ImageError(`${what}: it is a text file`);
  if (file.length < 4) throw new ImageError(`${what}: it is shorter than one instruction`);
  const word = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  if (!decode(word | 0)) {
    throw new ImageError(`${what}: it is not an ELF file, nor does it start with an RV32IMA instruction`);
  }
}

/** Printable ASCII, tab, line feed, carriage return. */
const isText = (byte: number) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
