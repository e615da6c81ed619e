/** What C calls, and what calls C: test/compiler/mixed.test.ts has the other half. */
class Sums { sum: u32; small: u8; wide: u64; next: Sums | null; }

type TenWords = (
  a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32,
) => u64;

export let count: u32 = 40;

export function add10(
  a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32,
): u32 {
  return a + b + c + d + e + f + g + h + i + 2 * j;
}

/** The 64-bit argument takes the last register and a word of the stack. */
export function split64(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, wide: u64, last: u32): u64 {
  return wide * 3n + u64of(a + b + c + d + e + f + g) * u64of(last);
}

export function total(sums: Sums, first: Ptr<u32>, number: u32): void {
  for (let i: u32 = 0; i < number; i++) sums.sum += first[i];
  sums.wide = u64of(sums.sum) << 32n;
  sums.small = 0x1ff as u8;
  if (sums.next) sums.next.sum = sums.sum + 1;
  count++;
}

export function callBack(f: TenWords): u64 {
  return f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
}

/** C's `...`: words, then one value of 64 bits at an aligned place. */
export function variable(number: u32, ...args: VarArg[]): u32 {
  const cell = cells(args);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < number; i++) sum += cell[i];
  const at = addr(cell) + number * 4 + 7 & ~7;
  return sum + cast<Ptr<u32>>(at)[0] + cast<Ptr<u32>>(at)[1];
}

declare function c_tenth(
  a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u32,
): u64;
declare function c_scale(sums: Sums, by: u64): u64;
declare function c_variable(number: u32, ...args: VarArg[]): u64;
declare let c_table: Arr<TenWords, 2>;
declare let c_count: u32;

/** What C has put there, which tsc cannot know of. */
function nextOf(sums: Sums): Sums | null {
  return sums.next;
}

/** The number of the first thing that C did not do as expected; 0 when all is well. */
export function checkC(): u32 {
  if (c_tenth(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) !== 0x2400000000n + 910n) return 1;
  const sums = local<Sums>();
  sums.sum = 5;
  sums.small = 200;
  sums.wide = 0x100000000n;
  sums.next = null;
  if (c_scale(sums, 0x200000003n) !== 0x200000003n * 5n + 0x100000000n) return 2;
  if (nextOf(sums) !== sums || sums.small !== 201 || sums.sum !== 6) return 3;
  if (c_variable(2, 30, 12, 0x500000001n) !== 0x50000002bn) return 4;
  if (c_table[1](0, 0, 0, 0, 0, 0, 0, 1, 0, 5) !== 0x100000005n) return 5;
  if (c_count !== 2) return 6;
  return 0;
}
