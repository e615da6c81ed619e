/**
 * What instructions do at their corners, as rows written from the manual and not from our semantics.
 *
 * Unprivileged ISA 20240411: chapter 2 (RV32I), 7 (Zicsr), 13 (M, with its table of division's special cases), 14 (A).
 * Two answers are this machine's among those the manual allows: a failing `sc.w` gives 1, and a misaligned `lr.w` or
 * AMO raises the address-misaligned exception.
 */
import type { Mnemonic } from '../../src/isa/encodings.ts';
import { codeAddress, dataAddress, hex, makeCase, type Case, type Sketch, type State } from './semantics-case.ts';
// ---- rd = rs1 op rs2

const min = 0x8000_0000;
const max = 0x7fff_ffff;
const ones = 0xffff_ffff;

/** mnemonic, rs1, rs2, rd */
const registerRows: readonly (readonly [Mnemonic, number, number, number])[] = [
  ['add', 1, 2, 3], ['add', max, 1, min], ['add', ones, 1, 0], ['add', min, min, 0], ['add', ones, ones, 0xffff_fffe],
  ['sub', 3, 2, 1], ['sub', 0, 1, ones], ['sub', min, 1, max], ['sub', 0, min, min], ['sub', max, ones, min],
  ['sll', 1, 4, 16], ['sll', 1, 31, min], ['sll', 1, 32, 1], ['sll', 1, 33, 2], ['sll', 3, 31, min],
  ['sll', 0x1234_5678, 0xffff_ffe4, 0x2345_6780], ['sll', ones, ones, min],
  ['srl', min, 31, 1], ['srl', min, 32, min], ['srl', min, 4, 0x0800_0000], ['srl', ones, 0xffff_ffe1, max],
  ['srl', 0x1234_5678, 0, 0x1234_5678],
  ['sra', min, 31, ones], ['sra', min, 32, min], ['sra', min, 4, 0xf800_0000], ['sra', max, 30, 1],
  ['sra', ones, 0xffff_ffe1, ones], ['sra', 0x1234_5678, 8, 0x0012_3456],
  ['slt', 1, 2, 1], ['slt', 2, 1, 0], ['slt', 5, 5, 0], ['slt', min, max, 1], ['slt', max, min, 0], ['slt', ones, 0, 1],
  ['slt', 0, ones, 0], ['slt', min, 0, 1],
  ['sltu', 1, 2, 1], ['sltu', 2, 1, 0], ['sltu', 5, 5, 0], ['sltu', min, max, 0], ['sltu', max, min, 1],
  ['sltu', ones, 0, 0], ['sltu', 0, ones, 1], ['sltu', 0, 0, 0],
  ['xor', 0b1100, 0b1010, 0b0110], ['xor', ones, 0x0f0f_0f0f, 0xf0f0_f0f0], ['xor', min, min, 0],
  ['or', 0b1100, 0b1010, 0b1110], ['or', 0xf0f0_0000, 0x0f0f_0001, 0xffff_0001],
  ['and', 0b1100, 0b1010, 0b1000], ['and', ones, min, min], ['and', 0xf0f0_f0f0, 0x0f0f_0f0f, 0],

  ['mul', 6, 7, 42], ['mul', ones, ones, 1], ['mul', min, ones, min], ['mul', min, min, 0], ['mul', max, max, 1],
  ['mul', 0x0001_0000, 0x0001_0000, 0], ['mul', 0x1234_5678, 0x9abc_def0, 0x242d_2080], ['mul', ones, 5, 0xffff_fffb],
  ['mulh', 6, 7, 0], ['mulh', ones, ones, 0], ['mulh', ones, 1, ones], ['mulh', min, min, 0x4000_0000],
  ['mulh', min, max, 0xc000_0000], ['mulh', max, max, 0x3fff_ffff], ['mulh', min, ones, 0], ['mulh', 0, ones, 0],
  ['mulhu', ones, ones, 0xffff_fffe], ['mulhu', min, min, 0x4000_0000], ['mulhu', ones, 1, 0], ['mulhu', ones, 2, 1],
  ['mulhu', min, max, 0x3fff_ffff], ['mulhu', 0x1234_5678, 0x9abc_def0, 0x0b00_ea4e], ['mulhu', 0, ones, 0],
  ['mulhsu', ones, ones, ones], ['mulhsu', ones, 1, ones], ['mulhsu', 1, ones, 0], ['mulhsu', min, min, 0xc000_0000],
  ['mulhsu', min, ones, min], ['mulhsu', max, ones, 0x7fff_fffe], ['mulhsu', ones, 0, 0], ['mulhsu', 2, ones, 1],
  ['mulhsu', min, max, 0xc000_0000],

  ['div', 20, 6, 3], ['div', 0xffff_ffec, 6, 0xffff_fffd], ['div', 20, 0xffff_fffa, 0xffff_fffd],
  ['div', 0xffff_ffec, 0xffff_fffa, 3], ['div', min, ones, min], ['div', min, 1, min], ['div', max, ones, 0x8000_0001],
  ['div', 1, 0, ones], ['div', 0, 0, ones], ['div', min, 0, ones], ['div', ones, 0, ones], ['div', 0, ones, 0],
  ['div', min, min, 1], ['div', max, min, 0], ['div', min, 2, 0xc000_0000],
  ['divu', 20, 6, 3], ['divu', 0xffff_ffec, 6, 0x2aaa_aaa7], ['divu', min, ones, 0], ['divu', ones, 1, ones],
  ['divu', 1, 0, ones], ['divu', 0, 0, ones], ['divu', min, 0, ones], ['divu', ones, min, 1],
  ['divu', min, 2, 0x4000_0000], ['divu', ones, ones, 1],
  ['rem', 20, 6, 2], ['rem', 0xffff_ffec, 6, 0xffff_fffe], ['rem', 20, 0xffff_fffa, 2],
  ['rem', 0xffff_ffec, 0xffff_fffa, 0xffff_fffe], ['rem', min, ones, 0], ['rem', min, 1, 0], ['rem', 1, 0, 1],
  ['rem', 0, 0, 0], ['rem', min, 0, min], ['rem', ones, 0, ones], ['rem', max, min, max], ['rem', min, max, ones],
  ['remu', 20, 6, 2], ['remu', 0xffff_ffec, 6, 2], ['remu', min, ones, min], ['remu', 1, 0, 1], ['remu', 0, 0, 0],
  ['remu', min, 0, min], ['remu', ones, 0, ones], ['remu', ones, min, max], ['remu', ones, 16, 15],
];

