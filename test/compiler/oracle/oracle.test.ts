import { expect, test } from 'vitest';
import { GuestTextError, loadOnHost } from '../../../src/compiler/oracle/host.ts';
import type { LoadOptions } from '../../../src/compiler/oracle/load.ts';
import { GuestFault, ramBase } from '../../../src/compiler/oracle/memory.ts';

const image = { kind: 'module', name: 'sample', files: ['main.ts'], imports: [], exports: 'all' } as const;

function load(text: string, options: LoadOptions = {}) {
  return loadOnHost(new Map([['main.ts', text]]), image, options);
}

// Signature and returned expression, arguments, what the language says comes out.
test.each<[string, string, (number | bigint | boolean)[], number | bigint | boolean]>([
  ['(a: u32, b: u32): u32', 'a + b', [0xffff_ffff, 2], 1],
  ['(a: i32, b: i32): i32', 'a * b', [0x7fff_ffff, 3], 0x7ffffffd],
  ['(a: u32, b: u32): u32', 'a * b', [0xdead_beef, 0xcafe_babe], 0x88cf5b62],
  ['(a: u32, b: u32): u32', 'a / b', [7, 0], 0xffff_ffff],
  ['(a: i32, b: i32): i32', 'a / b', [7, 0], -1],
  ['(a: i32, b: i32): i32', 'a / b', [-0x8000_0000, -1], -0x8000_0000],
  ['(a: i32, b: i32): i32', 'a % b', [-0x8000_0000, -1], 0],
  ['(a: i32, b: i32): i32', 'a % b', [-7, 3], -1],
  ['(a: u32, b: u32): u32', 'a % b', [7, 0], 7],
  ['(a: u32, b: u32): u32', 'a / b', [0xffff_fff0, 3], 0x5555_5550],
  ['(a: u32, b: u32): u32', 'a << b', [1, 33], 2],
  ['(a: i32, b: u32): i32', 'a >> b', [-8, 1], -4],
  ['(a: u32, b: u32): u32', 'a >> b', [0xffff_fff8, 1], 0x7fff_fffc],
  ['(a: i32, b: u32): u32', 'a >>> b', [-8, 1], 0x7fff_fffc],
  ['(a: u32, b: u32): bool', 'a < b', [1, 0xffff_ffff], true],
  ['(a: i32, b: i32): bool', 'a < b', [1, -1], false],
  ['(a: i32, b: u32): bool', 'a === b', [-1, 0xffff_ffff], true],
  ['(a: u32): u32', '(a as u8)', [0x1ff], 0xff],
  ['(a: u32): i32', '(a as i8)', [0x1ff], -1],
  ['(a: u32): i32', '(a as i16)', [0x8000], -0x8000],
  ['(a: u8): u32', 'a', [0x123], 0x23],
  ['(a: u32): u32', '-a', [1], 0xffff_ffff],
  ['(a: i32): i32', '~a', [5], -6],
  ['(a: u64, b: u64): u64', 'a + b', [0xffff_ffff_ffff_ffffn, 2n], 1n],
  ['(a: i64, b: i64): i64', 'a / b', [-(2n ** 63n), -1n], -(2n ** 63n)],
  ['(a: u64, b: u64): u64', 'a / b', [5n, 0n], 0xffff_ffff_ffff_ffffn],
  ['(a: i64, b: i64): i64', 'a % b', [-7n, 0n], -7n],
  ['(a: i64, b: u32): i64', 'a >> u64of(b)', [-16n, 66], -4n],
  ['(a: i32): u64', 'u64of(a)', [-1], 0xffff_ffff_ffff_ffffn],
  ['(a: u32): i64', 'i64of(a)', [0xffff_ffff], 0xffff_ffffn],
  ['(a: i64): u32', 'hi32(a)', [-2n], 0xffff_ffff],
  ['(a: u32, b: u32): u64', 'wide(a, b)', [1, 2], 0x1_0000_0002n],
  ['(a: bool, b: bool): bool', 'a && !b', [true, false], true],
  ['(a: u32): u32', 'mulhu(a, a)', [0xffff_ffff], 0xffff_fffe],
  ['(a: i32): i32', 'mulh(a, a)', [-0x8000_0000], 0x4000_0000],
])('%s => %s of %o is %o', (signature, expression, args, expected) => {
  expect(load(`export function f${signature} { return ${expression}; }`).functions['f']!(...args)).toBe(expected);
});

