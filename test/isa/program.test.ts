import { expect, test } from 'vitest';
import { disassemble } from '../../src/isa/disassembler.ts';
import { assembleAt, assembleProgram } from '../../src/isa/program.ts';
import { gnuImage, gnuRelocations, hasBinutils, withoutBinutils } from '../support/binutils.ts';

const base = 0x8000_0000;
const note = hasBinutils ? '' : ` ${withoutBinutils}`;

/** The instructions of a text at `base`, as the disassembler prints them. */
function listing(text: string): string[] {
  const { bytes } = assembleAt(text, base);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) =>
    disassemble(view.getInt32(4 * index, true), { pc: base + 4 * index }).replace('\t', ' '));
}

/** Programs that GNU as and ld make the same memory of. Sections end at a multiple of their alignment, as GNU pads. */
const programs: Readonly<Record<string, string>> = {
  'moves and comparisons': `
    nop
    li a0, 0; li a1, -1; li a2, 2047; li a3, 2048; li a4, -2048; li a5, -2049
    li t0, 0x12345678; li t1, 0x7fffffff; li t2, 0x80000000; li s2, 0xfffff800; li s3, 0xfffff7ff; li s4, 1 << 31
    mv a0, a1; not a0, a1; neg a0, a1; seqz a0, a1; snez a0, a1; sltz a0, a1; sgtz a0, a1
    sgt a0, a1, a2; sgtu a0, a1, a2; zext.b a0, a1; zext.h a0, a1; sext.b a0, a1; sext.h a0, a1
    add a0, a1, 5; slt a0, a1, 5; sltu a0, a1, 5; xor a0, a1, 5; or a0, a1, 5; and a0, a1, 5
    sll a0, a1, 5; srl a0, a1, 5; sra a0, a1, 5`,
  'jumps and branches': `
    .globl start, end
start:
    beqz a0, end; bnez a0, end; blez a0, end; bgez a0, end; bltz a0, end; bgtz a0, end
    bgt a0, a1, start; ble a0, a1, start; bgtu a0, a1, start; bleu a0, a1, start
    j end; jal end; jal t0, end; jr a0; jr 8(a0); jr a0, 8; jalr a0; jalr 8(a0); jalr a0, 8; jalr t0, a0; jalr t0, a0, 8
    call end; call t0, end; tail end; jump end, t1; ret
    beq a0, a1, .+8
    beq a0, a1, . - 8
end: ret`,
  'numeric labels': `
1:  j 1b
    j 1f
1:  beq a0, a1, 2f
2:  bne a0, a1, 1b
    j 2b
    j 1f
1:  nop
    .data
1:  .word 1b, 1f
1:  .word 1b`,
  'system instructions': `
    csrr a0, mstatus; csrw mtvec, a0; csrs mie, a0; csrc mip, a0
    csrwi satp, 1; csrsi mstatus, 8; csrci mstatus, 8; csrw mstatus, 8; csrs mstatus, 8; csrc mstatus, 8
    csrrw a0, mscratch, a0; csrrw a0, mscratch, 3; csrrs a0, 0x7c0, a1; csrrc a0, 0x7c0, 3
    rdcycle a0; rdtime a0; rdinstret a0; rdcycleh a0; rdtimeh a0; rdinstreth a0
    fence; fence rw, w; fence.tso; fence.i; sfence.vma; sfence.vma a0; sfence.vma a0, a1; unimp
    ecall; ebreak; mret; sret; wfi
    lr.w a0, (a1); lr.w.aq a0, (a1); sc.w.rl a0, a2, (a1); amoadd.w.aqrl a0, a2, 0(a1)`,
  'branches that are too far': `
start:
    beq a0, a1, far
    bltu a0, a1, near
near:
    .space 4088
    bnez a0, start
    bnez a0, start + 16
    bgeu a0, a1, last
    .space 4080
    beqz a0, last
far:
    .space 16
    blt a0, a1, last
last:
    bge a0, a1, far
    bne a0, a1, near`,
  'a branch that is too far because another one is': `
a:  beq a0, a1, c
    beq a0, a1, b
    .space 4084
b:  nop
c:  nop`,
  'data': `
    .equ size, 3 * 4
    pages = 1 << 4
    .text
    lui a0, %hi(table + 4); lw a0, %lo(table + 4)(a0); sw a0, %lo(table)(a0); addi a0, a0, %lo(table)
    li a0, size + pages; addi a1, a1, -size; lw a0, size(sp); lui a0, size
    .section .rodata
text: .string "a \\"quoted\\" # text; with \\\\ and \\n, \\101\\x42"
    .asciz "two", "strings"
    .ascii "no end"
    .balign 4
    .data
table: .word 1, -1, 0xffffffff, text, table + 8, after - table, 'a', '\\n'
    .half 1, -1, 0xffff
    .byte 1, -1, 255, size
    .p2align 3
after: .zero 8; .space 4, 0xaa; .skip 4
    .bss
    .align 2
room: .space 64`,
  'expressions have the precedence of GNU as': `
    .word 1 + 2 * 3, (1 + 2) * 3, 1 + 2 & 3, 7 - 2 | 1, 1 << 4 + 1, ~0, -5 / 2, -5 % 3, 0x10 ^ 3, 017, 0b101, - 3
    .word !0, !5, 100 / 7 % 5, 6 - 1 - 2, ~(1 << 3), '*', ' ', 1 ^ 3 & 2`,
  'comments and several statements a line': `
start: here: nop # a comment
    nop /* ; nop
    nop */ ; nop
    la_like: nop;nop`,
  'alignment in code': `
    nop
    .balign 16
    nop
    .align 3
    nop
    .p2align 2
    ret`,
};

