/**
 * Objects of a C compiler and ours, linked into one program by us, call each other: with more arguments than registers,
 * 64-bit values, structs by pointer, variable arguments, function pointers and shared variables.
 */
import { expect, test } from 'vitest';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import { readObject } from '../../../src/compiler/elf/object-reader.ts';
import { LinkError } from '../../../src/compiler/link/link-error.ts';
import { linkImage, linkModule } from '../../../src/compiler/link/linker.ts';
import type { ObjectModule } from '../../../src/compiler/object.ts';
import { cStart } from '../../support/c-start.ts';
import { assembled } from '../../support/module.ts';
import { kernelImage, moduleImage } from '../../support/image.ts';
import { hasQemu, runOnQemu } from '../../support/qemu.ts';
import { runHere } from '../../support/run-here.ts';
import { Scratch } from '../../support/scratch.ts';
import { hasTools } from '../../support/tools.ts';

const gcc = 'riscv64-unknown-elf-gcc';
const skipped = hasTools([gcc]) ? '' : ` (needs ${gcc})`;
const usual = ['-march=rv32ima', '-mabi=ilp32', '-mno-relax', '-ffreestanding', '-O2'];

function compiled(text: string, ...options: readonly string[]): ObjectModule {
  const scratch = new Scratch();
  try {
    scratch.write('part.c', text);
    scratch.run(gcc, ...usual, ...options, '-c', 'part.c');
    return readObject(scratch.read('part.o'), 'part.o');
  } finally {
    scratch.remove();
  }
}

const image = kernelImage();

/** Ours: what C calls, and a call back into C with ten words of arguments. */
const ours = assembled('ours', `
  .globl add10, mul64, total, count, call_back
  .text
add10:                    # u32 add10(ten words): the last two are on the stack
  lw t0, 0(sp)
  lw t1, 4(sp)
  add a0, a0, a1
  add a0, a0, a2
  add a0, a0, a3
  add a0, a0, a4
  add a0, a0, a5
  add a0, a0, a6
  add a0, a0, a7
  add a0, a0, t0
  slli t1, t1, 1
  add a0, a0, t1
  ret
mul64:                    # u64 mul64(u64 a, u32 b)
  mulhu t0, a0, a2
  mul t1, a1, a2
  mul a0, a0, a2
  add a1, t0, t1
  ret
total:                    # void total(struct Sums *sums, u32 *first, u32 number)
  lw t0, 0(a0)
1: beqz a2, 2f
  lw t1, 0(a1)
  add t0, t0, t1
  addi a1, a1, 4
  addi a2, a2, -1
  j 1b
2: sw t0, 0(a0)
  lw t0, count
  addi t0, t0, 1
  sw t0, count, t1
  ret
call_back:                # u64 call_back(u64 (*f)(ten words))
  addi sp, sp, -16
  sw ra, 12(sp)
  mv t0, a0
  li a0, 1
  li a1, 2
  li a2, 3
  li a3, 4
  li a4, 5
  li a5, 6
  li a6, 7
  li a7, 8
  li t1, 9
  sw t1, 0(sp)
  li t1, 10
  sw t1, 4(sp)
  jalr t0
  lw ra, 12(sp)
  addi sp, sp, 16
  ret
  .data
count: .word 40
table: .word add10, c_table
  .globl table
`);

const main = `
  typedef unsigned u32; typedef unsigned long long u64;
  struct Sums { u32 sum; u64 unused; };
  extern u32 add10(u32, u32, u32, u32, u32, u32, u32, u32, u32, u32), count;
  extern u64 mul64(u64, u32), call_back(u64 (*)(u32, u32, u32, u32, u32, u32, u32, u32, u32, u32));
  extern void total(struct Sums *, const u32 *, u32);
  typedef u32 ten_words(u32, u32, u32, u32, u32, u32, u32, u32, u32, u32);
  extern void *const table[];
  const u32 c_table[] = { 10, 20, 30 };
  static u32 calls;
  u32 common;
  static u64 tenth(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j) {
    calls++;
    return ((u64)(a + b + c + d + e + f + g + h) << 32) | (i * 100 + j);
  }
  u32 __attribute__((noinline)) variable(u32 number, ...) {
    __builtin_va_list list;
    __builtin_va_start(list, number);
    u64 sum = 0;
    for (u32 at = 0; at < number; at++) sum += __builtin_va_arg(list, u32);
    sum += __builtin_va_arg(list, u64);
    __builtin_va_end(list);
    return sum;
  }
  static u32 __attribute__((noinline)) choose(u32 number) {
    switch (number) {
      case 0: return add10(0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
      case 1: return 11; case 2: return variable(0, 5ull); case 3: return 9 + calls; case 4: return 40;
      case 5: return 3;
    }
    return 0;
  }
  int main(void) {
    if (add10(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) != 65) return 1;
    if (mul64(0x123456789ull, 1000) != 0x123456789ull * 1000) return 2;
    struct Sums sums = { 5, 0 };
    total(&sums, c_table, 3);
    if (sums.sum != 65 || count != 41) return 3;
    if (call_back(tenth) != (36ull << 32 | 910) || calls != 1) return 4;
    if (variable(3, 1, 2, 3, 0x100000000ull + 4) != 10) return 5;
    if (((ten_words *)table[0])(0, 0, 0, 0, 0, 0, 0, 0, 7, 0) != 7) return 6;
    if (((const u32 *)table[1])[2] != 30) return 7;
    for (u32 at = 0; at < 6; at++) common += choose(at);
    if (common != 2 + 11 + 5 + 10 + 40 + 3) return 8;
    return 0;
  }
`;

