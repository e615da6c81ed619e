/** The command as a user meets it: a process, its exit status and what it prints. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { ELFCLASS, ELFDATA } from '../../src/platform/elf.ts';
import { elfFile, withHeader } from '../support/elf.ts';

const command = fileURLToPath(new URL('../../src/cli/nooks.mjs', import.meta.url));
const ramStart = 0x8000_0000;
const program = (text: string) => {
  const bytes = Uint8Array.from(assembleAt(text, ramStart).bytes);
  return elfFile({ entry: ramStart, segments: [{ vaddr: ramStart, bytes }] });
};

/** Prints what is typed up to a full stop, then fails with code 42. */
const echo = program(`
  li s0, 0x10000000
1: lbu t0, 5(s0)
  andi t0, t0, 1
  beqz t0, 1b
  lbu a0, 0(s0)
  sb a0, 0(s0)
  li t0, 46
  bne a0, t0, 1b
  li t0, 0x100000
  li t1, 0x2a3333
  sw t1, 0(t0)
2: j 2b
`);
const files: Record<string, Uint8Array | string> = {
  'echo.elf': echo,
  'lost.elf': program('li t0, 16\njr t0'),
  'sleeper.elf': program('1: wfi\nj 1b'),
  'notes.txt': 'buy milk\n',
  'empty.elf': '',
  'truncated.elf': echo.slice(0, 100),
  'wide.elf': withHeader(echo, { EI_CLASS: ELFCLASS.ELFCLASS64 }),
  'big.elf': withHeader(echo, { EI_DATA: ELFDATA.ELFDATA2MSB }),
  'x86.elf': withHeader(echo, { e_machine: 3 }),
  'far.elf': elfFile({ segments: [{ vaddr: 0x1000, bytes: Uint8Array.from([0x13, 0, 0, 0]) }] }),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nooks-command-'));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  mkdirSync(join(folder, 'directory'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

/** Runs the command in the folder of the files; what hangs is killed, and has no status. */
async function nooks(line: string, input = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [command, ...line.split(' ')], { cwd: folder, timeout: 60_000 });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => { stdout += text; });
  child.stderr.on('data', (text: Buffer) => { stderr += text; });
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, stdout, stderr };
}

// the command line with @ for the folder, the sentence
const mistakes: [string, string][] = [
  ['@missing.elf', 'cannot read image @missing.elf: no such file or directory'],
  ['@directory', 'cannot read image @directory: it is a directory'],
  ['@empty.elf', 'cannot use image @empty.elf: it is empty'],
  ['@notes.txt', 'notes.txt is no program for this machine: it is a text file'],
  ['@truncated.elf', 'truncated.elf is truncated: the file ends within its section headers'],
  ['@wide.elf', 'wide.elf is a 64-bit ELF file, and this machine is 32-bit (RV32)'],
  ['@big.elf', 'big.elf is a big-endian ELF file, and this machine is little-endian'],
  ['@x86.elf', 'x86.elf is for machine 3, not for RISC-V (243)'],
  ['@far.elf', 'far.elf lies outside RAM: it needs 0x00001000 to 0x00001004, and RAM is 0x80000000 to 0x88000000'],
  ['@echo.elf --bios @missing.bin', 'cannot read firmware @missing.bin: no such file or directory'],
  ['@echo.elf --initrd @missing', 'cannot read initrd @missing: no such file or directory'],
  ['@echo.elf --disk @missing.img', 'the disk @missing.img does not exist'],
  ['@echo.elf --disk @directory', 'the disk @directory is a directory'],
];
test.each(mistakes)('nooks run %s: one sentence and status 2, on both engines', async (line, sentence) => {
  const here = (text: string) => text.replaceAll('@', `${folder}/`);
  for (const engine of ['lockstep', 'parallel']) {
    const lines: string[] = [];
    const words = ['run', ...here(line).split(' '), '--engine', engine];
    expect(await main(words, (complaint) => { lines.push(complaint); })).toBe(2);
    expect(lines).toEqual([`nooks: ${here(sentence)}`]);
  }
});

const lost = 'hart 0 trapped, and its trap handler cannot be fetched: '
  + 'instruction access fault at 0x00000000, tval 0x00000000';
// the command line, the exit status, the sentence
const ends: [string, number, string][] = [
  ['run missing.elf', 2, 'cannot read image missing.elf: no such file or directory'],
  ['run lost.elf --engine lockstep', 3, lost],
  ['run lost.elf --engine parallel', 3, lost],
  ['run sleeper.elf --engine lockstep', 5, 'every hart waits for an interrupt that cannot come'],
];
test.each(ends)('nooks %s: status %d, and one line on stderr', async (line, status, sentence) => {
  expect(await nooks(line)).toEqual({ status, stdout: '', stderr: `nooks: ${sentence}\n` });
}, 60_000);

const answers = 'on the %s engine a guest reads a pipe, answers, and says how it ends';
test.each(['lockstep', 'parallel'])(answers, async (engine) => {
  const outcome = await nooks(`run echo.elf --engine ${engine}`, 'hello, guest.');
  expect(outcome).toEqual({ status: 42, stdout: 'hello, guest.', stderr: '' });
}, 60_000);
