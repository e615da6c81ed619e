/**
 * Tables of symbols that a kernel carries for itself, in its read-only data.
 *
 *   .ksymtab    the exported names, sorted by name, in which the module loader looks up what a module refers to
 *   .kallsyms   all functions, sorted by address, so that an oops can say where it happened
 *
 * Both are arrays of Linux's `struct kernel_symbol { unsigned long value; const char *name; }`. Their ends are
 * `__ksymtab_start`, `__ksymtab_end`, `__kallsyms_start` and `__kallsyms_end`, as for every section.
 */
import type { ObjectModule, Relocation, Section } from '../object.ts';

export const exportTableName = 'ksymtab';
export const functionTableName = 'kallsyms';

const entryBytes = 8;

/** An entry's value is a number, or the address of the symbol of that name. */
export interface TableEntry { readonly name: string; readonly address?: number }

/** A table of entries in the order given. */
export function symbolTable(table: string, entries: readonly TableEntry[]): ObjectModule {
  const strings = encoder.encode(entries.map(({ name }) => `${name}\0`).join(''));
  const stringSection = `.rodata.${table}`;
  const bytes = new Uint8Array(entries.length * entryBytes);
  const view = new DataView(bytes.buffer);
  const relocations: Relocation[] = [];
  let at = 0;
  entries.forEach(({ name, address }, index) => {
    const offset = index * entryBytes;
    if (address === undefined) relocations.push({ offset, type: 'R_RISCV_32', symbol: name, addend: 0 });
    else view.setUint32(offset, address, true);
    relocations.push({ offset: offset + 4, type: 'R_RISCV_32', symbol: stringSection, addend: at });
    at += encoder.encode(name).length + 1;
  });
  const section = `.${table}`;
  const referred = entries.filter(({ address }) => address === undefined);
  return {
    name: `the table ${section}`,
    sections: [rodata(section, bytes, 4, relocations), rodata(stringSection, strings, 1, [])],
    symbols: [
      { name: `__${table}`, section, offset: 0, size: bytes.length, kind: 'object', binding: 'global' },
      ...referred.map(({ name }) =>
        ({ name, section: undefined, offset: 0, size: 0, kind: 'none', binding: 'global' }) as const),
    ],
    lines: [], functions: [], structs: [], globals: [],
  };
}

function rodata(name: string, bytes: Uint8Array, align: number, relocations: readonly Relocation[]): Section {
  return { name, kind: 'rodata', align, size: bytes.length, bytes, relocations };
}

const encoder = new TextEncoder();