test.skipIf(skipped !== '').each([
  ['absolute addresses', ['-mcmodel=medlow']],
  ['addresses relative to the instruction', ['-mcmodel=medany', '-fno-jump-tables']],
  ['a section for each function', ['-ffunction-sections', '-fdata-sections']],
  ['common variables', ['-fcommon', '-O1', '-g']],
  ['no optimisation', ['-O0']],
])(`C and ours call each other: C with %s${skipped}`, async (_, options) => {
  const program = writeImage(linkImage([cStart, ours, compiled(main, ...options)], image));
  expect((await runHere(program)).status).toBe(0);
  if (hasQemu) expect(runOnQemu(program).status).toBe(0);
});

test.skipIf(skipped !== '')(`a module of C has few kinds of relocation, whatever its code model${skipped}`, () => {
  const part = compiled(main, '-mcmodel=medany', '-fno-jump-tables');
  const linked = linkModule([part], moduleImage({ exports: ['main'] }));
  const types = new Set(linked.sections.flatMap(({ relocations }) => relocations.map(({ type }) => type)));
  expect([...types].sort()).toEqual(['R_RISCV_CALL_PLT', 'R_RISCV_HI20', 'R_RISCV_LO12_I']);
  expect(linked.symbols.filter(({ name }) => /^\.L\d/.test(name))).toEqual([]);
});

const refused: readonly [name: string, text: string, options: readonly string[], sentence: RegExp][] = [
  ['code without a fixed address', 'extern int a; int f(void) { return a; }', ['-fPIC'],
    /^part.o has R_RISCV_GOT_HI20 at .text\+0x0, which cannot be linked: compile it with -fno-pic$/],
  ['code to be relaxed, which counts on it', 'int f(void) { return 1; } __asm__(".balign 16\\n nop");', ['-mrelax'],
    /^part.o has R_RISCV_ALIGN at .text\+0x.*: compile it with -mno-relax$/],
  ['compressed instructions', 'int f(void) { return 1; }', ['-march=rv32imac'], /compile it with -march=rv32ima$/],
  ['weak symbols', '__attribute__((weak)) int f(void) { return 1; }', [], /^part.o: symbol f is weak: define it once/],
  ['constructors', 'int a; __attribute__((constructor)) void f(void) { a = 1; }', [],
    /^part.o has constructors \(\.(init_array|ctors)\)/],
  ['differences between sections', 'int g(int); int f(int a) { switch (a) { case 0: return g(1); case 1: return g(7); '
    + 'case 2: return g(4); case 3: return g(0); case 4: return g(8); case 5: return 3; } return 0; }',
    ['-mcmodel=medany', '-fPIC'],
    /^part.o has R_RISCV_ADD32 at .rodata\+0x0, which cannot be linked: compile it with -mcmodel=medlow/],
];

test.skipIf(skipped !== '').each(refused)(`%s are refused with the option that avoids them${skipped}`,
  (_, text, options, sentence) => {
    expect(() => compiled(text, ...options)).toThrow(LinkError);
    expect(() => compiled(text, ...options)).toThrow(sentence);
  });

test.skipIf(skipped !== '')(`what C lacks is told with the place that needs it${skipped}`, () => {
  const part = compiled('int printk(const char *, ...); int main(void) { return printk("x"); }');
  expect(() => linkImage([cStart, part], image)).toThrow('printk is not defined: part.o (in main) refers to it');
});
