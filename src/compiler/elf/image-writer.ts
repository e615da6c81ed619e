/** Writes a linked image as an executable (ET_EXEC): a segment for each kind of access, symbols, and debug sections. */
import { ET, PF, SHN, SHT, STB, symbolEntryBytes } from '../../platform/elf.ts';
import type { LinkedImage, LinkedSymbol } from '../link/linker.ts';
import type { Section } from '../object.ts';
import { writeElf } from './file.ts';
import type { FileSection, FileSegment } from './file.ts';
import { sectionKinds, symbolBytes, symbolKinds } from './object-writer.ts';

/** @param debugInfo what to tell debuggers; none for what only the guest reads */
export function writeImage(image: LinkedImage, debugInfo = image.debug): Uint8Array {
  const sections = image.sections.map(({ section, address }): FileSection => ({
    name: section.name, ...sectionKinds[section.kind], sh_addr: address, bytes: section.bytes, size: section.size,
    align: section.align,
  }));
  const debug = debugInfo.map(({ name, bytes, align }): FileSection =>
    ({ name, sh_type: SHT.SHT_PROGBITS, bytes, align }));
  const { table, strings, localCount } = symbolTable(image, sections.map(({ name }) => name));
  return writeElf({
    e_type: ET.ET_EXEC, e_entry: image.entry, segments: segmentsOf(image),
    sections: [
      ...sections, ...debug,
      {
        name: '.symtab', sh_type: SHT.SHT_SYMTAB, bytes: table, align: 4, link: '.strtab', info: localCount,
        sh_entsize: symbolEntryBytes,
      },
      { name: '.strtab', sh_type: SHT.SHT_STRTAB, bytes: strings, align: 1 },
    ],
  });
}

/** Rights by kind: nothing is both written and executed. */
const segments: readonly { readonly kinds: readonly Section['kind'][]; readonly p_flags: number }[] = [
  { kinds: ['text'], p_flags: PF.PF_R | PF.PF_X },
  { kinds: ['rodata'], p_flags: PF.PF_R },
  { kinds: ['data', 'bss'], p_flags: PF.PF_R | PF.PF_W },
];

function segmentsOf({ sections }: LinkedImage): FileSegment[] {
  return segments.flatMap(({ kinds, p_flags }) => {
    const members = sections.filter(({ section }) => kinds.includes(section.kind));
    const size = members.reduce((sum, { section }) => sum + section.size, 0);
    return size === 0 ? [] : [{ p_flags, sections: members.map(({ section }) => section.name) }];
  });
}

function symbolTable({ symbols }: LinkedImage, sectionNames: readonly string[]):
    { table: Uint8Array; strings: Uint8Array; localCount: number } {
  const index = new Map(sectionNames.map((name, at) => [name, at + 1]));
  const rowOf = ({ name, address, size, kind, binding, section }: LinkedSymbol) => ({
    name, value: address, size,
    info: ((binding === 'local' ? STB.STB_LOCAL : STB.STB_GLOBAL) << 4) | symbolKinds[kind],
    shndx: section === undefined ? SHN.SHN_ABS : index.get(section)!,
  });
  const locals = symbols.filter(({ binding }) => binding === 'local').map(rowOf);
  const globals = symbols.filter(({ binding }) => binding === 'global').map(rowOf);
  const rows = [{ name: '', value: 0, size: 0, info: 0, shndx: 0 }, ...locals, ...globals];
  return { ...symbolBytes(rows), localCount: locals.length + 1 };
}
