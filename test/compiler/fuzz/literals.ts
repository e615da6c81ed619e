/** Literals that find mistakes: zero, ones, powers of two and their neighbours, what fits an immediate or does not. */
import type { ValueType } from './node.ts';
import type { Random } from './random.ts';

/** The text of a literal in the range of `type`: mostly small, often a corner, sometimes anything. */
export function literalText(random: Random, type: ValueType): string {
  switch (type) {
    case 'bool':
      return random.pick(['true', 'false']);
    case 'u32':
      return random.weighted([
        [4, String(random.below(10))],
        [3, String(random.below(5000))],
        [2, `0x${random.word().toString(16)}`],
        [1, random.pick(['0xffffffff', '0x80000000', '2147483647', '2048', '4095', '4096', '0xfffff800'])],
      ]);
    case 'i32':
      return random.weighted([
        [4, String(random.below(10))],
        [3, String(random.below(5000))],
        [3, `(-${1 + random.below(5000)})`],
        [2, String(random.word() >>> 1)],
        [1, random.pick(['2147483647', '(-2147483648)', '(-2048)', '(-2049)', '2047', '2048'])],
      ]);
    case 'u64':
      return random.weighted([
        [4, `${random.below(10)}n`],
        [2, `0x${random.word().toString(16)}n`],
        [2, `0x${random.word().toString(16)}${random.word().toString(16).padStart(8, '0')}n`],
        [1, random.pick(['0xffffffffffffffffn', '0x8000000000000000n', '0x100000000n', '0xffffffffn'])],
      ]);
    case 'i64':
      return random.weighted([
        [4, `${random.below(10)}n`],
        [2, `(-${random.below(70000) + 1}n)`],
        [2, `${random.word()}n`],
        [2, `0x${(random.word() >>> 1).toString(16)}${random.word().toString(16).padStart(8, '0')}n`],
        [1, random.pick(['(-0x8000000000000000n)', '0x7fffffffffffffffn', '(-1n)', '(-0x80000000n)'])],
      ]);
  }
}
