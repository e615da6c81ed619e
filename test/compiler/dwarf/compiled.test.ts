/** gdb on what the compiler made: a module that calls back and forth with the kernel that loaded it, on QEMU. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import { writeObject } from '../../../src/compiler/elf/object-writer.ts';
import { linkImage, linkModule } from '../../../src/compiler/link/linker.ts';
import { compiledModule, projectFolder } from '../../support/compiled.ts';
import { kernelImage, moduleImage } from '../../support/image.ts';
import { Scratch } from '../../support/scratch.ts';
import { hasTools } from '../../support/tools.ts';

const qemu = 'qemu-system-riscv32';
const skipped = hasTools(['gdb-multiarch', qemu]) ? '' : ` (needs gdb-multiarch and ${qemu})`;
const guests = 'test/compiler/guest/';
const board = kernelImage({ name: 'board', files: [`${guests}board/`], exports: ['printk', 'registerCounter'] });
const counter = moduleImage({ name: 'counter', files: [`${guests}counter/`], imports: [`${guests}board/`] });

/** Where the kernel in `board` finds a module, and where it puts the module's first section. */
const file = 0x8200_0000;
const text = 0x8100_0124;

/** The line of a source file on which a text stands. */
function lineOf(path: string, part: string): number {
  const lines = readFileSync(join(projectFolder, guests, path), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(part)) + 1;
}

test.skipIf(skipped !== '')(`gdb shows TypeScript, callers and variables across module and kernel${skipped}`, () => {
  const scratch = new Scratch();
  const module = linkModule([compiledModule(counter)], counter);
  const kernel = scratch.write('board.elf', writeImage(linkImage([compiledModule(board)], board)));
  const loaded = scratch.write('counter.o', writeObject(module, []));
  const debug = scratch.write('counter.debug', writeObject(module));
  const machine = `${qemu} -M virt -bios none -display none -serial null -S -gdb stdio -kernel ${kernel}`
    + ` -device loader,file=${loaded},addr=${file},force-raw=on`;
  const commands = [
    `cd ${projectFolder}`, 'set confirm off', 'set width 0', `add-symbol-file ${debug} -s .text ${text}`,
    `target remote | exec ${machine}`, 'break add', 'continue', 'backtrace', 'print *which', 'print/c which->name[4]@7',
    'ptype which', 'next', 'next', 'print which->value', 'up', 'print counter->value', 'kill',
  ];
  const words = commands.flatMap((command) => ['-ex', command]);
  const { stdout } = scratch.attempt('gdb-multiarch', '-nx', '-batch', ...words, kernel);
  scratch.remove();
  const lines = stdout.split('\n').map((line) => line.trim());
  const called = lineOf('board/main.ts', 'counter.ops.add(counter, 40)');
  const first = lineOf('counter/counter.ts', 'calls++');
  const find = (pattern: RegExp) => lines.find((line) => pattern.test(line));
  expect(find(new RegExp(`^#0  add \\(which=0x81\\w+.*, amount=40\\) at .*counter/counter.ts:${first}$`)))
    .toBeDefined();
  expect(find(new RegExp(`^#1  0x80\\w+ in runModule \\(\\) at ${guests}board/main.ts:${called}$`))).toBeDefined();
  expect(find(/^#2  0x80\w+ in main \(\) at .*board\/main.ts:\d+$/)).toBeDefined();
  expect(find(/^\$1 = {name = 0x81000\w+ .*"the counter", ops = 0x81000\w+.*, value = 0, total = 4294967295}$/))
    .toBeDefined();
  expect(lines).toContain("$2 = {99 'c', 111 'o', 117 'u', 110 'n', 116 't', 101 'e', 114 'r'}");
  expect(stdout.replaceAll(/\s+/g, ' '))
    .toContain('type = struct Counter { char *name; struct CounterOps *ops; u32 value; u64 total; }');
  expect(find(/^\d+\s+which.total \+= u64of\(amount\);$/)).toBeDefined();
  expect(lines).toContain('$3 = 40');
  expect(lines).toContain('$4 = 40');
});
