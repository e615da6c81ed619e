/** What only shows in machine code: long branches, large frames, calling convention, order of memory accesses. */
import { expect, test } from 'vitest';
import { Code } from '../../src/compiler/emit/code.ts';
import { disassemble } from '../../src/isa/disassembler.ts';
import { decode } from '../../src/isa/instruction.ts';
import { objectOf, output } from './guest-run.ts';

const word = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** The instructions of a function, as text. */
function assembly(text: string, name: string): string[] {
  const { sections, symbols } = objectOf(text);
  const { section, offset, size } = symbols.find((symbol) => symbol.name === name)!;
  const { bytes } = sections.find((each) => each.name === section)!;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
  return Array.from({ length: size / 4 }, (_, index) => 
    disassemble(view.getInt32(4 * index, true), { pc: 4 * index }).replace('\t', ' ').replaceAll(',', ', '));
}

test('a conditional branch farther than 4 KiB is inverted over a jump', async () => {
  const body = Array.from({ length: 900 }, (_, index) => `  cells[${index}] = x * ${index + 3};`).join('\n');
  const text = `
let cells!: Arr<u32, 1000>;
/** @noinline */
function far(x: u32, times: u32): u32 {
  let turns: u32 = 0;
  while (turns < times) {
${body}
    turns++;
    if (x === 5) continue;
    if (x === 7) break;
  }
  return turns;
}
export function main(): void { print(far(5, 3)); print(far(7, 3)); print(cells[899]); }`;
  expect(await output(text)).toEqual([word(3), word(1), word(7 * 902)]);
});

test('a jump farther than 1 MiB goes through the scratch register', () => {
  const far = {};
  const code = new Code();
  code.label('start');
  code.branch('beq', 10, 11, far);
  code.jump(far);
  code.bytes(new Uint8Array(3 << 20), []);
  code.label(far);
  code.call('start');
  const { bytes } = code.settle();
  const view = new DataView(bytes.buffer);
  const at = (offset: number) => decode(view.getInt32(offset, true))!;
  const target = (offset: number) => offset + at(offset).imm + at(offset + 4).imm;
  const mnemonics = [0, 4, 8, 12, 16].map((offset) => at(offset).encoding.mnemonic);
  expect(mnemonics).toEqual(['bne', 'auipc', 'jalr', 'auipc', 'jalr']);
  expect([at(0).imm, target(4), target(12)]).toEqual([12, 20 + (3 << 20), 20 + (3 << 20)]);
  expect([at(8).rd, at(bytes.length - 4).rd, target(bytes.length - 8)]).toEqual([0, 1, 0]);
});

test('a frame larger than an immediate holds its variables, its saved registers and its stack arguments', async () => {
  const text = `
/** @noinline */
function sum(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, i: u32, j: u64, k: u32): u32 {
  const big = local<Arr<u32, 3000>>();
  for (let n: u32 = 0; n < 3000; n++) big[n] = n * a;
  const last = big[2999] + twice(i) + twice(k);
  return last + b + c + d + e + f + g + h + lo32(j) + hi32(j);
}
/** @noinline */
function twice(x: u32): u32 { return x * 2; }
export function main(): void { print(sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10_0000_0020n, 11)); }`;
  expect(await output(text)).toEqual([word(2999 + 18 + 22 + 35 + 0x10 + 0x20)]);
});

test('variadic arguments arrive in cells, 64-bit ones in aligned pairs', async () => {
  const text = `
import { ArgumentList } from './lib/arguments.ts';
function many(first: u32, ...args: VarArg[]): void {
  const list = local<ArgumentList>();
  list.start(cells(args));
  print(first);
  print(list.word());
  let wide = list.wide();
  print(hi32(wide)); print(lo32(wide));
  for (let i = 0; i < 4; i++) print(list.word());
  wide = list.wide();
  print(hi32(wide)); print(lo32(wide));
  print(list.word());
}
export function main(): void { many(1, 2, 0x3_0000_0004n, 5, 6, 7, true, 0x8_0000_0009n, 10); }`;
  expect(await output(text)).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 8, 9, 10].map(word));
});

