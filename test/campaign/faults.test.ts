/** What each kind of fault makes of instructions, and that in all drivers' code it makes nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { faulty, FaultSpace } from '../../src/campaign/fault-space.ts';
import { type FaultKind, faultKindNames, faultKinds, functionCode, nop } from '../../src/campaign/faults.ts';
import { extensions } from '../../src/host/extensions.ts';
import { buildFolder, shippedSystem } from '../../src/host/shipped.ts';
import { disassemble } from '../../src/isa/disassembler.ts';
import { decode } from '../../src/isa/instruction.ts';
import { assembled } from '../support/module.ts';

const wordsOf = (text: string) => {
  const { bytes } = assembled('case', text).sections.find(({ name }) => name === '.text')!;
  return new Int32Array(bytes.slice().buffer);
};
/** The texts that instruction `index` of a function may become. */
const editsOf = (kind: FaultKind, text: string, index: number) =>
  faultKinds[kind].edits(functionCode(wordsOf(text)), index).map((word) => disassemble(word).replace('\t', ' '));

const rows: [kind: FaultKind, code: string, index: number, edits: string[] | number][] = [
  ['source', 'mul a0, a1, a2', 0, [
    'mul a0,a0,a2', 'mul a0,s1,a2', 'mul a0,a5,a2', 'mul a0,gp,a2', 'mul a0,s11,a2',
    'mul a0,a1,a3', 'mul a0,a1,a4', 'mul a0,a1,s0', 'mul a0,a1,tp', 'mul a0,a1,t3']],
  ['source', 'slli a0, a0, 3', 0, 10],
  ['source', 'addi a0, a0, 3', 0, 17],
  ['source', 'sw a0, 4(a1)', 0, ['sw a1,4(a1)', 'sw s0,4(a1)', 'sw a4,4(a1)', 'sw sp,4(a1)', 'sw s10,4(a1)']],
  ['source', 'lw a0, 4(a1)', 0, 17],
  ['source', 'lui a0, 1', 0, 20],
  ['source', 'beq a0, a1, .', 0, []],
  ['source', 'fence', 0, []],
  ['source', 'jalr a0', 0, []],
  ['destination', 'add a0, a1, a2', 0,
    ['add a1,a1,a2', 'add s0,a1,a2', 'add a4,a1,a2', 'add sp,a1,a2', 'add s10,a1,a2']],
  ['destination', 'sw a0, 4(sp)', 0, 17],
  ['destination', 'add zero, a1, a2', 0, []],
  ['destination', 'jal ra, .', 0, []],
  ['pointer', 'lw a0, 4(a1)', 0, 17],
  ['pointer', 'amoadd.w a0, a1, (a2)', 0, 5],
  ['pointer', 'lw a0, 4(sp)', 0, []],
  ['pointer', 'add a0, a1, a2', 0, []],
  ['interface', 'addi sp, sp, -16\nmv s0, a1\nret', 1, ['addi zero,zero,0']],
  ['interface', 'mv a1, a0\nmv s0, a1\nret', 1, []],
  ['interface', 'beqz a0, .+8\nmv s0, a1\nret', 1, []],
  ['interface', 'addi s0, a1, 4\nret', 0, []],
  ['interface', 'mv s0, s1\nret', 0, []],
  ['interface', 'addi sp, sp, -16\nlw s0, 16(sp)\nret', 1, ['addi zero,zero,0']],
  ['interface', 'addi sp, sp, -16\nlw s0, 12(sp)\nret', 1, []],
  ['branch', 'beq a0, a1, .', 0, ['addi zero,zero,0']],
  ['branch', 'j .', 0, []],
  ['loop', '1: addi a0, a0, -1\nbne a0, zero, 1b\nret', 1, ['beq a0,zero,.-4']],
  ['loop', '1: bgeu a0, a1, 2f\naddi a0, a0, 1\nj 1b\n2: ret', 0, ['bltu a0,a1,.+12']],
  ['loop', '1: blt a0, a1, 2f\naddi a0, a0, 1\n2: bge a0, a1, 1b\nret', 0, []],
  ['loop', 'beq a0, a1, .+8\nret\nret', 0, []],
  ['text', 'nop', 0, 32],
  ['nop', 'jal ra, .', 0, ['addi zero,zero,0']],
  ['nop', 'nop', 0, []],
  ['nop', '.word 0', 0, []],
  ['init', 'li s0, 7\nret', 0, ['addi zero,zero,0']],
  ['init', 'sw zero, 8(sp)\nret', 0, ['addi zero,zero,0']],
  ['init', 'sw zero, 8(a0)\nret', 0, []],
  ['init', 'li a0, 7\ncall f\nf: ret', 0, []],
  ['init', 'li a0, 7\nret', 0, []],
  ['init', 'li a5, 7\nadd a0, a0, a5\nret', 0, ['addi zero,zero,0']],
  ['init', 'addi s0, s0, 7', 0, []],
];