const registerCases = registerRows.map(([mnemonic, a1, a2, a0]) =>
  makeCase(mnemonic, `${mnemonic} a0, a1, a2`, hex(a0), {
    before: { registers: { a1, a2 } }, after: { registers: { a0 } },
  }));

/** The last row of each mnemonic again, with the destination also a source, or x0, or both sources one register. */
const sharedRegisterCases = [...new Map(registerRows.map((row) => [row[0], row])).values()]
  .flatMap(([mnemonic, a1, a2, result]) => [
    makeCase(mnemonic, `${mnemonic} a1, a1, a2`, hex(result), {
      before: { registers: { a1, a2 } }, after: { registers: { a1: result } },
    }),
    makeCase(mnemonic, `${mnemonic} a2, a1, a2`, hex(result), {
      before: { registers: { a1, a2 } }, after: { registers: { a2: result } },
    }),
    makeCase(mnemonic, `${mnemonic} zero, a1, a2`, 'nothing', { before: { registers: { a1, a2 } } }),
  ]);

/** mnemonic, both sources, rd */
const sameSourceRows: readonly (readonly [Mnemonic, number, number])[] = [
  ['add', 0xc000_0000, min], ['sub', 0x1234_5678, 0], ['xor', ones, 0], ['and', min, min], ['or', 5, 5],
  ['slt', min, 0], ['sltu', ones, 0], ['mul', 0xffff_fffd, 9], ['div', 7, 1], ['divu', 0, ones], ['rem', 7, 0],
  ['remu', 0, 0],
  ['sll', 33, 66], ['sra', 0xffff_fffc, 0xffff_ffff],
];
const sameSourceCases = sameSourceRows.map(([mnemonic, a1, result]) =>
  makeCase(mnemonic, `${mnemonic} a1, a1, a1`, hex(result), {
    before: { registers: { a1 } }, after: { registers: { a1: result } },
  }));