test('64-bit values go through function pointers, structs and returns', async () => {
  const text = `
class Pair { low: u16; wide: u64; call: (a: u32, b: u64, c: i64) => u64 }
function mix(a: u32, b: u64, c: i64): u64 { return b * u64of(a) + (c as u64); }
let pair!: Embed<Pair>;
export function main(): void {
  pair.call = mix;
  pair.wide = 0x1_0000_0002n;
  pair.wide = pair.call(3, pair.wide, -1n);
  print(hi32(pair.wide)); print(lo32(pair.wide));
  let x: i64 = -100000000000n;
  x /= 7n;
  print(hi32(x)); print(lo32(x));
  x = -100000000000n % 7n;
  const count = (x as u64) & 3n;
  print(lo32(0x8000000000000001n >> count)); print(lo32((-16n as i64) >> count));
}`;
  const quotient = BigInt.asUintN(64, -100000000000n / 7n);
  const count = BigInt.asUintN(64, -100000000000n % 7n) & 3n;
  expect(await output(text)).toEqual([
    3, 5, Number(quotient >> 32n), Number(quotient & 0xffffffffn),
    Number((0x8000000000000001n >> count) & 0xffffffffn), Number(BigInt.asUintN(32, -16n >> count)),
  ].map(word));
});

test('memory is read and written as often as the text says, in its order', () => {
  const text = `
class Registers { control: Volatile<u32>; status: Volatile<u32>; data: u32 }
export function touch(r: Registers): u32 {
  r.control;
  r.data;
  r.control = 1;
  r.control = 1;
  const a = r.status, b = r.status;
  r.data = a;
  return b + r.data;
}`;
  const accesses = assembly(text, 'touch').filter((line) => /^[ls]w/.test(line));
  expect(accesses.map((line) => line.replace(/ \S+, /, ' '))).toEqual([
    'lw 0(a0)', 'sw 0(a0)', 'sw 0(a0)', 'lw 4(a0)', 'lw 4(a0)', 'sw 8(a0)', 'lw 8(a0)',
  ]);
});

test('gp and tp are never touched', () => {
  const variables = Array.from({ length: 40 }, (_, index) => index);
  const text = `
export function busy(p: Ptr<u32>): void {
${variables.map((index) => `  let v${index} = p[${index}];`).join('\n')}
  for (let i = 0; i < 10; i++) {
${variables.map((index) => `    v${index} = v${(index * 7 + 3) % 40} * 3 + v${index};`).join('\n')}
  }
${variables.map((index) => `  p[${index}] = v${index};`).join('\n')}
}`;
  const lines = assembly(text, 'busy');
  expect(lines.length).toBeGreaterThan(200);
  expect(lines.filter((line) => /\b(gp|tp)\b/.test(line))).toEqual([]);
});

test('more variables than registers keep their values', async () => {
  const variables = Array.from({ length: 60 }, (_, index) => index);
  const text = `
let cells!: Arr<u32, 64>;
/** @noinline */
function busy(p: Ptr<u32>, turns: u32): void {
${variables.map((index) => `  let v${index} = p[${index}];`).join('\n')}
  for (let i: u32 = 0; i < turns; i++) {
${variables.map((index) => `    v${index} = v${(index * 7 + 3) % 60} * 3 + v${index};`).join('\n')}
  }
${variables.map((index) => `  p[${index}] = v${index};`).join('\n')}
}
export function main(): void {
  for (let i = 0; i < 60; i++) cells[i] = i + 1;
  busy(cells, 5);
  let sum: u32 = 0;
  for (let i = 0; i < 60; i++) sum = sum * 31 + cells[i];
  print(sum);
}`;
  const values = variables.map((index) => index + 1);
  for (let turn = 0; turn < 5; turn++) {
    for (const index of variables) values[index] = (Math.imul(values[(index * 7 + 3) % 60]!, 3) + values[index]!) >>> 0;
  }
  expect(await output(text)).toEqual([word(values.reduce((sum, value) => (Math.imul(sum, 31) + value) | 0, 0))]);
});

