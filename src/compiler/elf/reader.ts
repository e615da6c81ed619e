/** Reads the structures of an ELF32 file for RISC-V, as src/platform/elf.ts describes them. */
import {
  EM_RISCV, ELFCLASS, ELFDATA, SHT, elfHeader, elfHeaderBytes, elfMagic, relocationEntry, relocationEntryBytes,
  sectionHeader, sectionHeaderBytes, symbolEntry, symbolEntryBytes,
} from '../../platform/elf.ts';
import type { RecordLayout } from '../../platform/elf.ts';
import { LinkError } from '../link/link-error.ts';

type Values<L extends RecordLayout> = { readonly [K in keyof L]: number };

/** A section header with its name and its contents, which are empty for SHT_NOBITS. */
export interface FileSectionView extends Values<typeof sectionHeader> {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface FileSymbol extends Values<typeof symbolEntry> { readonly name: string }
export interface FileRelocation extends Values<typeof relocationEntry> {
  readonly type: number;
  /** Index into the symbols. */
  readonly symbol: number;
}

export interface ElfFile {
  /** How messages call it. */
  readonly name: string;
  readonly header: Values<typeof elfHeader>;
  /** With the null section, so that indexes are the file's. */
  readonly sections: readonly FileSectionView[];
  /** With the null symbol. */
  readonly symbols: readonly FileSymbol[];
}

/** @throws LinkError when it is no such file, or is cut short */
export function readElf(file: Uint8Array, name: string): ElfFile {
  // A Buffer of Node is a Uint8Array whose slice() does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view, name);
  const range = (at: number, size: number) => {
    if (at + size > bytes.length) throw new LinkError([`${name} is truncated: it ends before byte ${at + size}`]);
    return bytes.subarray(at, at + size);
  };
  const table = range(header.e_shoff, header.e_shnum * sectionHeaderBytes);
  const headers = records(table, sectionHeader, sectionHeaderBytes);
  const contents = headers.map(({ sh_type, sh_offset, sh_size }) =>
    sh_type === SHT.SHT_NOBITS ? new Uint8Array() : range(sh_offset, sh_size));
  const names = contents[header.e_shstrndx] ?? new Uint8Array();
  const sections = headers.map((values, index) =>
    ({ ...values, name: text(names, values.sh_name), bytes: contents[index]! }));
  return { name, header, sections, symbols: readSymbols(sections) };
}

function readSymbols(sections: readonly FileSectionView[]): FileSymbol[] {
  const table = sections.find(({ sh_type }) => sh_type === SHT.SHT_SYMTAB);
  if (!table) return [];
  const strings = sections[table.sh_link]?.bytes ?? new Uint8Array();
  return records(table.bytes, symbolEntry, symbolEntryBytes)
    .map((row) => ({ ...row, name: text(strings, row.st_name) }));
}

/** The relocations (SHT_RELA) of the section with this index. */
export function relocationsOf({ sections }: ElfFile, index: number): FileRelocation[] {
  return sections
    .filter(({ sh_type, sh_info }) => sh_type === SHT.SHT_RELA && sh_info === index)
    .flatMap(({ bytes }) => records(bytes, relocationEntry, relocationEntryBytes))
    .map((row) => ({ ...row, r_addend: row.r_addend | 0, type: row.r_info & 255, symbol: row.r_info >>> 8 }));
}

function readHeader(view: DataView, name: string): Values<typeof elfHeader> {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  if (bytes.length < elfHeaderBytes || elfMagic.some((byte, index) => bytes[index] !== byte)) {
    throw new LinkError([`${name} is not an ELF file`]);
  }
  const header = record(view, elfHeader, 0);
  const { EI_CLASS, EI_DATA, e_machine } = header;
  if (EI_CLASS !== ELFCLASS.ELFCLASS32 || EI_DATA !== ELFDATA.ELFDATA2LSB || e_machine !== EM_RISCV) {
    throw new LinkError([`${name} is not a 32-bit RISC-V ELF file: compile it for rv32`]);
  }
  return header;
}

function records<L extends RecordLayout>(bytes: Uint8Array, layout: L, size: number): Values<L>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => record(view, layout, index * size));
}

function record<L extends RecordLayout>(view: DataView, layout: L, at: number): Values<L> {
  const values = Object.entries(layout).map(([name, { at: offset, bytes }]) => [
    name,
    bytes === 4 ? view.getUint32(at + offset, true)
    : bytes === 2 ? view.getUint16(at + offset, true)
    : view.getUint8(at + offset),
  ]);
  return Object.fromEntries(values) as Values<L>;
}

const decoder = new TextDecoder();

/** The NUL-terminated string at `at`. */
function text(strings: Uint8Array, at: number): string {
  const end = strings.indexOf(0, at);
  return decoder.decode(strings.subarray(at, end < 0 ? strings.length : end));
}