// ---- rd = rs1 op immediate

/** mnemonic, rs1, immediate as written, rd */
const immediateRows: readonly (readonly [Mnemonic, number, number, number])[] = [
  ['addi', 1, 2, 3], ['addi', 0, -2048, 0xffff_f800], ['addi', max, 1, min], ['addi', ones, 2047, 2046],
  ['addi', min, -1, max],
  ['slti', 1, 2, 1], ['slti', 0, -1, 0], ['slti', min, -2048, 1], ['slti', max, 2047, 0],
  ['slti', 0xffff_f7ff, -2048, 1],
  // "The immediate is first sign-extended to XLEN bits and then treated as an unsigned number."
  ['sltiu', 0, -1, 1], ['sltiu', ones, -1, 0], ['sltiu', 0, 1, 1], ['sltiu', 1, 1, 0], ['sltiu', 0xffff_f7ff, -2048, 1],
  ['sltiu', min, 2047, 0],
  ['xori', 0x1234_5678, -1, 0xedcb_a987], ['xori', 0, -2048, 0xffff_f800], ['xori', 0xff, 0x0f, 0xf0],
  ['ori', 0, -1, ones], ['ori', 0x1234_5000, 0x678, 0x1234_5678], ['ori', min, -2048, 0xffff_f800],
  ['andi', ones, -2048, 0xffff_f800], ['andi', 0x1234_5678, 0xff, 0x78], ['andi', min, 2047, 0],
  ['slli', 1, 0, 1], ['slli', 1, 31, min], ['slli', ones, 16, 0xffff_0000], ['slli', 3, 31, min],
  ['srli', min, 0, min], ['srli', min, 31, 1], ['srli', ones, 16, 0xffff],
  ['srai', min, 0, min], ['srai', min, 31, ones], ['srai', max, 31, 0], ['srai', 0x8000_ff00, 8, 0xff80_00ff],
];

const immediateCases = immediateRows.flatMap(([mnemonic, a1, immediate, a0]) => [
  makeCase(mnemonic, `${mnemonic} a0, a1, ${immediate}`, hex(a0), {
    before: { registers: { a1 } }, after: { registers: { a0 } },
  }),
  makeCase(mnemonic, `${mnemonic} a1, a1, ${immediate}`, hex(a0), {
    before: { registers: { a1 } }, after: { registers: { a1: a0 } },
  }),
  makeCase(mnemonic, `${mnemonic} zero, a1, ${immediate}`, 'nothing', { before: { registers: { a1 } } }),
]);

/** mnemonic, operand as written, rd */
const upperRows: readonly (readonly [Mnemonic, string, number])[] = [
  ['lui', '0x12345', 0x1234_5000], ['lui', '0x80000', min], ['lui', '0xfffff', 0xffff_f000], ['lui', '0', 0],
  ['auipc', '0', codeAddress], ['auipc', '1', codeAddress + 0x1000], ['auipc', '0xfffff', codeAddress - 0x1000],
  ['auipc', '0x80000', codeAddress - min],
];
const upperCases = upperRows.flatMap(([mnemonic, immediate, a0]) => [
  makeCase(mnemonic, `${mnemonic} a0, ${immediate}`, hex(a0), { after: { registers: { a0 } } }),
  makeCase(mnemonic, `${mnemonic} zero, ${immediate}`, 'nothing', {}),
]);

// ---- jumps and branches

