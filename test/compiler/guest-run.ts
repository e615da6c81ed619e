/** Compiles guest text and runs it on our machine. */
import { readFileSync, readdirSync } from 'node:fs';
import { compile } from '../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../src/compiler/diagnostic.ts';
import { writeImage } from '../../src/compiler/elf/image-writer.ts';
import { linkImage } from '../../src/compiler/link/linker.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';
import { kernelImage, moduleImage } from '../support/image.ts';
import { runHere } from '../support/run-here.ts';

const boot = `
import { main } from './program.ts';
let stack!: Arr<u64, 8192>;
/** @section .init */
export function _start(): void {
  asm\`
    la sp, \${stack}
    li t0, 65536
    add sp, sp, t0
    la t0, \${trapped}
    csrw mtvec, t0
    call \${begin}
  \`;
}
function put(text: cstr): void { for (let i = 0; text[i] !== 0; i++) writeb(0x10000000, text[i]); }
export function print(value: u32): void {
  for (let shift = 28; shift >= 0; shift -= 4) put(ptr16(value >> shift & 15));
  put('\\n');
}
function ptr16(digit: u32): cstr {
  digits[0] = digit < 10 ? digit + 48 : digit + 87;
  return cast<cstr>(addr(digits));
}
let digits!: Arr<u8, 2>;
function begin(): void { main(); writel(0x100000, 0x5555); for (;;) wfi(); }
function trapped(): void {
  put('trap ');
  print(csrr_mcause());
  print(csrr_mepc());
  writel(0x100000, 0x3333);
  for (;;) wfi();
}
`;

const libraryFolder = new URL('../../src/guest/lib/', import.meta.url);
const library = readdirSync(libraryFolder).map((name): [string, string] =>
  [`lib/${name}`, readFileSync(new URL(name, libraryFolder), 'utf8')]);

/** The object of one file `program.ts`; all that it exports is kept. */
export function objectOf(text: string): ObjectModule {
  const image = moduleImage({ files: ['program.ts'], exports: 'all' });
  return accepted(compile(new Map([['program.ts', text]]), image));
}

function accepted({ module, diagnostics }: ReturnType<typeof compile>): ObjectModule {
  if (module === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return module;
}

/**
 * What a program prints: `text` exports `main(): void`, and may call `print(value: u32)` from './boot.ts', which prints
 * a line of eight hexadecimal digits.
 */
export async function output(text: string): Promise<string[]> {
  const image = kernelImage({ files: ['program.ts', 'boot.ts', 'lib/'] });
  const files = new Map([['program.ts', `import { print } from './boot.ts';\n${text}`], ['boot.ts', boot], ...library]);
  const module = accepted(compile(files, image));
  const { console } = await runHere(writeImage(linkImage([module], image)));
  return console.trim().split(/\r?\n/);
}
