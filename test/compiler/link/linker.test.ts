/** Several modules become one image: layout, names, tables, and what is said when they do not fit together. */
import { expect, test } from 'vitest';
import { LinkError } from '../../../src/compiler/link/link-error.ts';
import { linkImage, linkModule } from '../../../src/compiler/link/linker.ts';
import type { LinkedImage } from '../../../src/compiler/link/linker.ts';
import { mapText } from '../../../src/compiler/link/map.ts';
import type { ObjectModule, Relocation } from '../../../src/compiler/object.ts';
import { disassemble } from '../../../src/isa/disassembler.ts';
import { kernelImage, moduleImage, userImage } from '../../support/image.ts';
import { assembled } from '../../support/module.ts';

const start = assembled('start', `
  .section .init, "ax"
  .globl _start
  .type _start, @function
_start:
  la sp, stack_top
  call print
  .size _start, .-_start
  .bss
  .balign 16
  .space 64
stack_top:
`);

const print = assembled('print', `
  .globl print
  .type print, @function
print:
  lw t1, counter
  beqz t1, .Lend
  sw t1, counter, t0
.Lend:
  ret
  .size print, .-print
  .rodata
message: .asciz "hello"
  .data
counter: .word 7, message, print
`);

const kernel = kernelImage({ exports: ['print', '_start'], kallsyms: true });
const user = userImage();
const module = moduleImage();

const addressOf = ({ symbols }: LinkedImage, name: string) => symbols.find((symbol) => symbol.name === name)?.address;
const words = ({ sections }: LinkedImage, name: string) => {
  const { bytes } = sections.find(({ section }) => section.name === name)!.section;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true));
};
const code = (image: LinkedImage, name: string) => {
  const address = image.sections.find(({ section }) => section.name === name)!.address;
  return words(image, name).map((word, index) => disassemble(word, { pc: address + 4 * index }).replaceAll('\t', ' '));
};
const stringAt = ({ sections }: LinkedImage, address: number) => {
  const holder = sections.findLast(({ address: from, section }) => address >= from && section.bytes.length > 0)!;
  const bytes = holder.section.bytes.subarray(address - holder.address);
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
};
const problems = (link: () => unknown): readonly string[] => {
  try {
    link();
  } catch (error) {
    if (error instanceof LinkError) return error.problems;
    throw error;
  }
  return [];
};

test('code, constants and data start on pages of their own, and .init comes first', () => {
  const image = linkImage([print, start], kernel);
  expect(image.sections.map(({ section, address }) => [section.name, address.toString(16)])).toEqual([
    ['.init', '80000000'], ['.text', '80000010'], ['.rodata', '80001000'], ['.ksymtab', '80001020'],
    ['.kallsyms', '80001030'], ['.data', '80002000'], ['.bss', '80002010'],
  ]);
  expect(image.entry).toBe(0x8000_0000);
});

test('symbols mark the borders of kinds and of sections', () => {
  const image = linkImage([print, start], kernel);
  const borders: Record<string, number> = {
    __image_start: 0x8000_0000, __text_start: 0x8000_0000, __init_start: 0x8000_0000, __init_end: 0x8000_0010,
    __text_end: 0x8000_0028, __rodata_start: 0x8000_1000, __ksymtab_start: 0x8000_1020, __ksymtab_end: 0x8000_1030,
    __kallsyms_start: 0x8000_1030, __kallsyms_end: 0x8000_1040, __rodata_end: 0x8000_1040,
    __data_start: 0x8000_2000, __data_end: 0x8000_200c, __bss_start: 0x8000_200c, __bss_end: 0x8000_2050,
    __image_end: 0x8000_3000,
  };
  const found = Object.fromEntries(image.symbols.filter(({ section }) => section === undefined)
    .map(({ name, address }) => [name, address]));
  expect(found).toEqual(borders);
});

test('instructions and words get the addresses of what they name', () => {
  const image = linkImage([start, print], user);
  expect(code(image, '.init')).toEqual(['lui sp,0x12', 'addi sp,sp,80', 'auipc ra,0x0', 'jalr ra,8(ra)']);
  expect(code(image, '.text').slice(0, 4))
    .toEqual(['lui t1,0x12', 'lw t1,0(t1)', 'beq t1,zero,0x10024', 'lui t0,0x12']);
  expect(words(image, '.data')).toEqual([7, addressOf(image, 'message'), addressOf(image, 'print')]);
});

test('the table of exports is sorted by name, that of functions by address', () => {
  const image = linkImage([print, start], kernel);
  const entries = (name: string) => {
    const table = words(image, name);
    return Array.from({ length: table.length / 2 }, (_, index) =>
      [stringAt(image, table[2 * index + 1]!), table[2 * index]]);
  };
  expect(entries('.ksymtab')).toEqual([['_start', addressOf(image, '_start')], ['print', addressOf(image, 'print')]]);
  expect(entries('.kallsyms')).toEqual([['_start', 0x8000_0000], ['print', 0x8000_0010]]);
  expect(entries('.ksymtab').map(([name]) => name)).toEqual(['_start', 'print'].sort());
  expect(addressOf(image, '__ksymtab')).toBe(addressOf(image, '__ksymtab_start'));
});

test('all exported names of a kernel can be in its table', () => {
  const image = linkImage([start, print], { ...kernel, exports: 'all', kallsyms: false });
  expect(words(image, '.ksymtab')).toHaveLength(4);
  expect(image.sections.some(({ section }) => section.name === '.kallsyms')).toBe(false);
});