test('what nothing refers to is left out, what is reached through tables and assembly is kept', () => {
  const { symbols } = objectOf(`
class Ops { run: () => void; name: cstr }
function reached(): void {}
function named(): void {}
function unused(): void {}
const ops: Ops = { run: reached, name: 'ops' };
export function user(): Ops { return ops; }
export function naked(): void { asm\`j \${named}\`; }`);
  expect(symbols.map(({ name }) => name).sort()).toEqual(['naked', 'named', 'ops', 'reached', 'user']);
});

test('an address of a label of assembly text counts from its function, wherever that lies', async () => {
  const naked = (name: string, value: number) => `
function ${name}(): u32 { return asm\`
  la t0, 1f
  jr t0
  li a0, 99
  ret
1:
  li a0, ${value}
  ret
\`; }`;
  const text = `${naked('first', 1)}${naked('second', 2)}${naked('third', 3)}
export function main(): void { print(first()); print(second()); print(third()); }`;
  expect(await output(text)).toEqual([word(1), word(2), word(3)]);
});

// kernel text, the instructions it should become
const golden: readonly (readonly [string, string, readonly string[]])[] = [
  ['a leaf needs no frame', 'export function f(a: u32, b: u32): u32 { return a + b * 4; }',
    ['slli a5, a1, 0x2', 'add a0, a0, a5', 'jalr zero, 0(ra)']],
  ['fields fold into offsets',
    'class P { a: u32; b: u16; c: i8 } export function f(p: P): i32 { p.b = 5; return p.c; }',
    ['addi a5, zero, 5', 'sh a5, 4(a0)', 'lb a0, 6(a0)', 'jalr zero, 0(ra)']],
  ['comparisons fold into branches',
    'export function f(a: i32, p: Ptr<u32>): void { if (a < 10) p[0] = 1; }',
    ['addi a5, zero, 10', 'bge a0, a5, 0x14', 'addi a5, zero, 1', 'sw a5, 0(a1)', 'jalr zero, 0(ra)',
      'jalr zero, 0(ra)']],
  ['a bool is a number without a branch', 'export function f(a: u32, b: u32): bool { return a < b; }',
    ['sltu a0, a0, a1', 'jalr zero, 0(ra)']],
  ['powers of two shift and mask', 'export function f(a: u32): u32 { return a / 8 + a % 16; }',
    ['srli a5, a0, 0x3', 'andi a4, a0, 15', 'add a0, a5, a4', 'jalr zero, 0(ra)']],
  ['atomics, fences and CSRs are single instructions',
    `export function f(p: Ptr<u32>): u32 {
      while (amoswap_aq(addr(p), 1) !== 0) {}
      mb(); smp_wmb(); fence_i(); sfence_vma(addr(p)); sfence_vma();
      const before = csrrc_sstatus(2);
      csrs_sie(before);
      amoswap_rl(addr(p), 0);
      return sc_rl(addr(p), lr_aq(addr(p)));
    }`,
    ['addi a4, zero, 1', 'amoswap.w.aq a5, a4, (a0)', 'bne a5, zero, 0x4', 'fence iorw, iorw', 'fence w, w', 'fence.i',
      'sfence.vma a0, zero', 'sfence.vma zero, zero', 'addi a5, zero, 2', 'csrrc a5, sstatus, a5',
      'csrrs zero, sie, a5', 'amoswap.w.rl zero, zero, (a0)', 'lr.w.aq a5, (a0)', 'sc.w.rl a0, a5, (a0)',
      'jalr zero, 0(ra)']],
];

test.each(golden)('%s', (_, text, expected) => {
  expect(assembly(text, 'f')).toEqual(expected);
});

test('constant tables and structs are among the constants, which a kernel maps read-only', () => {
  const { symbols } = objectOf(`
class Row { value: u32; name: cstr; }
const rows: Arr<u16, 3> = [1, 2, 3];
const row: Row = { value: 4, name: 'four' };
let variable: Arr<u16, 3> = [1, 2, 3];
export function sum(): u32 { return rows[1] + row.value + variable[2]; }`);
  const sectionOf = (wanted: string) => symbols.find(({ name }) => name === wanted)!.section;
  expect(['rows', 'row', 'variable'].map(sectionOf)).toEqual(['.rodata', '.rodata', '.data']);
});
