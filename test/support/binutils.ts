/**
 * GNU binutils as a second opinion. They are a tool of this machine, not of the project: tests that use them are skipped
 * where they are absent.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'riscv64-unknown-elf-';
const flags = ['-march=rv32ima_zicsr_zifencei', '-mabi=ilp32', '-mno-relax', '-mpriv-spec=1.12'];

export const hasBinutils = spawnSync(`${prefix}as`, ['--version']).status === 0;
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
  writeFileSync(file('a.s'), text);
  run('as', ...flags, '-o', file('a.o'), file('a.s'));
  return file('a.o');
}

/** The bytes of .text that GNU as makes of a text without outside references. */
export function gnuText(text: string): Uint8Array {
  return inScratch((file) => {
    run('objcopy', '-O', 'binary', '-j', '.text', object(text, file), file('text'));
    return readFileSync(file('text'));
  });
}

/** The text of each word by objdump without aliases, words placed from `base` on; comments are left out. */
export function gnuDisassemble(words: readonly number[], base: number): string[] {
  return inScratch((file) => {
    // As symbols would change how targets are printed, the words are an executable without any.
    const text = `.globl _start\n_start:\n${words.map((word) => `.word ${word >>> 0}`).join('\n')}\n`;
    run('ld', '-melf32lriscv', '--no-relax', `-Ttext=0x${base.toString(16)}`, '-o', file('a'), object(text, file));
    const lines = run('objdump', '-D', '-z', '-j', '.text', '-M', 'no-aliases', '--show-raw-insn', stripped(file('a')));
    return lines.split('\n').flatMap((line) => {
      const [, body] = /^ *[0-9a-f]+:\t(?:[0-9a-f]+ *)+\t?(.*)$/.exec(line) ?? [];
      return body === undefined ? [] : [body.replace(/\s+# .*$/, '')];
    });
  });
}

function stripped(file: string): string {
  run('strip', '--strip-all', file);
  return file;
}

/** What GNU as and ld make of a program placed at `base`: the memory from there on, and the symbols' addresses. */
export function gnuImage(text: string, base: number): { bytes: Uint8Array; symbols: Map<string, number> } {
  return inScratch((file) => {
    const script = `SECTIONS { . = ${base}; .text : { *(.text*) } .rodata : { *(.rodata*) } .data : { *(.data*) } `
      + '.bss : { *(.bss*) } /DISCARD/ : { *(.riscv.attributes) } }';
    writeFileSync(file('a.ld'), script);
    run('ld', '-melf32lriscv', '--no-relax', '-T', file('a.ld'), '-o', file('a'), object(text, file));
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
    return lines.flatMap((line) => {
      section = /^Relocation section '\.rela(.*?)'/.exec(line)?.[1] ?? section;
      const [, offset, type, symbol, addend] = /^([0-9a-f]{8}) +[0-9a-f]+ +(R_\w+) +[0-9a-f]+ +(\S+) \+ (\w+)/.exec(line) ?? [];
      return offset === undefined ? [] : [`${section} ${Number.parseInt(offset, 16)} ${type} ${symbol}+${addend}`];
    });
  });
}
