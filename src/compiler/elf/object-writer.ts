/**
 * Writes a module as a relocatable object (ET_REL): sections, relocations with explicit addends, symbols, and debug
 * sections. "All symbols with STB_LOCAL binding precede the weak and global symbols" (gABI, chapter 4, Symbol Table).
 */
import { assert } from '../../assert.ts';
import {
  ET, R_RISCV, SHF, SHN, SHT, STB, STT, relocationEntry, relocationEntryBytes, symbolEntry, symbolEntryBytes,
} from '../../platform/elf.ts';
import { debugSections } from '../dwarf/dwarf.ts';
import type { DebugSection } from '../dwarf/dwarf.ts';
import type { ObjectModule, Relocation, Section } from '../object.ts';
import { putRecord, writeElf } from './file.ts';
import type { FileSection } from './file.ts';
import { StringTable } from './strings.ts';

/**
 * The bytes of the object file. Section names must be unique, as those of compiled and of merged modules are.
 * @param debugInfo what to tell debuggers; none for what only the guest reads
 */
export function writeObject(module: ObjectModule, debugInfo = debugSections(module)): Uint8Array {
  const sections = module.sections.map((section) => sectionOf(section, section.relocations));
  const debug = debugInfo.map((section) => debugSectionOf(section));
  const contents = [...sections, ...debug];
  const { table, strings, localCount, index } = symbolTable(module, contents.map(({ file }) => file.name));
  const relocations = contents.flatMap(({ file, relocations: rows }) =>
    rows.length === 0 ? [] : [relocationSection(file.name, rows, index)]);
  return writeElf({
    e_type: ET.ET_REL,
    sections: [
      ...contents.map(({ file }) => file), ...relocations,
      {
        name: '.symtab', sh_type: SHT.SHT_SYMTAB, bytes: table, align: 4, link: '.strtab', info: localCount,
        sh_entsize: symbolEntryBytes,
      },
      { name: '.strtab', sh_type: SHT.SHT_STRTAB, bytes: strings, align: 1 },
    ],
  });
}

/** What the kinds of section are in an ELF file. */
export const sectionKinds = {
  text: { sh_type: SHT.SHT_PROGBITS, sh_flags: SHF.SHF_ALLOC | SHF.SHF_EXECINSTR },
  rodata: { sh_type: SHT.SHT_PROGBITS, sh_flags: SHF.SHF_ALLOC },
  data: { sh_type: SHT.SHT_PROGBITS, sh_flags: SHF.SHF_ALLOC | SHF.SHF_WRITE },
  bss: { sh_type: SHT.SHT_NOBITS, sh_flags: SHF.SHF_ALLOC | SHF.SHF_WRITE },
} as const satisfies Record<Section['kind'], { sh_type: number; sh_flags: number }>;

/** What the kinds of symbol are. */
export const symbolKinds = { function: STT.STT_FUNC, object: STT.STT_OBJECT, none: STT.STT_NOTYPE } as const;

interface Contents { readonly file: FileSection; readonly relocations: readonly Relocation[] }

function sectionOf({ name, kind, align, size, bytes }: Section, relocations: readonly Relocation[]): Contents {
  assert(bytes.length === (kind === 'bss' ? 0 : size), `${name}: ${bytes.length} bytes for a size of ${size}`);
  return { file: { name, ...sectionKinds[kind], bytes, size, align }, relocations };
}

function debugSectionOf({ name, bytes, relocations, align }: DebugSection): Contents {
  return { file: { name, sh_type: SHT.SHT_PROGBITS, bytes, align }, relocations };
}

interface SymbolRow {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly info: number;
  readonly shndx: number;
}

/** The symbol table: the null symbol, one for each section, the local symbols, the global ones. */
function symbolTable(module: ObjectModule, sectionNames: readonly string[]):
    { table: Uint8Array; strings: Uint8Array; localCount: number; index: ReadonlyMap<string, number> } {
  const sectionIndex = new Map(sectionNames.map((name, at) => [name, at + 1]));
  assert(sectionIndex.size === sectionNames.length, `${module.name}: two sections of one name`);
  const rowOf = ({ name, section, offset, size, kind, binding }: ObjectModule['symbols'][number]): SymbolRow => {
    const shndx = section === undefined ? SHN.SHN_UNDEF : sectionIndex.get(section);
    assert(shndx !== undefined, `${module.name}: symbol ${name} in section ${section}, which is not there`);
    const bound = binding === 'local' && section !== undefined ? STB.STB_LOCAL : STB.STB_GLOBAL;
    return { name, value: offset, size, info: (bound << 4) | symbolKinds[kind], shndx };
  };
  const rows = module.symbols.map(rowOf);
  const isLocal = ({ info }: SymbolRow) => info >>> 4 === STB.STB_LOCAL;
  const locals = [
    { name: '', value: 0, size: 0, info: 0, shndx: 0 },
    ...sectionNames.map((_, at) => ({ name: '', value: 0, size: 0, info: STT.STT_SECTION, shndx: at + 1 })),
    ...rows.filter(isLocal),
  ];
  const all = [...locals, ...rows.filter((row) => !isLocal(row))];
  const index = new Map(all.flatMap(({ name }, at) => (name === '' ? [] : [[name, at]])));
  sectionNames.forEach((name, at) => index.set(name, at + 1));
  return { ...symbolBytes(all), localCount: locals.length, index };
}

/** The rows as `.symtab` and `.strtab` hold them. */
export function symbolBytes(rows: readonly SymbolRow[]): { table: Uint8Array; strings: Uint8Array } {
  const strings = new StringTable();
  const table = new Uint8Array(rows.length * symbolEntryBytes);
  rows.forEach(({ name, value, size, info, shndx }, at) => putRecord(table, symbolEntry, at * symbolEntryBytes, {
    st_name: strings.offset(name), st_value: value, st_size: size, st_info: info, st_shndx: shndx,
  }));
  return { table, strings: strings.bytes };
}

function relocationSection(name: string, rows: readonly Relocation[], index: ReadonlyMap<string, number>): FileSection {
  const bytes = new Uint8Array(rows.length * relocationEntryBytes);
  rows.forEach(({ offset, type, symbol, addend }, at) => {
    const number = index.get(symbol);
    assert(number !== undefined, `${name}+0x${offset.toString(16)} refers to ${symbol}, which is no symbol`);
    putRecord(bytes, relocationEntry, at * relocationEntryBytes, {
      r_offset: offset, r_info: (number << 8) | R_RISCV[type], r_addend: addend,
    });
  });
  return {
    name: `.rela${name}`, sh_type: SHT.SHT_RELA, sh_flags: SHF.SHF_INFO_LINK, bytes, align: 4, link: '.symtab',
    info: name, sh_entsize: relocationEntryBytes,
  };
}
