/** A-law: ITU-T Recommendation G.711 (1988), table 1. Even bits are sent inverted; here samples have 16 bits. */
const inverted = 0x55;

/** A byte for each sample, and what they decode to. */
export function alawEncode(samples: Int16Array): { data: Uint8Array; decoded: Int16Array } {
  const data = Uint8Array.from(samples, nearest);
  return { data, decoded: Int16Array.from(data, decode) };
}

/** The byte whose level is nearest. */
function nearest(sample: number): number {
  let low = 0, high = 127;
  const positive = sample >= 0, wanted = Math.abs(sample);
  while (low < high) {
    const middle = low + high >> 1;
    if ((magnitude(middle) + magnitude(middle + 1)) / 2 <= wanted) low = middle + 1;
    else high = middle;
  }
  return (positive ? 0x80 | low : low) ^ inverted;
}

function decode(byte: number): number {
  const code = byte ^ inverted;
  return code & 0x80 ? magnitude(code & 0x7f) : -magnitude(code & 0x7f);
}

/** Three bits of exponent, four of mantissa: the middle of the interval. */
function magnitude(code: number): number {
  const exponent = code >>> 4, mantissa = (code & 15) << 4;
  return exponent === 0 ? mantissa + 8 : mantissa + 0x108 << exponent - 1;
}