test('operands are read before a later operand changes them', () => {
  const { functions } = load(`
    let g: u32 = 1;
    function bump(): u32 { g += 10; return g; }
    export function f(x: u32): u32 { return x + (x = 5) * 100 + x * 10000 + (g + bump() * 100) * 1000000; }
    export function h(): u32 { g = 1; g += bump(); return g; }
  `);
  expect(functions['f']!(1)).toBe(1 + 500 + 50_000 + 1_101_000_000);
  expect(functions['h']!()).toBe(12);
});

test('an increment yields the old or the new value, cut to its cell', () => {
  const { functions } = load(`
    class Cell { x: u8; }
    let cell!: Embed<Cell>;
    export function after(): u32 { cell.x = 255; return cell.x++ * 1000 + cell.x; }
    export function before(): u32 { cell.x = 255; return ++cell.x * 1000 + cell.x; }
  `);
  expect(functions['after']!()).toBe(255_000);
  expect(functions['before']!()).toBe(0);
});

test('structs lie in memory as C lays them out', () => {
  const { functions, memory, address } = load(`
    class Inner { a: u8; b: u64; }
    class Outer { x: u8; y: i16; inner: Arr<Embed<Inner>, 2>; ok: bool; }
    export let outer!: Embed<Outer>;
    export function set(i: u32): u32 {
      outer.x = 1; outer.y = -2; outer.inner[i].b = 0x1122334455667788n; outer.ok = true;
      return sizeof<Outer>();
    }
  `);
  expect(functions['set']!(1)).toBe(48);
  const at = address('outer') - ramBase;
  expect([...memory.bytes.subarray(at, at + 4)]).toEqual([1, 0, 0xfe, 0xff]);
  expect(memory.view.getBigUint64(at + 8 + 16 + 8, true)).toBe(0x1122334455667788n);
  expect(memory.bytes[at + 40]).toBe(1);
});

test('control flow: fallthrough, labels, continue in do, early return', () => {
  const { functions } = load(`
    export function fall(x: u32): u32 {
      let r: u32 = 0;
      switch (x) { case 1: r += 1; case 2: r += 10; break; default: r += 100; case 3: r += 1000; }
      return r;
    }
    export function loops(): u32 {
      let n: u32 = 0;
      outer: for (let i: u32 = 0; i < 5; i++) {
        let k: u32 = 0;
        do { if (k === 2) continue; if (i === 3) break outer; n += 1; } while (++k < 4);
      }
      return n;
    }
  `);
  expect([1, 2, 3, 4].map((x) => functions['fall']!(x))).toEqual([11, 10, 1000, 1100]);
  expect(functions['loops']!()).toBe(9);
});

test('function pointers, tables of operations, recursion with storage of its own', () => {
  const { functions, functionAddress } = load(`
    class Ops { f: (x: u32) => u32; }
    export function twice(x: u32): u32 { return 2 * x; }
    function thrice(x: u32): u32 { return 3 * x; }
    const ops: Ops = { f: twice };
    export function call(which: bool, x: u32): u32 { const g = which ? ops.f : thrice; return g(x); }
    export function pointer(): usize { return cast<usize>(ops.f); }
    export function depth(n: u32): u32 {
      const own = local<Arr<u32, 2>>();
      own[0] = n;
      const below = n === 0 ? 0 : depth(n - 1);
      return own[0] * 10 + below;
    }
  `);
  expect([functions['call']!(true, 7), functions['call']!(false, 7)]).toEqual([14, 21]);
  expect(functions['pointer']!()).toBe(functionAddress('twice'));
  expect(functions['depth']!(3)).toBe(60);
});

