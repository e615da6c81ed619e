/**
 * Creative's ADPCM for 8-bit sound, which the guide names (chapter 3, commands 16h, 74h, 76h) without saying what the
 * bits mean. Here they mean what decoders of the files in this format take them to mean (FFmpeg's `adpcm_sbpro_*`):
 * each code is a sign and a distance, and the scale of distances goes up after far codes and down after zeros.
 */
export interface AdpcmState {
  /** The last sample, -128..127. */
  readonly level: number;
  /** The scale: distances count 2 to the power of this. */
  readonly scale: number;
}

/** Samples in a byte, by which the three kinds are told apart. */
export type AdpcmPacking = 2 | 3 | 4;

interface Code { readonly shift: number; readonly bits: number }

/** Where the codes of a byte are, first to last. The "2.6-bit" kind has two of three bits and one of two. */
const codes: Readonly<Record<AdpcmPacking, readonly Code[]>> = {
  2: [{ shift: 4, bits: 4 }, { shift: 0, bits: 4 }],
  3: [{ shift: 5, bits: 3 }, { shift: 2, bits: 3 }, { shift: 0, bits: 2 }],
  4: [6, 4, 2, 0].map((shift) => ({ shift, bits: 2 })),
};
const scaleMost = 3;

/** The samples in a byte, -128..127, and the state after them. */
export function adpcmDecode(byte: number, packing: AdpcmPacking, state: AdpcmState): {
  readonly samples: readonly number[]; readonly state: AdpcmState;
} {
  const samples: number[] = [];
  let now = state;
  for (const { shift, bits } of codes[packing]) {
    now = step(byte >>> shift & (1 << bits) - 1, bits, packing === 4 ? 2 : 0, now);
    samples.push(now.level);
  }
  return { samples, state: now };
}

function step(code: number, bits: number, gain: number, { level, scale }: AdpcmState): AdpcmState {
  const sign = 1 << bits - 1;
  const distance = code & sign - 1;
  const change = distance << scale + gain;
  const next = Math.max(-128, Math.min(127, code & sign ? level - change : level + change));
  if (distance >= 2 * bits - 3) return { level: next, scale: Math.min(scaleMost, scale + 1) };
  return { level: next, scale: distance === 0 ? Math.max(0, scale - 1) : scale };
}
