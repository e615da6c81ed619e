/**
 * Compressed sound to samples of 16 bits. IMA ADPCM: IMA Recommended Practices 3.00 (1992), section 6; A-law: ITU-T
 * Recommendation G.711 (1988), table 1.
 */

/** Bytes before the codes of a mono block: a sample, the index of a step, and one that is not used. */
export const ADPCM_HEADER = 4;
const INDEX_MOST = 88;

const index_changes: Arr<i8, 8> = [-1, -1, -1, -1, 2, 4, 6, 8];
const step_sizes: Arr<u16, 89> = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/** Samples of a mono block of so many bytes. */
export function adpcm_samples(bytes: u32): u32 {
  return bytes <= ADPCM_HEADER ? bytes / ADPCM_HEADER : (bytes - ADPCM_HEADER) * 2 + 1;
}

/** Decodes a mono block into adpcm_samples(bytes) samples; gives how many. */
export function adpcm_decode(block: Ptr<u8>, bytes: u32, to: Ptr<i16>): u32 {
  if (bytes < ADPCM_HEADER) return 0;
  let level = (block[0] | block[1] << 8) as i16 as i32;
  let index: i32 = block[2] as i32 > INDEX_MOST ? INDEX_MOST : block[2] as i32;
  let count: u32 = 0;
  to[count++] = level as i16;
  for (let at: u32 = ADPCM_HEADER * 2; at < bytes * 2; at++) {
    const code: u32 = block[at / 2] >>> (at % 2 * 4) & 15;
    const step = step_sizes[index] as i32;
    let change = step >> 3;
    if ((code & 4) !== 0) change += step;
    if ((code & 2) !== 0) change += step >> 1;
    if ((code & 1) !== 0) change += step >> 2;
    level += (code & 8) !== 0 ? -change : change;
    if (level > 32767) level = 32767;
    if (level < -32768) level = -32768;
    index += index_changes[code & 7];
    if (index < 0) index = 0;
    if (index > INDEX_MOST) index = INDEX_MOST;
    to[count++] = level as i16;
  }
  return count;
}

/** Decodes a byte for each sample. */
export function alaw_decode(from: Ptr<u8>, bytes: u32, to: Ptr<i16>): u32 {
  for (let at: u32 = 0; at < bytes; at++) to[at] = alaw_sample(from[at]) as i16;
  return bytes;
}

/** Even bits are inverted; a sign, three bits of exponent, four of mantissa, and the middle of what they leave open. */
function alaw_sample(byte: u32): i32 {
  const code = byte ^ 0x55;
  const exponent = code >>> 4 & 7;
  let level = ((code & 15) << 4 | 8) as i32;
  if (exponent > 0) level = level + 0x100 << exponent - 1;
  return (code & 0x80) !== 0 ? level : -level;
}
