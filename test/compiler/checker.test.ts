/** What the checker makes of right programs: constants, layouts, symbols, other images. */
import { expect, test } from 'vitest';
import { check } from '../../src/compiler/check/checker.ts';
import { compile } from '../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../src/compiler/diagnostic.ts';
import { moduleImage } from '../support/image.ts';

const image = moduleImage({ files: ['own/'], imports: ['kernel/'], exports: 'all' });

function program(files: Readonly<Record<string, string>>) {
  const { program: checked, diagnostics } = check(new Map(Object.entries(files)), image);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return checked;
}

/** What a `let` of this type and first value holds, as the number in its cell. */
function initial(type: string, value: string, before = ''): bigint | undefined {
  const { globals } = program({ 'own/a.ts': `${before}\nexport let it: ${type} = ${value};` });
  const found = globals.find(({ name }) => name === 'it')!.initial;
  return found?.kind === 'integer' ? found.value : undefined;
}

// type, expression, value, declarations before it
const constants: readonly (readonly [type: string, text: string, value: bigint, before?: string])[] = [
  ['u32', '1 << 31', 0x8000_0000n],
  ['i32', '-1 >>> 0', -1n],
  ['u32', '0xffffffff - 1', 0xffff_fffen],
  ['u64', '1n << 40n', 1n << 40n],
  ['i64', '-5n / 2n', -2n],
  ['u8', '~0xf0 as u8', 0x0fn],
  ['u32', '~0xf0 as u32 >> 4', 0x0fff_fff0n],
  ['u32', 'sizeof<P>() * N + offsetof<P>("c")', 32n, 'class P { a: u8; b: u32; c: u16 } const N = 2;'],
  ['i32', 'E.B - E.A', 3n, 'enum E { A = 4, B = A + 3 }'],
  ['u32', 'TOP >> 4', 0x0800_0000n, 'const TOP: u32 = 0x80000000;'],
  ['i32', 'TOP >> 4', -0x0800_0000n, 'const TOP: i32 = -0x80000000;'],
  ['u32', 'char("A")', 65n],
  ['usize', 'addr(cast<Ptr<u8>>(0x1000))', 0x1000n],
  ['bool', '3 > 2', 1n],
  ['u16', '70000 % 65536', 4464n],
];

test.each(constants.map((row) => [row] as const))('%s', ([type, text, value, before]) => {
  expect(initial(type, text, before)).toBe(value);
});

test('classes have the layout of C structs', () => {
  const { structs } = program({
    'own/a.ts': `
class Inner { flag: bool; wide: u64 }
class Outer {
  a: u8; inner: Embed<Inner>; b: u16; name: cstr; many: Arr<u16, 3>; next: Outer | null; last: Volatile<u8>;
}
export function f(o: Outer): void {}`,
  });
  const outer = structs.find(({ name }) => name === 'Outer')!;
  expect([...outer.fields.values()].map(({ name, offset }) => `${name} ${offset}`)).toEqual([
    'a 0', 'inner 8', 'b 24', 'name 28', 'many 32', 'next 40', 'last 44',
  ]);
  expect([outer.size, outer.align]).toEqual([48, 8]);
});

test('what is not exported gives way where names clash', () => {
  const { functions } = program({
    'own/a.ts': 'function open(): void {} export function a(): void { open(); }',
    'own/b.ts': 'export function open(): void {}',
    'own/c.ts': 'function open(): void {} export function c(): void { open(); }',
  });
  expect(functions.map(({ symbol }) => symbol)).toEqual(['open.a', 'a', 'open', 'open.c', 'c']);
});

test('another image gives types, constants and inline functions, and symbols for the rest', () => {
  const files = new Map(Object.entries({
    'kernel/k.ts': `
export const LIMIT = 7;
export class Lock {
  owner: u32;
  take(): void { this.owner = 1; }
  /** @inline */
  held(): bool { return this.owner !== 0; }
}
export let jiffies: u32 = 0;
export function printk(format: cstr, ...args: VarArg[]): void {}
/** @inline */
export function twice(x: u32): u32 { return x * 2; }
export function make<T>(): T { return cast<T>(kmalloc(sizeof<T>())); }
export function kmalloc(size: u32): usize { return 0; }`,
    'own/m.ts': `
import { LIMIT, Lock, jiffies, make, printk, twice } from '../kernel/k.ts';
export function run(): u32 {
  const lock = make<Lock>();
  lock.take();
  if (lock.held()) printk('%d', twice(jiffies));
  return LIMIT;
}`,
  }));
  const { module, diagnostics } = compile(files, image);
  expect(diagnostics).toEqual([]);
  const outside = module!.symbols.filter(({ section }) => section === undefined).map(({ name }) => name);
  expect(outside.sort()).toEqual(['Lock_take', 'jiffies', 'kmalloc', 'printk']);
  expect(module!.symbols.filter(({ binding, section }) => binding === 'global' && section).map(({ name }) => name))
    .toEqual(['run']);
});

test('a variable says where it is in the places where it is live', () => {
  const { module } = compile(new Map([['own/a.ts', `
export function sum(cells: Ptr<u32>, count: u32): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < count; i++) total += cells[i];
  return total;
}`]]), image);
  const [info] = module!.functions;
  expect(info!.variables.map(({ name, parameter }) => `${name} ${parameter}`)).toEqual([
    'cells true', 'count true', 'total false', 'i false',
  ]);
  for (const { ranges } of info!.variables) {
    expect(ranges.length).toBeGreaterThan(0);
    for (const { from, to, location } of ranges) {
      expect(location.kind).toBe('register');
      expect(from).toBeLessThan(to);
      expect(to).toBeLessThanOrEqual(info!.size);
    }
  }
  expect(new Set(module!.lines.map(({ line }) => line))).toEqual(new Set([2, 3, 4, 5]));
});
