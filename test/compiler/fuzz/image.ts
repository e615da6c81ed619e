/** A batch's text as a program for the oracle and as a bare-metal image. */
import { readFileSync, readdirSync } from 'node:fs';
import { compileProgram } from '../../../src/compiler/compile.ts';
import { type Diagnostic, formatDiagnostic } from '../../../src/compiler/diagnostic.ts';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import type { KernelImage } from '../../../src/compiler/image.ts';
import { linkImage } from '../../../src/compiler/link/linker.ts';
import type { Program } from '../../../src/compiler/tree.ts';

export interface Built {
  readonly program: Program;
  readonly elf: Uint8Array;
}

/** The compiler refused a generated program: a mistake of the generator's, or of the checker's. */
export class RefusedError extends Error {
  constructor(diagnostics: readonly Diagnostic[], text: string) {
    const lines = text.split('\n');
    super(
      diagnostics
        .slice(0, 5)
        .map((each) => `${formatDiagnostic(each)}\n  ${lines[each.line - 1] ?? ''}`)
        .join('\n'),
    );
  }
}

const image: KernelImage = {
  kind: 'kernel',
  name: 'fuzz',
  files: ['fuzz/', 'src/guest/lib/'],
  imports: [],
  exports: [],
  base: 0x8000_0000,
  entry: '_start',
  kallsyms: false,
};

const boot = readFileSync(new URL('guest/boot.ts', import.meta.url), 'utf8');
const library = readLibrary(new URL('../../../src/guest/lib/', import.meta.url));

/** @throws RefusedError */
export function build(text: string): Built {
  const files = new Map([['fuzz/program.ts', text], ['fuzz/boot.ts', boot], ...library]);
  const { program, module, diagnostics } = compileProgram(files, image);
  if (!module) throw new RefusedError(diagnostics, text);
  return { program, elf: writeImage(linkImage([module], image)) };
}

function readLibrary(folder: URL): [string, string][] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return names.map((name) => [`src/guest/lib/${name}`, readFileSync(new URL(name, folder), 'utf8')]);
}
