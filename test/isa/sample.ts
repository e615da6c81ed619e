import { encodings } from '../../src/isa/encodings.ts';
import { table, type Encoding } from '../../src/isa/instruction.ts';

/** Seeded random 32-bit words (mulberry32), so that a failure is found again. */
export function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const twice = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return twice ^ (twice >>> 14);
  };
}

/** The bits of each operand letter of a row. */
function letterBits({ mnemonic }: Encoding): number[] {
  const pattern = [...encodings[mnemonic].replaceAll(' ', '').slice(0, 32)];
  const letters = new Set(pattern.filter((letter) => /[a-z]/.test(letter)));
  return [...letters].map((letter) => pattern.reduce((bits, at) => (bits << 1) | Number(at === letter), 0));
}

/** Every combination of fields of all zeros or all ones, and every bit alone set or clear among random others. */
export function corners(row: Encoding, random: () => number): number[] {
  const fields = letterBits(row);
  const extremes = fields.reduce((words, bits) => words.flatMap((word) => [word, word | bits]), [row.match]);
  const free = fields.reduce((all, bits) => all | bits, 0);
  const singles = Array.from({ length: 32 }, (_, bit) => 1 << bit).filter((bit) => free & bit).flatMap((bit) => {
    const field = fields.find((bits) => bits & bit)!;
    const others = row.match | (random() & free & ~field);
    return [others | bit, others | (field & ~bit)];
  });
  return [...extremes, ...singles];
}

/** A word of a row with random operands. */
export const anyOf = ({ match, mask }: Encoding, random: () => number): number => match | (random() & ~mask);

/** Corner words of every row and `count` random ones of each. */
export function sampleOfEveryRow(count: number, seed: number): number[] {
  const random = randomWords(seed);
  return table.flatMap((row) => [...corners(row, random), ...Array.from({ length: count }, () => anyOf(row, random))]);
}
