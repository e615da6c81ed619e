import { assembleProgram } from '../../src/isa/program.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';

/** What a text in assembly language is as a module; `more` adds debug information, or replaces what is there. */
export function assembled(name: string, text: string, more: Partial<ObjectModule> = {}): ObjectModule {
  const { sections, symbols, lines } = assembleProgram(text);
  return {
    name, sections, symbols, lines: lines.map((row) => ({ ...row, file: `${name}.s`, column: 0 })),
    functions: [], structs: [], globals: [], ...more,
  };
}
