/** gdb understands our debug information: lines, frames, variables and types of a program that it runs on QEMU. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import { linkImage } from '../../../src/compiler/link/linker.ts';
import { writeObject } from '../../../src/compiler/elf/object-writer.ts';
import { kernelImage } from '../../support/image.ts';
import { Scratch } from '../../support/scratch.ts';
import { hasTools } from '../../support/tools.ts';
import { sample } from './sample.ts';

const qemu = 'qemu-system-riscv32';
const skipped = hasTools(['gdb-multiarch', qemu]) ? '' : ` (needs gdb-multiarch and ${qemu})`;

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  scratch.write('debug.o', writeObject(sample));
  scratch.write('debug.elf', writeImage(linkImage([sample], kernelImage())));
});
afterAll(() => scratch.remove());

/** What gdb says to some commands, without the source lines that it cannot find. */
function gdb(...commands: readonly string[]): string {
  const { stdout, stderr } = scratch.attempt('gdb-multiarch', '-nx', '-batch',
    ...['set confirm off', 'set width 0', ...commands].flatMap((command) => ['-ex', command]), 'debug.elf');
  expect(stderr).not.toMatch(/DWARF|warning/i);
  return stdout;
}

test.skipIf(skipped !== '')(`a struct is shown with all kinds of fields${skipped}`, () => {
  expect(gdb('ptype struct Task', 'ptype Task').split('type = ').slice(1)).toEqual(Array(2).fill(
    `struct Task {
    struct Task *next;
    u32 id;
    enum State state;
    char *name;
    void (*run)();
    u8 flags[3];
    bool live;
    u64 ticks;
}
`));
});

test.skipIf(skipped !== '')(`a global variable is printed by its type${skipped}`, () => {
  expect(gdb('print/x tasks.flags', 'print tasks.state', 'print *tasks.next->next', 'print sizeof(tasks)'))
    .toBe('$1 = {0x1, 0x2, 0x3}\n$2 = Waiting\n$3 = {next = 0x80002000 <tasks>, id = 42, state = Waiting, '
      + 'name = 0x80001000 "idle", run = 0x80000018 <outer>, flags = "\\001\\002\\003", live = false, '
      + 'ticks = 81985529216486895}\n$4 = 32\n');
});

test.skipIf(skipped !== '')(`lines and addresses find each other${skipped}`, () => {
  expect(gdb('info line debug.ts:14', 'info symbol 0x80000028')).toBe(
    'Line 14 of "test/compiler/guest/debug.ts" starts at address 0x80000028 <outer+16> and ends at 0x80000040 '
    + '<outer+40>.\n'
    + 'outer + 16 in section .text\n');
});

test.skipIf(skipped !== '')(`a program stops at a line of TypeScript, with callers and variables${skipped}`, () => {
  const machine = `exec ${qemu} -M virt -bios none -display none -S -gdb stdio -kernel debug.elf`;
  const said = gdb(`target remote | ${machine}`, 'break debug.ts:22', 'continue', 'backtrace', 'info locals',
    'up', 'info args', 'info locals', 'print $s0', 'break debug.ts:15', 'continue', 'backtrace', 'finish', 'kill');
  const lines = said.split('\n').map((line) => line.trim());
  expect(lines).toContain('#0  inner (task=0x80002000 <tasks>, add=6) at test/compiler/guest/debug.ts:22');
  expect(lines).toContain('#1  0x80000040 in outer (count=5) at test/compiler/guest/debug.ts:14');
  expect(lines).toContain('#2  0x80000014 in _start () at test/compiler/guest/debug.ts:3');
  for (const line of ['id = 42', 'count = 5', 'next = 6', 'limit = 77', 'wide = 21474836485', '$1 = (void *) 0x5']) {
    expect(lines).toContain(line);
  }
  expect(lines).toContain('#0  outer (count=5) at test/compiler/guest/debug.ts:15');
  expect(lines).toContain('Value returned is $2 = 53');
});

test.skipIf(skipped !== '')(`a module is known at the address where the kernel has put it${skipped}`, () => {
  const said = gdb('add-symbol-file debug.o -s .text 0xc0000000 -s .init 0xc0001000 -s .data 0xc0002000',
    'info line *0xc0000010', 'info scope *0xc0000040', 'print &tasks');
  expect(said).toContain('Line 14 of "test/compiler/guest/debug.ts" starts at address 0xc0000010 <outer+16>');
  expect(said).toContain('Range 0xc000003c-0xc0000044: a variable in $a0');
  expect(said).toContain('(struct Task *) 0x80002000 <tasks>');
});
