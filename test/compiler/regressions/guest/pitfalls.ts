/**
 * Places where the prototype of this compiler went wrong, or where compilers of this shape do. Each row is one case.
 */
let counter: u32 = 0;
let big: u64 = 0x0123456789abcdefn;
class Cell {
  narrow: u8;
  small: i16;
  wide: u64;
  pair: i64;
}
let cell!: Embed<Cell>;
const table: Arr<(x: u32) => u64, 2> = [first, second];

/** @noinline */
function first(x: u32): u64 {
  return u64of(x) * 0x100000001n;
}
/** @noinline */
function second(x: u32): u64 {
  return wide(x, ~x);
}
/** @noinline */
function bump(): u32 {
  counter += 3;
  return counter;
}
/** @noinline */
function ten(a: u32, b: u64, c: u32, d: u64, e: u32, f: u64, g: i32, h: u64, i: i64, j: bool): u64 {
  return (
    (u64of(a) ^ b)
    + (u64of(c) ^ d) * 3n
    + (u64of(e) ^ f) * 5n
    + u64of(g) * 7n
    + h * 11n
    + (i as u64) * 13n
    + (j ? 17n : 0n)
  );
}
/** @noinline */
function depth(n: u32, carry: u64): u64 {
  const own = local<Arr<u64, 2>>();
  own[0] = carry;
  own[1] = n === 0 ? 1n : depth(n - 1, carry * 3n + 1n);
  return own[0] ^ own[1];
}

function value(index: u32, x: u32): u64 {
  const signed = x as i32;
  switch (index) {
    case 0:
      return -wide(x, 1);
    case 1:
      return wide(x, x ^ 0xff) >> u64of(32);
    case 2:
      return wide(x, 7) << u64of(x & 63);
    case 3:
      return ((wide(x, 7) as i64) >> u64of(x & 63)) as u64;
    case 4: {
      let n = x;
      n >>= 31;
      n <<= 33;
      return u64of(n);
    }
    case 5: {
      let held = x;
      return u64of(held + (held = 5) * 100 + held);
    }
    case 6: {
      counter = x;
      return u64of(counter + bump() * 7 + counter);
    }
    case 7: {
      cell.narrow = x;
      cell.narrow++;
      return u64of(cell.narrow-- * 256 + cell.narrow);
    }
    case 8: {
      cell.small = x;
      return u64of(-cell.small);
    }
    case 9:
      return u64of(~(x as u8));
    case 10:
      return table[x & 1](x);
    case 11:
      return ten(x, 2n, 3, 4n, 5, 6n, signed, 8n, -9n, x > 3);
    case 12:
      return depth(x & 7, 5n);
    case 13:
      return u64of(signed / (signed >> 31)) ^ u64of(signed % ((signed & 1) - 1));
    case 14:
      return big / u64of(x) + (big % u64of(x));
    case 15: {
      cell.pair = i64of(signed);
      cell.pair -= 0x80000000n;
      cell.wide = cell.pair as u64;
      cell.wide ^= big;
      return cell.wide;
    }
    case 16:
      return signed < -2048 ? 1n : signed > 2047 ? 2n : x >= 0xfffff800 ? 3n : 4n;
    case 17:
      return (u64of(mulhu(x, x)) << 32n) | u64of(mulh(signed, -signed));
    case 18: {
      let sum: u64 = 0n;
      for (let i: u8 = 250; i !== 4; i++) {
        if (i === 255) continue;
        sum = sum * 3n + u64of(i);
      }
      return sum;
    }
    case 19: {
      let a = x,
        b = ~x;
      for (let i = 0; i < 3; i++) {
        const t = a;
        a = b;
        b = t ^ 1;
      }
      return wide(a, b);
    }
    default:
      return 0n;
  }
}

export const count: u32 = 20;

export function check(index: u32, round: u32): u32 {
  const inputs = local<Arr<u32, 8>>();
  inputs[0] = 0;
  inputs[1] = 1;
  inputs[2] = 0x7fffffff;
  inputs[3] = 0x80000000;
  inputs[4] = 0xffffffff;
  inputs[5] = 0xdeadbeef;
  inputs[6] = 40;
  inputs[7] = 0xfffff7ff;
  const result = value(index, inputs[round]);
  return lo32(result) * 31 + hi32(result);
}