test('further arguments are cells, 64-bit ones aligned', () => {
  const { functions } = load(`
    function sum(format: cstr, ...args: VarArg[]): u32 {
      const p = cells(args);
      return p[0] + p[2] * 10 + p[3] * 100 + p[4] * 1000;
    }
    export function f(): u32 { return sum('', 1, wide(3, 2), true); }
  `);
  expect(functions['f']!()).toBe(1 + 20 + 300 + 1000);
});

test('strings go in and out', () => {
  const { functions, memory } = load(`
    export function length(s: cstr): u32 { let n: u32 = 0; while (s[n] !== 0) n++; return n; }
    export function greeting(): cstr { return 'grüß'; }
  `);
  expect(functions['length']!('grüß')).toBe(6);
  expect(memory.textAt(Number(functions['greeting']!()))).toBe('grüß');
});

test("devices, CSRs and other functions are the host's", () => {
  const written: [number, number, number][] = [];
  const csrs: [string, number][] = [];
  const { functions } = load(
    `
    declare function outside(x: u32): u32;
    function naked(): u32 { asm\`ret\`; }
    export function f(): u32 {
      writel(0x10000000, 0xfffffff0);
      writeb(0x10000004, 0x123);
      csrs_sstatus(2);
      return readw(0x10000008) + outside(1) + naked();
    }
  `,
    {
      devices: { read: (_, size) => 100 * size, write: (address, size, value) => written.push([address, size, value]) },
      readCsr: () => 1,
      writeCsr: (csr, value) => csrs.push([csr, value]),
      functions: { outside: (x: number) => x + 1, naked: () => 5 },
    },
  );
  expect(functions['f']!()).toBe(207);
  expect(written).toEqual([
    [0x1000_0000, 4, 0xffff_fff0],
    [0x1000_0004, 1, 0x23],
  ]);
  expect(csrs).toEqual([['sstatus', 3]]);
});

test('atomics give the old word; a store conditional needs its reservation', () => {
  const { functions } = load(`
    let word: u32 = 5;
    export function f(): u32 {
      const at = addr(word);
      const old = amoadd_aq(at, 3) * 100 + amomaxu(at, 1);
      lr(at);
      return old * 100 + sc(at, 9) * 10 + sc(at, 1) + word * 100000;
    }
  `);
  expect(functions['f']!()).toBe(508 * 100 + 1 + 900_000);
});

test.each([
  [
    'read of nothing',
    'const p = cast<Ptr<u32>>(16); return p[0];',
    'read of 4 bytes at 0x00000010, where there is nothing',
  ],
  [
    'misaligned',
    'const p = cast<Ptr<u32>>(0x80000002); return p[0];',
    '4 bytes at 0x80000002, which is not a multiple of 4',
  ],
  ['wild call', 'const f = cast<() => u32>(64); return f();', 'call of 0x00000040, where no function is'],
  ['endless', 'for (;;) {}', 'the guest ran longer than the limit'],
  ['unreachable', 'unreachable();', 'unreachable() was reached'],
  ['missing', 'return outside();', 'outside is not here: give it in functions.outside'],
])('%s is a fault', (_, body, message) => {
  const { functions } = load(`declare function outside(): u32; export function f(): u32 { ${body} }`, { limit: 1000 });
  expect(() => functions['f']!()).toThrow(new GuestFault(message));
});

test('a text that is no program says why', () => {
  expect(() => load('export function f(): u32 { return missing; }')).toThrow(GuestTextError);
  expect(() => load('export function f(): u32 { return missing; }')).toThrow('main.ts:1:35: there is no missing');
});
