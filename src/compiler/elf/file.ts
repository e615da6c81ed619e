/**
 * Writes ELF files for RV32: sections and segments into a file. Layouts and constants are the documents', in
 * src/platform/elf.ts.
 *
 *   header | program headers | section contents | section headers
 */
import { assert } from '../../assert.ts';
import {
  EM_RISCV, ELFCLASS, ELFDATA, PT, SHT, elfHeader, elfHeaderBytes, elfMagic, programHeader, programHeaderBytes,
  sectionHeader, sectionHeaderBytes,
} from '../../platform/elf.ts';
import type { RecordLayout } from '../../platform/elf.ts';
import { StringTable } from './strings.ts';

/** A section header and its contents. What is left out is 0. */
export interface FileSection {
  readonly name: string;
  readonly sh_type: number;
  readonly sh_flags?: number;
  readonly sh_addr?: number;
  /** Empty for SHT_NOBITS. */
  readonly bytes: Uint8Array;
  /** sh_size, where it is not that of `bytes`. */
  readonly size?: number;
  readonly align: number;
  /** sh_link: the section of this name. */
  readonly link?: string;
  /** sh_info: a number, or the section of this name. */
  readonly info?: number | string;
  readonly sh_entsize?: number;
}

/** A PT_LOAD program header over sections that follow each other. */
export interface FileSegment { readonly p_flags: number; readonly sections: readonly string[] }

export interface FileDescription {
  readonly e_type: number;
  readonly e_entry?: number;
  /** Without the null section and `.shstrtab`. Those with an address stand in the order of their addresses. */
  readonly sections: readonly FileSection[];
  readonly segments?: readonly FileSegment[];
}

/** Segments are mapped by pages, so that an address and its place in the file agree modulo this. */
const pageBytes = 4096;

export function writeElf({ e_type, e_entry = 0, sections, segments = [] }: FileDescription): Uint8Array {
  const all = withNames(sections);
  const start = elfHeaderBytes + segments.length * programHeaderBytes;
  const { offsets, end } = placeInFile(all, start);
  const headersAt = alignUp(end, 4);
  const file = new Uint8Array(headersAt + (all.length + 1) * sectionHeaderBytes);
  file.set(elfMagic);
  putRecord(file, elfHeader, 0, {
    EI_CLASS: ELFCLASS.ELFCLASS32, EI_DATA: ELFDATA.ELFDATA2LSB, EI_VERSION: 1, e_type, e_machine: EM_RISCV,
    e_version: 1, e_entry, e_phoff: segments.length === 0 ? 0 : elfHeaderBytes, e_shoff: headersAt, e_flags: 0,
    e_ehsize: elfHeaderBytes, e_phentsize: segments.length === 0 ? 0 : programHeaderBytes,
    e_phnum: segments.length, e_shentsize: sectionHeaderBytes, e_shnum: all.length + 1, e_shstrndx: all.length,
  });
  segments.forEach((segment, index) => putSegment(file, index, segment, all, offsets));
  all.forEach((section, index) => {
    file.set(section.bytes, offsets[index]!);
    putSection(file, headersAt + (index + 1) * sectionHeaderBytes, section, offsets[index]!, all);
  });
  return file;
}

/** Overwrites the named fields of a record at `at`. */
export function putRecord<L extends RecordLayout>(
  file: Uint8Array, layout: L, at: number, values: Partial<Record<keyof L, number>>,
): void {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (const [name, value] of Object.entries(values) as [string, number][]) {
    const { at: offset, bytes } = layout[name]!;
    if (bytes === 4) view.setUint32(at + offset, value, true);
    else if (bytes === 2) view.setUint16(at + offset, value, true);
    else view.setUint8(at + offset, value);
  }
}

interface NamedSection extends FileSection { readonly sh_name: number }

/** Adds `.shstrtab`, which holds the names of all sections, its own included. */
function withNames(sections: readonly FileSection[]): NamedSection[] {
  const names = new StringTable();
  const own = '.shstrtab';
  const named = [...sections, { name: own, sh_type: SHT.SHT_STRTAB, bytes: new Uint8Array(), align: 1 }]
    .map((section) => ({ ...section, sh_name: names.offset(section.name) }));
  return named.map((section) => (section.name === own ? { ...section, bytes: names.bytes } : section));
}

function placeInFile(sections: readonly FileSection[], start: number): { offsets: number[]; end: number } {
  let end = start;
  const offsets = sections.map(({ align, sh_addr, bytes }) => {
    const offset = sh_addr === undefined ? alignUp(end, align) : congruent(end, sh_addr);
    end = offset + bytes.length;
    return offset;
  });
  return { offsets, end };
}

function putSegment(
  file: Uint8Array, index: number, { p_flags, sections: names }: FileSegment, sections: readonly FileSection[],
  offsets: readonly number[],
): void {
  const members = sections.filter(({ name }) => names.includes(name));
  const first = members[0];
  assert(first?.sh_addr !== undefined, `a segment of nothing: ${names.join(' ')}`);
  const start = first.sh_addr;
  const p_offset = offsets[sections.indexOf(first)]!;
  const ends = members.map(({ sh_addr = 0, size, bytes }) => sh_addr + (size ?? bytes.length) - start);
  const fileEnds = members.map(({ bytes, sh_addr = 0 }) => (bytes.length === 0 ? 0 : sh_addr + bytes.length - start));
  putRecord(file, programHeader, elfHeaderBytes + index * programHeaderBytes, {
    p_type: PT.PT_LOAD, p_offset, p_vaddr: start, p_paddr: start,
    p_filesz: Math.max(...fileEnds), p_memsz: Math.max(...ends), p_flags, p_align: pageBytes,
  });
}

function putSection(
  file: Uint8Array, at: number, section: NamedSection, sh_offset: number, all: readonly FileSection[],
): void {
  const indexOf = (name: string) => {
    const index = all.findIndex((other) => other.name === name);
    assert(index >= 0, `no section ${name} in the file`);
    return index + 1;
  };
  const { sh_name, sh_type, sh_flags = 0, sh_addr = 0, bytes, size = bytes.length, align, link, info = 0 } = section;
  putRecord(file, sectionHeader, at, {
    sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size: size, sh_addralign: align,
    sh_link: link === undefined ? 0 : indexOf(link), sh_info: typeof info === 'string' ? indexOf(info) : info,
    sh_entsize: section.sh_entsize ?? 0,
  });
}

const alignUp = (value: number, align: number) => Math.ceil(value / align) * align;
/** The first offset from `end` on that equals the address modulo the page size. */
const congruent = (end: number, address: number) => end + ((((address - end) % pageBytes) + pageBytes) % pageBytes);