/** Bytes in hexadecimal, four in a piece, without the zeros at the end: objcopy leaves out bss. */
const words = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').replace(/(00)*$/, '').match(/.{1,8}/g);

test.skipIf(!hasBinutils).each(Object.entries(programs))(`GNU as agrees: %s${note}`, (_, text) => {
  const ours = assembleAt(text, base);
  const theirs = gnuImage(text, base);
  expect(words(ours.bytes)).toEqual(words(theirs.bytes));
  for (const [name, address] of ours.symbols) expect([name, theirs.symbols.get(name)]).toEqual([name, address]);
});

test.skipIf(!hasBinutils)(`GNU as leaves the same relocations${note}`, () => {
  const text = `
    .globl start
start: call outside
    tail outside
    j outside
    jal t0, outside + 8
    beq a0, a1, outside
    lui a0, %hi(outside + 4)
    addi a0, a0, %lo(outside + 4)
    lw a0, %lo(outside)(a0)
    sw a0, %lo(outside)(a0)
    bnez a0, there
    .data
there: .word outside, start, there + 4, outside - 4`;
  const ours = assembleProgram(text).sections.flatMap(({ name, relocations }) => relocations.map(
    ({ offset, type, symbol, addend }) =>
      `${name} ${offset} ${type} ${symbol}${addend < 0 ? '-' : '+'}${Math.abs(addend)}`));
  expect(ours).toEqual(gnuRelocations(text));
});

test('slashes begin a comment too', () => {
  expect(listing('nop // a comment; nop')).toEqual(['addi zero,zero,0']);
});

test('an address is loaded absolutely, whatever its place', () => {
  expect(listing('start: la a0, start + 0x800\n lw a1, start\n sw a1, start + 4, t0')).toEqual([
    'lui a0,0x80001', 'addi a0,a0,-2048', 'lui a1,0x80000', 'lw a1,0(a1)', 'lui t0,0x80000', 'sw a1,4(t0)',
  ]);
});

test('a call reaches any address', () => {
  const { bytes, symbols } = assembleAt('call away\n.data\n.word away', base, { away: 0x1000 });
  const view = new DataView(bytes.buffer);
  expect(disassemble(view.getInt32(0, true))).toBe('auipc\tra,0x80001');
  expect(disassemble(view.getInt32(4, true))).toBe('jalr\tra,0(ra)');
  expect(view.getInt32(8, true)).toBe(0x1000);
  expect([...symbols]).toEqual([]);
});

