/**
 * GNU binutils as a second opinion. They are a tool of this machine, not of the project: tests that use them are
 * skipped where they are absent.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasTools } from './tools.ts';

const prefix = 'riscv64-unknown-elf-';
const flags = ['-march=rv32ima_zicsr_zifencei', '-mabi=ilp32', '-mno-relax', '-mpriv-spec=1.12'];
const linkFlags = ['-melf32lriscv', '--no-relax', '--no-warn-rwx-segments'];

export const hasBinutils = hasTools(['as', 'ld', 'objdump'].map((tool) => prefix + tool));
/** For the name of a skipped test. */
export const withoutBinutils = `(needs ${prefix}as and ${prefix}objdump)`;

function inScratch<Result>(act: (file: (name: string) => string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-binutils-'));
  try {
    return act((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (tool: string, ...options: string[]) =>
  execFileSync(prefix + tool, options, { encoding: 'utf8', maxBuffer: 2 ** 28 });

function object(text: string, file: (name: string) => string): string {
  writeFileSync(file('a.s'), `${text}\n`);
  run('as', ...flags, '-o', file('a.o'), file('a.s'));
  return file('a.o');
}

function linked(text: string, base: number, file: (name: string) => string): string {
  run('ld', ...linkFlags, `-Ttext=0x${base.toString(16)}`, '-o', file('a'),
    object(`.globl _start\n_start:\n${text}`, file));
  return file('a');
}

/** The words that GNU as and ld make of lines of code placed at `base`. */
export function gnuAssemble(lines: readonly string[], base: number): number[] {
  return inScratch((file) => {
    run('objcopy', '-O', 'binary', '-j', '.text', linked(lines.join('\n'), base, file), file('text'));
    const bytes = readFileSync(file('text'));
    return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
  });
}

/**
 * The text of each word by objdump without aliases, the words placed from `base` on; its comments are left out. The
 * words must have a 32-bit instruction's lowest bits, lest objdump lose step.
 */
export function gnuDisassemble(words: readonly number[], base: number): string[] {
  return inScratch((file) => {
    const program = linked(words.map((word) => `.word ${word >>> 0}`).join('\n'), base, file);
    // With symbols, targets would be printed relative to them, and the words taken for data.
    run('strip', '--strip-all', program);
    const lines = run('objdump', '-D', '-z', '-j', '.text', '-M', 'no-aliases', program).split('\n');
    return lines.flatMap((line) => {
      const [, text] = /^ *[0-9a-f]+:\t[0-9a-f]+ *\t(.*)$/.exec(line) ?? [];
      return text === undefined ? [] : [text.replace(/\s+# .*$/, '').trimEnd()];
    });
  });
}

/** What GNU as and ld make of a program placed at `base`: the memory from there on, and the symbols' addresses. */
export function gnuImage(text: string, base: number): { bytes: Buffer; symbols: Map<string, number> } {
  return inScratch((file) => {
    const script = `SECTIONS { . = ${base}; .text : { *(.text*) } .rodata : { *(.rodata*) } .data : { *(.data*) } `
      + '.bss : { *(.bss*) } /DISCARD/ : { *(.riscv.attributes) } }';
    writeFileSync(file('a.ld'), script);
    run('ld', ...linkFlags, '-T', file('a.ld'), '-o', file('a'), object(text, file));
    run('objcopy', '-O', 'binary', file('a'), file('bytes'));
    const rows = run('nm', file('a')).trim().split('\n').map((row) => row.split(' '));
    return {
      bytes: readFileSync(file('bytes')),
      symbols: new Map(rows.map(([address = '', , name = '']) => [name, Number.parseInt(address, 16)])),
    };
  });
}

/** The relocations that GNU as leaves in a text: `section offset type symbol + addend`, the way readelf prints them. */
export function gnuRelocations(text: string): string[] {
  return inScratch((file) => {
    const lines = run('readelf', '--wide', '--relocs', object(text, file)).split('\n');
    let section = '';
    const row = /^([0-9a-f]{8}) +[0-9a-f]+ +(R_\w+) +[0-9a-f]+ +(\S+) ([+-]) (\w+)/;
    return lines.flatMap((line) => {
      section = /^Relocation section '\.rela(.*?)'/.exec(line)?.[1] ?? section;
      const [, offset, type, symbol, sign, addend] = row.exec(line) ?? [];
      if (offset === undefined) return [];
      return [`${section} ${Number.parseInt(offset, 16)} ${type} ${symbol}${sign}${addend}`];
    });
  });
}