test('local names may clash, with each other and with global ones', () => {
  const part = (name: string, more: string) => assembled(name, `
    .data
  counter: .word 1
  helper: .word counter
    ${more}
  `);
  const image = linkImage([start, part('a', ''), part('b', '.globl print\nprint: .word helper')], user);
  const [a, b] = [addressOf(image, 'counter')!, addressOf(image, 'counter.2')!];
  expect(b).toBe(a + 8);
  expect(words(image, '.data')).toEqual([1, a, 1, b, addressOf(image, 'helper.2')]);
});

test('sections that compilers split are joined, and references to them move along', () => {
  const split = assembled('split', `
    .section .rodata.str, "a"
    .asciz "abc"
    .section .sdata, "aw"
    .word .rodata.str, .sdata
    .section .sbss, "aw", @nobits
    .space 8
  `);
  const image = linkImage([start, print, split], user);
  expect(image.sections.map(({ section }) => section.name)).toEqual(['.init', '.text', '.rodata', '.data', '.bss']);
  const [rodata, data] = [addressOf(image, '__rodata_start')!, addressOf(image, '__data_start')!];
  expect(words(image, '.data').slice(3)).toEqual([rodata + 6, data + 12]);
});

test('a section that has its own name gets borders of its own', () => {
  const percpu = assembled('percpu', '.section .percpu, "aw"\n .balign 64\n .word 1, __percpu_start, __percpu_end');
  const image = linkImage([start, print, percpu], user);
  const from = addressOf(image, '__percpu_start')!;
  expect(words(image, '.percpu')).toEqual([1, from, from + 12]);
  expect(from % 64).toBe(0);
});

const located = (module: ObjectModule, file: string, rows: readonly [offset: number, line: number][]): ObjectModule =>
  ({ ...module, lines: rows.map(([offset, line]) => ({ section: '.text', offset, file, line, column: 1 })) });

const mistakes: readonly [name: string, link: () => unknown, sentences: readonly string[]][] = [
  ['a name that nothing defines',
    () => linkImage([start, located(assembled('net', `
      .globl print
      .type print, @function
    print:
      nop
      call printk
      call kfree
      call printk
      .size print, .-print
    `), 'net.ts', [[0, 7], [4, 8], [12, 9]])], user),
    [
      'printk is not defined: net.ts:8 (in print) refers to it',
      'kfree is not defined: net.ts:9 (in print) refers to it',
    ]],
  ['a name that two modules define',
    () => linkImage([start, print, located(assembled('b', '.globl print\nprint: nop'), 'b.ts', [[0, 3]])], user),
    ['print is defined twice: in print.s:5 (in print) and in b.ts:3']],
  ['no start', () => linkImage([print], user), ['sh starts at _start, but none of its files exports it']],
  ['a start that is not the first code',
    () => linkImage([print, assembled('s', '.globl _start\n_start: ret')], kernel),
    ['kernel starts at _start, which is not at its first address: '
      + 'mark it `@section .init`, as the first function there']],
  ['an export that is not there',
    () => linkImage([start, print], kernelImage({ exports: ['print', 'kmalloc', 'counter'] })),
    ['kernel exports kmalloc, but none of its files does', 'kernel exports counter, but none of its files does']],
  ['the same of a module', () => linkModule([print], module), ['nic exports init_module, but none of its files does']],
  ['a name that is the linker\'s', () => linkImage([start, print, assembled('x', '.bss\n__bss_start: .word 0')], user),
    ['__bss_start is the linker\'s name for a border of sh: call it something else']],
  ['sections of one name and two kinds',
    () => linkImage(['a', 'aw'].map((flags) => assembled(flags, `.section .odd, "${flags}"\n.word 1`)), user),
    ['section .odd is rodata in a and data in aw']],
  ['a jump that cannot reach',
    () => linkImage([start, print, assembled('far', '.section .text.far, "ax"\n.space 0x100000\njal print')], user),
    ['print is too far from far.s:3: a jump reaches 1 MiB']],
];

test.each(mistakes)('%s is told in a sentence', (_, link, sentences) => {
  expect(problems(link)).toEqual(sentences);
});

test('a module keeps relocations of addresses, and only its exports are global', () => {
  const parts = [print, assembled('nic', '.globl init_module\ninit_module: tail print')];
  const linked = linkModule(parts, { ...module, exports: ['init_module'] });
  const texts = (relocations: readonly Relocation[]) => relocations.map(({ type, symbol }) => `${type} ${symbol}`);
  expect(linked.sections.map(({ name, relocations }) => [name, texts(relocations)]))
    .toEqual([
      ['.text', [
        'R_RISCV_HI20 counter', 'R_RISCV_LO12_I counter', 'R_RISCV_HI20 counter', 'R_RISCV_LO12_S counter',
      ]],
      ['.rodata', []],
      ['.data', ['R_RISCV_32 message', 'R_RISCV_32 print']],
    ]);
  expect(linked.symbols.map(({ name, binding }) => `${name} ${binding}`))
    .toEqual(['print local', 'message local', 'counter local', 'init_module global']);
});

test('what a module lacks stays undefined, for the loader to find', () => {
  const linked = linkModule([assembled('nic', '.globl init_module\ninit_module: tail printk')], module);
  expect(linked.symbols).toContainEqual(
    { name: 'printk', section: undefined, offset: 0, size: 0, kind: 'none', binding: 'global' });
});

test('the map lists sections, then symbols by address as System.map does', () => {
  const lines = mapText(linkImage([print, start], { ...kernel, kallsyms: false })).split('\n');
  expect(lines).toContain('# 80000000 80000010 text   .init');
  expect(lines).toContain('80000000 T _start');
  expect(lines).toContain('80002000 d counter');
  expect(lines).toContain('80000028 A __text_end');
  const addresses = lines.filter((line) => /^[0-9a-f]{8} /.test(line)).map((line) => line.slice(0, 8));
  expect(addresses).toEqual([...addresses].sort());
});