/** mnemonic, rs1, rs2, whether taken */
const branchRows: readonly (readonly [Mnemonic, number, number, boolean])[] = [
  ['beq', 5, 5, true], ['beq', 5, 6, false], ['beq', min, min, true], ['beq', 0, min, false],
  ['bne', 5, 5, false], ['bne', 5, 6, true], ['bne', 0, min, true],
  ['blt', 1, 2, true], ['blt', 2, 2, false], ['blt', ones, 0, true], ['blt', min, max, true], ['blt', max, min, false],
  ['bge', 1, 2, false], ['bge', 2, 2, true], ['bge', ones, 0, false], ['bge', max, min, true], ['bge', min, max, false],
  ['bltu', 1, 2, true], ['bltu', 2, 2, false], ['bltu', ones, 0, false], ['bltu', max, min, true],
  ['bltu', min, max, false],
  ['bgeu', 1, 2, false], ['bgeu', 2, 2, true], ['bgeu', ones, 0, true], ['bgeu', max, min, false],
  ['bgeu', min, max, true],
];

const branchCases = branchRows.flatMap(([mnemonic, a0, a1, isTaken]) => [12, -8, 4, 4092, -4096].map((distance) =>
  makeCase(mnemonic, `${mnemonic} a0, a1, .${distance < 0 ? '' : '+'}${distance}`, isTaken ? 'taken' : 'not taken', {
    before: { registers: { a0, a1 } }, pcOffset: isTaken ? distance : 4,
  })));

const link = codeAddress + 4;
const misaligned = (target: number): Sketch =>
  ({ trap: { cause: 'instructionMisaligned', tval: target } });

const jumpCases = [
  makeCase('jal', 'jal ra, .+16', 'linked', { after: { registers: { ra: link } }, pcOffset: 16 }),
  makeCase('jal', 'jal zero, .-16', 'not linked', { pcOffset: -16 }),
  makeCase('jal', 'jal t0, .+1048572', 'linked', { after: { registers: { t0: link } }, pcOffset: 1_048_572 }),
  makeCase('jal', 'jal t0, .-1048576', 'linked', { after: { registers: { t0: link } }, pcOffset: -1_048_576 }),
  makeCase('jal', 'jal ra, .+4', 'linked', { after: { registers: { ra: link } }, pcOffset: 4 }),
  makeCase('jal', 'jal ra, .+6', 'misaligned, not linked', misaligned(codeAddress + 6)),
  makeCase('jalr', 'jalr ra, 0(a0)', 'linked', {
    before: { registers: { a0: codeAddress + 64 } }, after: { registers: { ra: link } }, pcOffset: 64,
  }),
  makeCase('jalr', 'jalr zero, -8(a0)', 'not linked', {
    before: { registers: { a0: codeAddress + 64 } }, pcOffset: 56,
  }),
  // "then setting the least-significant bit of the result to zero"
  makeCase('jalr', 'jalr ra, 1(a0)', 'without bit 0', {
    before: { registers: { a0: codeAddress + 64 } }, after: { registers: { ra: link } }, pcOffset: 64,
  }),
  makeCase('jalr', 'jalr ra, 0(a0)', 'without bit 0', {
    before: { registers: { a0: codeAddress + 65 } }, after: { registers: { ra: link } }, pcOffset: 64,
  }),
  makeCase('jalr', 'jalr ra, 3(a0)', 'a carry out of bit 0', {
    before: { registers: { a0: codeAddress + 61 } }, after: { registers: { ra: link } }, pcOffset: 64,
  }),
  makeCase('jalr', 'jalr a0, 4(a0)', 'the target is from before the link', {
    before: { registers: { a0: codeAddress + 64 } }, after: { registers: { a0: link } }, pcOffset: 68,
  }),
  makeCase('jalr', 'jalr ra, 2(a0)', 'misaligned, not linked', {
    before: { registers: { a0: codeAddress } }, ...misaligned(codeAddress + 2),
  }),
  makeCase('jalr', 'jalr a0, 3(a0)', 'misaligned without bit 0, not linked', {
    before: { registers: { a0: codeAddress } }, ...misaligned(codeAddress + 2),
  }),
  makeCase('beq', 'beq zero, zero, .+6', 'misaligned', misaligned(codeAddress + 6)),
  makeCase('bne', 'bne zero, zero, .+6', 'not taken, so not misaligned', {}),
];

// ---- loads and stores

const word = 0x8081_7f82;
const next = 0x0102_0304;