test.each(rows)('%s: %j at %i', (kind, code, index, edits) => {
  const got = editsOf(kind, code, index);
  expect(typeof edits === 'number' ? got.length : got).toEqual(edits);
});

test('a loop fault differs in exactly bit 12', () => {
  const code = functionCode(wordsOf('1: nop\nbne a0, zero, 1b'));
  expect(faultKinds.loop.edits(code, 1)[0]! ^ code.words[1]!).toBe(1 << 12);
});

/** One bit, or the word that leaves an instruction out. */
const differsInOneBit = (before: number, after: number) => {
  const bits = before ^ after;
  return bits !== 0 && (bits & (bits - 1)) === 0;
};

describe.each(extensions.map(({ name }) => name))('all code of %s', (name) => {
  let space: FaultSpace;
  beforeAll(async () => {
    await shippedSystem(() => {});
    space = new FaultSpace(readFileSync(join(buildFolder, `${name}.o`)), name);
  }, 120_000);

  test.each(faultKindNames)('%s: every edit decodes, differs, and is one of its kind', (kind) => {
    const leavesOut = ['interface', 'branch', 'nop', 'init'].includes(kind);
    const wrong: string[] = [];
    for (const { name: where, code } of space.functions) {
      for (let index = 0; index < code.words.length; index++) {
        const before = code.words[index]!;
        for (const after of faultKinds[kind].edits(code, index)) {
          const legal = leavesOut ? after === nop && before !== nop : differsInOneBit(before, after);
          if (!legal || (kind !== 'text' && !decode(after))) wrong.push(`${where}: ${before} ${after}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(space.count(kind)).toBeGreaterThan(0);
  });

  test('faults asked for are as many real ones, in different instructions, the same for the same seed', () => {
    for (let seed = 0; seed < 300; seed++) {
      const faults = space.choose({ seed, count: 5, kinds: faultKindNames });
      expect(new Set(faults.map(({ offset }) => offset)).size).toBe(5);
      expect(faults).toEqual(space.choose({ seed, count: 5, kinds: faultKindNames }));
      for (const fault of faults) {
        const { code, offset } = space.functions.find((f) => f.name === fault.function)!;
        const before = code.words[(fault.offset - offset) / 4]!;
        expect(faultKinds[fault.kind].edits(code, (fault.offset - offset) / 4)).toContain(faulty(fault, before));
      }
    }
  });

  test('functions are hit by their size', () => {
    const big = space.functions.reduce((a, b) => (a.code.words.length > b.code.words.length ? a : b));
    const draws = 3000;
    const faults = Array.from({ length: draws / 5 }, (_, seed) =>
      space.choose({ seed, count: 5, kinds: ['nop'] })).flat();
    const share = big.code.words.length / space.words;
    const hits = faults.filter((fault) => fault.function === big.name).length;
    // Five standard deviations: the seeds are fixed, and so is the count.
    expect(Math.abs(hits - draws * share)).toBeLessThan(5 * Math.sqrt(draws * share * (1 - share)));
  });
});
