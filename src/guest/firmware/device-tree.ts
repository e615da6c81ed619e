/** Which harts there are: Devicetree Specification 0.4, chapter 5 (the flattened format) and section 3.8 (/cpus). */
import { readPhysicalWord } from './access.ts';
import { MAX_HARTS } from './hart.ts';

const FDT_MAGIC = 0xd00dfeed;
const FDT_BEGIN_NODE = 1;
const FDT_END_NODE = 2;
const FDT_PROP = 3;
const FDT_NOP = 4;

/** Offsets in the header, and how large a tree is believed to be. */
const TOTAL_SIZE = 4;
const STRUCTURE = 8;
const STRINGS = 12;
const MOST_BYTES = 1 << 20;

/** "reg" and "/cpu@": a processor's node, wherever it is; its caches and its controller have other names. */
const REG = 0x72656700;
const CPU = 0x63707540;

/** Bits of the harts that the tree at `tree` has; 0 when there is no tree. */
export function describedHarts(tree: u32): u32 {
  if (bigEndian(tree) !== FDT_MAGIC || bigEndian(tree + TOTAL_SIZE) > MOST_BYTES) return 0;
  const end = tree + bigEndian(tree + TOTAL_SIZE);
  const strings = tree + bigEndian(tree + STRINGS);
  let harts: u32 = 0;
  // The nodes around the place: a bit each, the innermost lowest, set for a processor.
  let nodes: u32 = 0;
  for (let at = tree + bigEndian(tree + STRUCTURE); at < end;) {
    const token = bigEndian(at);
    at += 4;
    if (token === FDT_BEGIN_NODE) {
      nodes = nodes << 1 | (bigEndian(at) === CPU ? 1 : 0);
      at = afterName(at, end);
    } else if (token === FDT_END_NODE) {
      nodes >>>= 1;
    } else if (token === FDT_PROP) {
      const size = bigEndian(at);
      const isReg = size === 4 && bigEndian(strings + bigEndian(at + 4)) === REG;
      if (isReg && (nodes & 1) !== 0) harts |= bitOf(bigEndian(at + 8));
      at += 8 + (size + 3 & ~3);
    } else if (token !== FDT_NOP) {
      break;
    }
  }
  return harts;
}

function bitOf(hart: u32): u32 {
  return hart < MAX_HARTS ? 1 << hart : 0;
}

/** The first multiple of 4 behind a string. */
function afterName(name: u32, end: u32): u32 {
  let at = name;
  while (at < end && hasNoZero(readPhysicalWord(at))) at += 4;
  return at + 4;
}

function hasNoZero(word: u32): bool {
  return (word & 0xff) !== 0 && (word & 0xff00) !== 0 && (word & 0xff0000) !== 0 && word >>> 24 !== 0;
}

function bigEndian(address: u32): u32 {
  const word = readPhysicalWord(address);
  return word << 24 | (word & 0xff00) << 8 | word >>> 8 & 0xff00 | word >>> 24;
}