/** mnemonic, distance from the data's start, rd; the data are `word` and `next`. */
const loadRows: readonly (readonly [Mnemonic, number, number])[] = [
  ['lb', 0, 0xffff_ff82], ['lb', 1, 0x7f], ['lb', 2, 0xffff_ff81], ['lb', 3, 0xffff_ff80], ['lb', 4, 4],
  ['lbu', 0, 0x82], ['lbu', 1, 0x7f], ['lbu', 2, 0x81], ['lbu', 3, 0x80],
  ['lh', 0, 0x7f82], ['lh', 2, 0xffff_8081], ['lh', 4, 0x0304], ['lhu', 0, 0x7f82], ['lhu', 2, 0x8081],
  ['lw', 0, word], ['lw', 4, next],
];
const data = { [dataAddress]: word, [dataAddress + 4]: next };

const loadCases = loadRows.flatMap(([mnemonic, distance, result]) => [
  makeCase(mnemonic, `${mnemonic} a0, ${distance}(a1)`, hex(result), {
    before: { registers: { a1: dataAddress }, memory: data }, after: { registers: { a0: result } },
  }),
  makeCase(mnemonic, `${mnemonic} a1, ${distance - 2048}(a1)`, hex(result), {
    before: { registers: { a1: dataAddress + 2048 }, memory: data }, after: { registers: { a1: result } },
  }),
  makeCase(mnemonic, `${mnemonic} zero, ${distance}(a1)`, 'nothing', {
    before: { registers: { a1: dataAddress }, memory: data },
  }),
]);

/** mnemonic, distance, what becomes of `word` when 0xa1b2c3d4 is stored */
const storeRows: readonly (readonly [Mnemonic, number, number])[] = [
  ['sb', 0, 0x8081_7fd4], ['sb', 1, 0x8081_d482], ['sb', 2, 0x80d4_7f82], ['sb', 3, 0xd481_7f82],
  ['sh', 0, 0x8081_c3d4], ['sh', 2, 0xc3d4_7f82], ['sw', 0, 0xa1b2_c3d4],
];

const storeCases = storeRows.flatMap(([mnemonic, distance, result]) => [
  makeCase(mnemonic, `${mnemonic} a0, ${distance}(a1)`, hex(result), {
    before: { registers: { a0: 0xa1b2_c3d4, a1: dataAddress }, memory: data },
    after: { memory: { [dataAddress]: result } },
  }),
  makeCase(mnemonic, `${mnemonic} a0, ${distance - 2047}(a1)`, hex(result), {
    before: { registers: { a0: 0xa1b2_c3d4, a1: dataAddress + 2047 }, memory: data },
    after: { memory: { [dataAddress]: result } },
  }),
]);

const storeOfAddressCase = makeCase('sw', 'sw a1, 4(a1)', 'the address itself', {
  before: { registers: { a1: dataAddress }, memory: data }, after: { memory: { [dataAddress + 4]: dataAddress } },
});

// ---- atomic memory operations

/** mnemonic, memory, register, memory afterwards; rd is memory before */
const amoRows: readonly (readonly [Mnemonic, number, number, number])[] = [
  ['amoswap.w', 5, 9, 9], ['amoswap.w', min, ones, ones],
  ['amoadd.w', 5, 9, 14], ['amoadd.w', max, 1, min], ['amoadd.w', ones, ones, 0xffff_fffe],
  ['amoxor.w', 0b1100, 0b1010, 0b0110], ['amoand.w', 0b1100, 0b1010, 0b1000], ['amoor.w', 0b1100, 0b1010, 0b1110],
  ['amoxor.w', ones, min, max], ['amoand.w', ones, min, min], ['amoor.w', max, min, ones],
  ['amomin.w', ones, 1, ones], ['amomin.w', 1, ones, ones], ['amomin.w', min, max, min], ['amomin.w', 3, 3, 3],
  ['amomax.w', ones, 1, 1], ['amomax.w', 1, ones, 1], ['amomax.w', min, max, max], ['amomax.w', max, min, max],
  ['amominu.w', ones, 1, 1], ['amominu.w', 1, ones, 1], ['amominu.w', min, max, max], ['amominu.w', max, min, max],
  ['amomaxu.w', ones, 1, ones], ['amomaxu.w', 1, ones, ones], ['amomaxu.w', min, max, min], ['amomaxu.w', 0, min, min],
];

