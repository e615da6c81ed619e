/** IMA ADPCM: IMA Digital Audio Focus and Technical Working Groups, Recommended Practices 3.00 (1992), section 6. */

/** A block of a mono WAV file: a sample in full and its step, then four bits for each sample, the lower ones first. */
export const adpcmBlock = {
  headerBytes: 4,
  samples: (bytes: number) => (bytes - adpcmBlock.headerBytes) * 2 + 1,
} as const;

const indexMost = 88;
/** By the magnitude of a code: how the step changes. */
const indexChanges = [-1, -1, -1, -1, 2, 4, 6, 8];
/** Table 2, "step size table": each about a tenth more than the one before. */
const steps = [
  7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
  130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
  7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

interface State { readonly level: number; readonly index: number }

/** Blocks of `blockBytes` for mono samples, the last one filled up with its last sample; and what they decode to. */
export function adpcmEncode(samples: Int16Array, blockBytes: number): { data: Uint8Array; decoded: Int16Array } {
  const perBlock = adpcmBlock.samples(blockBytes);
  const blocks = Math.ceil(samples.length / perBlock);
  const data = new Uint8Array(blocks * blockBytes), decoded = new Int16Array(blocks * perBlock);
  let index = 0;
  for (let block = 0; block < blocks; block++) {
    const from = block * perBlock, out = data.subarray(block * blockBytes, (block + 1) * blockBytes);
    let state: State = { level: samples[from]!, index };
    out.set([state.level & 0xff, state.level >> 8 & 0xff, index, 0]);
    decoded[from] = state.level;
    for (let n = 1; n < perBlock; n++) {
      const code = nearest(samples[Math.min(from + n, samples.length - 1)]!, state);
      state = decode(code, state);
      decoded[from + n] = state.level;
      out[adpcmBlock.headerBytes + (n - 1 >> 1)]! |= code << (n - 1 & 1 ? 4 : 0);
    }
    index = state.index;
  }
  return { data, decoded: decoded.subarray(0, samples.length) };
}

/** Section 6.1: the code for the way from the last level to a sample. */
function nearest(sample: number, { level, index }: State): number {
  const step = steps[index]!;
  let rest = Math.abs(sample - level), code = sample < level ? 8 : 0;
  for (const [bit, part] of [[4, step], [2, step >> 1], [1, step >> 2]] as const) {
    if (rest < part) continue;
    code |= bit;
    rest -= part;
  }
  return code;
}

/** Section 6.2. */
function decode(code: number, { level, index }: State): State {
  const step = steps[index]!;
  let change = step >> 3;
  if (code & 4) change += step;
  if (code & 2) change += step >> 1;
  if (code & 1) change += step >> 2;
  const next = level + (code & 8 ? -change : change);
  return {
    level: Math.max(-32_768, Math.min(32_767, next)),
    index: Math.max(0, Math.min(indexMost, index + indexChanges[code & 7]!)),
  };
}