test('sections keep their kind, alignment and lines', () => {
  const { sections, symbols, lines } = assembleProgram(`
    .globl main
    .type main, @function
main: nop
    li a0, 0x12345678
.L1: j .L1
    .size main, . - main
    .section .text.cold, "ax"
cold: ret
    .section .note.GNU-stack,"",@progbits
    .bss
    .balign 64
room: .zero 100
    .section .rodata.str1.4, "aMS", @progbits, 1
    .asciz "x"
    .text
    j outside`);
  expect(sections.map(({ name, kind, align, size, bytes }) => [name, kind, align, size, bytes.length])).toEqual([
    ['.text', 'text', 4, 20, 20], ['.text.cold', 'text', 4, 4, 4], ['.bss', 'bss', 64, 100, 0],
    ['.rodata.str1.4', 'rodata', 1, 2, 2],
  ]);
  expect(symbols).toEqual([
    { name: 'main', section: '.text', offset: 0, size: 16, kind: 'function', binding: 'global' },
    { name: 'cold', section: '.text.cold', offset: 0, size: 0, kind: 'none', binding: 'local' },
    { name: 'room', section: '.bss', offset: 0, size: 0, kind: 'none', binding: 'local' },
    { name: 'outside', section: undefined, offset: 0, size: 0, kind: 'none', binding: 'global' },
  ]);
  expect(lines).toEqual([
    { section: '.text', offset: 0, line: 4 }, { section: '.text', offset: 4, line: 5 },
    { section: '.text', offset: 12, line: 6 }, { section: '.text', offset: 16, line: 17 },
    { section: '.text.cold', offset: 0, line: 9 }, { section: '.rodata.str1.4', offset: 0, line: 15 },
  ]);
});

test('private labels of another section are counted from its start', () => {
  const [, data] = assembleProgram('nop\n1: nop\n.L2: nop\n.data\n.word 1b, .L2 + 4').sections;
  expect(data!.relocations).toEqual([
    { offset: 0, type: 'R_RISCV_32', symbol: '.text', addend: 4 },
    { offset: 4, type: 'R_RISCV_32', symbol: '.text', addend: 12 },
  ]);
});

test('constants may be defined after their use, through one another', () => {
  expect(listing('li a0, a\n.equ a, b + 1\n.equ b, c + 1\n.equ c, end - start\nstart: nop\nend:')).toEqual([
    'addi a0,zero,6', 'addi zero,zero,0',
  ]);
});

test('all mistakes of a text are reported at once, with their lines', () => {
  expect(() => assembleProgram('nop\nfrob a0\n\nadd a0, a1\n.byte 256')).toThrow([
    'line 2: frob is not an instruction of RV32IMA.',
    'line 4: add is written add rd, rs1, rs2 or add rd, rs, imm, not add a0, a1.',
    'line 5: 256 does not fit in 8 bits.',
  ].join('\n'));
});

/** A text, and what is said of it. */
const mistakes: readonly (readonly [string, string])[] = [
  ['x: nop\nx: nop', 'line 2: the label x is defined twice.'],
  ['j 1f\n1 nop', 'line 1: there is no label 1f.'],
  ['j nowhere', 'line 1: nowhere is not defined.'],
  ['j .Lnowhere', 'line 1: there is no label .Lnowhere.'],
  ['j 8', "line 1: a jump's target is a label, or a distance such as .+8, not the number 8."],
  ['start: lw a0, start(a1)', 'line 1: lw cannot take the address start here; use %hi or %lo.'],
  ['start: addi a0, a0, %hi(start)', 'line 1: %hi does not belong here'],
  ['li a0, 0x100000000', 'line 1: 4294967296 does not fit in 32 bits.'],
  ['start: li a0, start', 'line 1: start is not a number that is known when assembling.'],
  ['start: .half start', 'line 1: the address start needs .word.'],
  ['start: j end\n.space 0x100000\nend: nop', 'line 1: end is out of reach'],
  ['start: j end + 1\nend: nop', 'line 1: end is out of reach, or not at an even distance.'],
  ['.byte 1\nnop', 'line 2: an instruction must be at a multiple of 4; add .align 2.'],
  ['.bss\nnop', 'line 2: instructions cannot be in .bss.'],
  ['.frob', 'line 1: .frob is not a directive of this assembler.'],
  ['.ascii text', 'line 1: text is not a string in double quotes.'],
  ['.balign 3', 'line 1: 3 is not an alignment.'],
  ['.space -1', 'line 1: -1 bytes cannot be reserved.'],
  ['.word 1 / 0', 'line 1: a division by zero is in the expression 1 / 0.'],
  ['.word 1 +', 'line 1: something is missing in the expression 1 +.'],
  ['start: .word start * 2', 'line 1: the address of start is not known yet'],
  ['a: nop\n.data\n.word a - b\nb: nop', 'line 3: a and b are not in one section in the expression a - b.'],
  ['.equ 3, 4', 'line 1: 3 is not a symbol.'],
  ['.zero end - start\nstart: .zero end - start + 1\nend:', 'line 1: the lengths of parts of this text depend on'],
];

test.each(mistakes)('%j: %s', (text, message) => {
  expect(() => assembleAt(text, base)).toThrow(message);
});
