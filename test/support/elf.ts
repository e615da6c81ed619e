/** Writes small ELF files for tests, so that the reader is tested where no compiler is installed. */
import {
  EM_RISCV, ELFCLASS, ELFDATA, ET, PF, PT, SHF, SHN, SHT, STB, STT, elfHeader, elfHeaderBytes, elfMagic, programHeader,
  programHeaderBytes, sectionHeader, sectionHeaderBytes, symbolEntry, symbolEntryBytes,
} from '../../src/platform/elf.ts';
import type { RecordLayout } from '../../src/platform/elf.ts';

export interface ElfDescription {
  readonly entry?: number;
  readonly type?: number;
  readonly segments?: readonly { vaddr: number; paddr?: number; bytes: Uint8Array; size?: number }[];
  /** One allocated section, which holds the symbols that are not absolute. */
  readonly text?: { address: number; size: number };
  readonly symbols?: readonly { name: string; value: number; size?: number; type?: keyof typeof STT; local?: boolean;
    absolute?: boolean }[];
}

/** header | program headers | segments | string table | symbols | section headers */
export function elfFile({ entry = 0x8000_0000, type = ET.ET_EXEC, segments = [], text, symbols = [] }: ElfDescription):
    Uint8Array<ArrayBuffer> {
  const names = ['.text', '.symtab', '.strtab', ...symbols.map(({ name }) => name)];
  const nameAt = new Map<string, number>();
  let strings = '\0';
  for (const name of names) {
    nameAt.set(name, strings.length);
    strings += `${name}\0`;
  }
  const stringBytes = new TextEncoder().encode(strings);
  let next = elfHeaderBytes + segments.length * programHeaderBytes;
  const segmentAt = segments.map(({ bytes }) => (next += bytes.length) - bytes.length);
  const stringsAt = next;
  const symbolsAt = stringsAt + stringBytes.length;
  const symbolsSize = (symbols.length + 1) * symbolEntryBytes;
  const sectionsAt = symbolsAt + symbolsSize;
  const file = new Uint8Array(sectionsAt + 4 * sectionHeaderBytes);
  const put = <L extends RecordLayout>(layout: L, at: number, values: Partial<Record<keyof L, number>>) =>
    putRecord(file, layout, at, values);

  file.set(elfMagic);
  put(elfHeader, 0, {
    EI_CLASS: ELFCLASS.ELFCLASS32, EI_DATA: ELFDATA.ELFDATA2LSB, EI_VERSION: 1, e_type: type, e_machine: EM_RISCV,
    e_version: 1, e_entry: entry, e_phoff: elfHeaderBytes, e_shoff: sectionsAt, e_ehsize: elfHeaderBytes,
    e_phentsize: programHeaderBytes, e_phnum: segments.length, e_shentsize: sectionHeaderBytes, e_shnum: 4,
    e_shstrndx: 3,
  });
  segments.forEach(({ vaddr, paddr = vaddr, bytes, size = bytes.length }, index) => {
    put(programHeader, elfHeaderBytes + index * programHeaderBytes, {
      p_type: PT.PT_LOAD, p_offset: segmentAt[index]!, p_vaddr: vaddr, p_paddr: paddr, p_filesz: bytes.length,
      p_memsz: size, p_flags: PF.PF_R | PF.PF_X,
    });
    file.set(bytes, segmentAt[index]!);
  });
  file.set(stringBytes, stringsAt);
  symbols.forEach(({ name, value, size = 0, type: kind = 'STT_NOTYPE', local, absolute }, index) => {
    put(symbolEntry, symbolsAt + (index + 1) * symbolEntryBytes, {
      st_name: nameAt.get(name)!, st_value: value, st_size: size, st_shndx: absolute ? SHN.SHN_ABS : 1,
      st_info: ((local ? STB.STB_LOCAL : STB.STB_GLOBAL) << 4) | STT[kind],
    });
  });
  const section = (index: number, values: Partial<Record<keyof typeof sectionHeader, number>>) =>
    put(sectionHeader, sectionsAt + index * sectionHeaderBytes, values);
  section(1, {
    sh_name: nameAt.get('.text')!, sh_type: SHT.SHT_NOBITS, sh_flags: SHF.SHF_ALLOC | SHF.SHF_EXECINSTR,
    sh_addr: text?.address ?? entry, sh_size: text?.size ?? 0,
  });
  section(2, {
    sh_name: nameAt.get('.symtab')!, sh_type: SHT.SHT_SYMTAB, sh_offset: symbolsAt, sh_size: symbolsSize, sh_link: 3,
  });
  section(3, {
    sh_name: nameAt.get('.strtab')!, sh_type: SHT.SHT_STRTAB, sh_offset: stringsAt, sh_size: stringBytes.length,
  });
  return file;
}

/** Overwrites fields of a record, to make good files or bad ones. */
export function putRecord<L extends RecordLayout>(
  file: Uint8Array, layout: L, at: number, values: Partial<Record<keyof L, number>>,
): void {
  const view = new DataView(file.buffer, file.byteOffset);
  for (const [name, value] of Object.entries(values) as [string, number][]) {
    const { at: offset, bytes } = layout[name]!;
    if (bytes === 4) view.setUint32(at + offset, value, true);
    else if (bytes === 2) view.setUint16(at + offset, value, true);
    else view.setUint8(at + offset, value);
  }
}

/** A change of one header field, as a copy. */
export function withHeader(
  file: Uint8Array<ArrayBuffer>, values: Partial<Record<keyof typeof elfHeader, number>>,
): Uint8Array<ArrayBuffer> {
  const copy = file.slice();
  putRecord(copy, elfHeader, 0, values);
  return copy;
}
