/** Guest TypeScript and C in one program, each calling the other, as the ilp32 calling convention says. */
import { expect, test } from 'vitest';
import { writeImage } from '../../src/compiler/elf/image-writer.ts';
import { readObject } from '../../src/compiler/elf/object-reader.ts';
import { writeObject } from '../../src/compiler/elf/object-writer.ts';
import { linkImage } from '../../src/compiler/link/linker.ts';
import { compiledModule } from '../support/compiled.ts';
import { kernelImage } from '../support/image.ts';
import { cStart } from '../support/c-start.ts';
import { hasQemu, runOnQemu } from '../support/qemu.ts';
import { runHere } from '../support/run-here.ts';
import { Scratch } from '../support/scratch.ts';
import { hasTools } from '../support/tools.ts';

const gcc = 'riscv64-unknown-elf-gcc';
const ld = 'riscv64-unknown-elf-ld';
const skipped = hasTools([gcc, ld]) ? '' : ` (needs ${gcc})`;

const c = `
  typedef unsigned u32; typedef unsigned char u8; typedef unsigned long long u64;
  struct Sums { u32 sum; u8 small; u64 wide; struct Sums *next; };
  typedef u64 ten_words(u32, u32, u32, u32, u32, u32, u32, u32, u32, u32);
  extern u32 add10(u32, u32, u32, u32, u32, u32, u32, u32, u32, u32), count, variable(u32, ...), checkC(void);
  extern u64 split64(u32, u32, u32, u32, u32, u32, u32, u64, u32), callBack(ten_words *);
  extern void total(struct Sums *, const u32 *, u32);
  u32 c_count;
  u64 c_tenth(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j) {
    c_count++;
    return ((u64)(a + b + c + d + e + f + g + h) << 32) | (i * 100 + j);
  }
  ten_words *const c_table[2] = { 0, c_tenth };
  u64 c_scale(struct Sums *sums, u64 by) {
    u64 result = sums->sum++ * by + sums->wide;
    sums->small++;
    sums->next = sums;
    return result;
  }
  u64 c_variable(u32 number, ...) {
    __builtin_va_list list;
    __builtin_va_start(list, number);
    u64 sum = 0;
    for (u32 at = 0; at < number; at++) sum += __builtin_va_arg(list, u32);
    sum += __builtin_va_arg(list, u64);
    __builtin_va_end(list);
    return sum;
  }
  int main(void) {
    static const u32 numbers[] = { 10, 20, 30 };
    if (add10(1, 2, 3, 4, 5, 6, 7, 8, 9, 10) != 65) return 11;
    if (split64(1, 2, 3, 4, 5, 6, 7, 0x123456789ull, 1000) != 0x123456789ull * 3 + 28000) return 12;
    struct Sums second = { 0 }, first = { 5, 0, 0, &second };
    total(&first, numbers, 3);
    if (first.sum != 65 || first.small != 0xff || first.wide != 65ull << 32 || second.sum != 66) return 13;
    if (count != 41) return 17;
    if (callBack(c_tenth) != (36ull << 32 | 910)) return 14;
    if (variable(3, 1, 2, 3, 0x100000000ull + 4) != 11) return 15;
    if (variable(0, 0x100000000ull + 4) != 5 || variable(8, 1, 1, 1, 1, 1, 1, 1, 1, 7ull) != 15) return 16;
    c_count = 0;
    return checkC();
  }
`;

function compiledC(...options: readonly string[]): Uint8Array {
  const scratch = new Scratch();
  try {
    scratch.write('part.c', c);
    scratch.run(gcc, '-march=rv32ima', '-mabi=ilp32', '-mno-relax', '-ffreestanding', ...options, '-c', 'part.c');
    return scratch.read('part.o').slice();
  } finally {
    scratch.remove();
  }
}

/** With the library, since C compilers call memset and the like by themselves. */
const image = kernelImage({
  files: ['test/compiler/guest/mixed/', 'src/guest/lib/'], exports: 'all', name: 'mixed',
});

async function check(program: Uint8Array): Promise<void> {
  expect((await runHere(program)).status).toBe(0);
  if (hasQemu) expect(runOnQemu(program).status).toBe(0);
}

test.skipIf(skipped !== '').each([['-O2'], ['-O0'], ['-O2', '-mcmodel=medany', '-fno-jump-tables']])(
  `TypeScript and C call each other: C with %s${skipped}`, async (...options) => {
    const parts = [cStart, compiledModule(image), readObject(compiledC(...options), 'part.o')];
    await check(writeImage(linkImage(parts, image)));
  });

test.skipIf(skipped !== '')(`the same when GNU ld links them${skipped}`, async () => {
  const scratch = new Scratch();
  scratch.write('start.o', writeObject(cStart));
  scratch.write('ours.o', writeObject(compiledModule(image)));
  scratch.write('part.o', compiledC('-O2'));
  const layout = '.text : { *(.init) *(.text*) } .rodata : { *(.rodata*) } .data : { *(.data* .sdata*) }'
    + ' .bss : { *(.bss* .sbss*) }';
  scratch.write('all.ld', `ENTRY(_start) SECTIONS { . = 0x80000000; ${layout} }`);
  scratch.run(ld, '-melf32lriscv', '--no-relax', '--no-warn-rwx-segments', '-T', 'all.ld', '-o', 'all.elf', 'start.o',
    'ours.o', 'part.o');
  await check(scratch.read('all.elf'));
  scratch.remove();
});