const amoCases = amoRows.flatMap(([mnemonic, before, a2, after]) => [
  makeCase(mnemonic, `${mnemonic} a0, a2, (a1)`, `memory ${hex(before)} becomes ${hex(after)}`, {
    before: { registers: { a1: dataAddress, a2 }, memory: { [dataAddress]: before } },
    after: { registers: { a0: before }, memory: { [dataAddress]: after } },
  }),
  makeCase(mnemonic, `${mnemonic}.aqrl a2, a2, (a1)`, `memory ${hex(before)} becomes ${hex(after)}`, {
    before: { registers: { a1: dataAddress, a2 }, memory: { [dataAddress]: before } },
    after: { registers: { a2: before }, memory: { [dataAddress]: after } },
  }),
  makeCase(mnemonic, `${mnemonic} zero, a2, (a1)`, `memory ${hex(before)} becomes ${hex(after)}`, {
    before: { registers: { a1: dataAddress, a2 }, memory: { [dataAddress]: before } },
    after: { memory: { [dataAddress]: after } },
  }),
]);

const reservation: Partial<State> = {
  registers: { a1: dataAddress, a2: 7, a4: dataAddress + 32 }, memory: { [dataAddress]: 5 },
};

const reservationCases = [
  makeCase('lr.w', 'lr.w a0, (a1)', 'read', { before: reservation, after: { registers: { a0: 5 } } }),
  makeCase('lr.w', 'lr.w a1, (a1)', 'read', { before: reservation, after: { registers: { a1: 5 } } }),
  makeCase('lr.w', 'lr.w zero, (a1); sc.w a3, a2, (a1)', 'reserved', {
    before: reservation, steps: 2, after: { registers: { a3: 0 }, memory: { [dataAddress]: 7 } },
  }),
  makeCase('sc.w', 'lr.w a0, (a1); sc.w a3, a2, (a1)', 'stored', {
    before: reservation, steps: 2, after: { registers: { a0: 5, a3: 0 }, memory: { [dataAddress]: 7 } },
  }),
  makeCase('sc.w', 'lr.w a0, (a1); sc.w zero, a2, (a1)', 'stored', {
    before: reservation, steps: 2, after: { registers: { a0: 5 }, memory: { [dataAddress]: 7 } },
  }),
  makeCase('sc.w', 'lr.w.aq a0, (a1); sc.w.rl a2, a2, (a1)', 'stored', {
    before: reservation, steps: 2, after: { registers: { a0: 5, a2: 0 }, memory: { [dataAddress]: 7 } },
  }),
  makeCase('sc.w', 'lr.w a0, (a1); sc.w a3, a2, (a4)', 'another address', {
    before: reservation, steps: 2, after: { registers: { a0: 5, a3: 1 } },
  }),
  // "an SC instruction ... invalidates any reservation held by this hart", whether it succeeds or not.
  makeCase('sc.w', 'lr.w a0, (a1); sc.w a3, a2, (a1); sc.w a5, zero, (a1)', 'only once', {
    before: reservation, steps: 3, after: { registers: { a0: 5, a3: 0, a5: 1 }, memory: { [dataAddress]: 7 } },
  }),
  makeCase('sc.w', 'lr.w a0, (a1); sc.w a3, a2, (a4); sc.w a5, a2, (a1)', 'not after one that failed', {
    before: reservation, steps: 3, after: { registers: { a0: 5, a3: 1, a5: 1 } },
  }),
  makeCase('lr.w', 'lr.w a0, (a1)', 'misaligned', {
    before: { registers: { a1: dataAddress + 2 } }, trap: { cause: 'loadMisaligned', tval: dataAddress + 2 },
  }),
  makeCase('sc.w', 'sc.w a0, a2, (a1)', 'misaligned', {
    before: { registers: { a1: dataAddress + 2 } }, trap: { cause: 'storeMisaligned', tval: dataAddress + 2 },
  }),
  makeCase('amoadd.w', 'amoadd.w a0, a2, (a1)', 'misaligned', {
    before: { registers: { a1: dataAddress + 1 } }, trap: { cause: 'storeMisaligned', tval: dataAddress + 1 },
  }),
];

// ---- CSRs and the rest

const old = 0x0000_ff0f;
/** text, a1, mscratch afterwards; mscratch is `old` before, and rd, when it is a0, `old` after. */
const csrRows: readonly (readonly [Mnemonic, string, number, number])[] = [
  ['csrrw', 'a0, mscratch, a1', 0x1234_5678, 0x1234_5678], ['csrrw', 'a0, mscratch, zero', 1, 0],
  ['csrrw', 'zero, mscratch, a1', ones, ones],
  ['csrrs', 'a0, mscratch, a1', 0xf000_00f0, 0xf000_ffff], ['csrrs', 'a0, mscratch, zero', 1, old],
  ['csrrs', 'zero, mscratch, a1', min, 0x8000_ff0f],
  ['csrrc', 'a0, mscratch, a1', 0x0000_f00f, 0x0f00], ['csrrc', 'a0, mscratch, zero', 1, old],
  ['csrrc', 'zero, mscratch, a1', ones, 0],
  ['csrrwi', 'a0, mscratch, 31', 1, 31], ['csrrwi', 'a0, mscratch, 0', 1, 0], ['csrrwi', 'zero, mscratch, 17', 1, 17],
  ['csrrsi', 'a0, mscratch, 16', 1, 0xff1f], ['csrrsi', 'a0, mscratch, 0', 1, old],
  ['csrrci', 'a0, mscratch, 31', 1, 0xff00], ['csrrci', 'a0, mscratch, 0', 1, old],
];

const csrCases = [
  ...csrRows.map(([mnemonic, operands, a1, mscratch]) => makeCase(mnemonic, `${mnemonic} ${operands}`, hex(mscratch), {
    before: { registers: { a1 }, csrs: { mscratch: old } },
    after: { registers: operands.startsWith('a0') ? { a0: old } : {}, csrs: { mscratch } },
  })),
  makeCase('csrrw', 'csrrw a1, mscratch, a1', 'exchanged', {
    before: { registers: { a1: 7 }, csrs: { mscratch: old } },
    after: { registers: { a1: old }, csrs: { mscratch: 7 } },
  }),
  // A read-only CSR may be read, but not written, not even with what it holds.
  makeCase('csrrs', 'csrrs a0, mhartid, zero', 'read', { after: { registers: { a0: 0 } } }),
  makeCase('csrrci', 'csrrci a0, mhartid, 0', 'read', { after: { registers: { a0: 0 } } }),
  ...(['csrrw a0, mhartid, zero', 'csrrs a0, mhartid, a1', 'csrrsi a0, mhartid, 1', 'csrrw zero, 0x5c0, zero'] as const)
    .map((text) => makeCase(text.slice(0, text.indexOf(' ')) as Mnemonic, text, 'illegal', {
      trap: { cause: 'illegalInstruction', tval: undefined },
    })),
];

const otherCases = [
  makeCase('fence', 'fence iorw, iorw', 'no change', {}),
  makeCase('fence.i', 'fence.i', 'no change', {}),
  makeCase('sfence.vma', 'sfence.vma zero, zero', 'no change', {}),
  makeCase('ecall', 'ecall', 'traps', { trap: { cause: 'ecallFromM', tval: 0 } }),
  makeCase('ebreak', 'ebreak', 'traps', { trap: { cause: 'breakpoint', tval: undefined } }),
];

/** Every case. `mret`, `sret` and `wfi` have none: what they do is all privileged state. */
export const semanticsTable: readonly Case[] = [
  ...registerCases, ...sharedRegisterCases, ...sameSourceCases, ...immediateCases, ...upperCases, ...branchCases,
  ...jumpCases, ...loadCases, ...storeCases, storeOfAddressCase, ...amoCases, ...reservationCases, ...csrCases,
  ...otherCases,
];
