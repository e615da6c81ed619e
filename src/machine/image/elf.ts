/**
 * Reads ELF files for RV32: what to load, where to start, what is called what. The document's layouts and constants are
 * in src/platform/elf.ts.
 */
import {
  EM_RISCV, ELFCLASS, ELFDATA, ET, PT, SHF, SHN, SHT, elfHeader, elfHeaderBytes, elfMagic,
  programHeader, programHeaderBytes, sectionHeader, sectionHeaderBytes, symbolEntry, symbolEntryBytes,
} from '../../platform/elf.ts';
import type { RecordLayout } from '../../platform/elf.ts';
import { ImageError } from './image-error.ts';

/** A PT_LOAD program header that occupies memory: `bytes` from the file, then zeros up to `size`. */
export interface Segment {
  readonly p_vaddr: number;
  readonly p_paddr: number;
  readonly p_flags: number;
  /** p_memsz. */
  readonly size: number;
  /** p_filesz bytes: a window on the file, not a copy. */
  readonly bytes: Uint8Array;
  /** Bytes at the start that no section has: GNU ld lets the first segment begin with the file's own headers. */
  readonly unclaimed: number;
}

export interface Section {
  readonly name: string;
  readonly sh_type: number;
  readonly sh_flags: number;
  readonly sh_addr: number;
  /** sh_size; `bytes` is that long, or empty for SHT_NOBITS. */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly sh_link: number;
  readonly sh_info: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly st_value: number;
  readonly st_size: number;
  /** An STT value. */
  readonly type: number;
  /** An STB value. */
  readonly binding: number;
  /** Index into `sections`, or an SHN value. */
  readonly st_shndx: number;
}

export interface Elf {
  /** How messages call the file. */
  readonly name: string;
  readonly e_type: number;
  /** A virtual address. */
  readonly e_entry: number;
  /** Only the segments that occupy memory, in file order. */
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  /** The symbol table without its empty first entry; empty when the file is stripped. */
  readonly symbols: readonly ElfSymbol[];
}

/** Whether a file begins as an ELF file does. */
export function isElf(file: Uint8Array): boolean {
  return elfMagic.every((byte, index) => file[index] === byte);
}

/**
 * Reads a 32-bit little-endian RISC-V ELF file.
 * @param name how error messages call the file
 * @throws ImageError when it is not one, or ends before what its headers promise
 */
export function parseElf(file: Uint8Array, name: string): Elf {
  checkIdentity(file, name);
  const reader = new Reader(file, name);
  const header = reader.record(elfHeader, 0, elfHeaderBytes, 'its header');
  if (header.e_machine !== EM_RISCV) {
    throw new ImageError(`${name} is for machine ${header.e_machine}, not for RISC-V (${EM_RISCV})`);
  }
  const sections = readSections(reader, header);
  return {
    name, e_type: header.e_type, e_entry: header.e_entry,
    segments: readSegments(reader, header, sections),
    sections,
    symbols: readSymbols(reader, sections),
  };
}

/** The e_ident bytes are read before anything else, since they decide how the rest is laid out. */
function checkIdentity(file: Uint8Array, name: string): void {
  if (!isElf(file)) throw new ImageError(`${name} is not an ELF file`);
  if (file.length < elfHeaderBytes) {
    throw new ImageError(`${name} is truncated: ${file.length} bytes do not hold an ELF header`);
  }
  const elfClass = file[elfHeader.EI_CLASS.at]!;
  if (elfClass === ELFCLASS.ELFCLASS64) {
    throw new ImageError(`${name} is a 64-bit ELF file, and this machine is 32-bit (RV32)`);
  }
  if (elfClass !== ELFCLASS.ELFCLASS32) throw new ImageError(`${name} has an unknown ELF class (${elfClass})`);
  const data = file[elfHeader.EI_DATA.at]!;
  if (data === ELFDATA.ELFDATA2MSB) {
    throw new ImageError(`${name} is a big-endian ELF file, and this machine is little-endian`);
  }
  if (data !== ELFDATA.ELFDATA2LSB) throw new ImageError(`${name} has an unknown ELF byte order (${data})`);
}

type HeaderValues = { [K in keyof typeof elfHeader]: number };

function readSegments(reader: Reader, header: HeaderValues, sections: readonly Section[]): Segment[] {
  const segments: Segment[] = [];
  for (let index = 0; index < header.e_phnum; index++) {
    const at = header.e_phoff + index * header.e_phentsize;
    const entry = reader.record(programHeader, at, programHeaderBytes, 'its program headers');
    if (entry.p_type !== PT.PT_LOAD || entry.p_memsz === 0) continue;
    if (entry.p_filesz > entry.p_memsz) {
      throw new ImageError(`${reader.name} has a segment with more bytes in the file than in memory`);
    }
    segments.push({
      p_vaddr: entry.p_vaddr, p_paddr: entry.p_paddr, p_flags: entry.p_flags, size: entry.p_memsz,
      bytes: reader.bytes(entry.p_offset, entry.p_filesz, 'a segment'),
      unclaimed: firstSection(sections, entry.p_vaddr, entry.p_filesz) - entry.p_vaddr,
    });
  }
  return segments;
}

/** The address of the first allocated section among `size` bytes at `start`; `start` when there is none. */
function firstSection(sections: readonly Section[], start: number, size: number): number {
  const inside = sections.filter(({ sh_flags, sh_addr }) =>
    (sh_flags & SHF.SHF_ALLOC) !== 0 && sh_addr >= start && sh_addr < start + size);
  return inside.length === 0 ? start : Math.min(...inside.map(({ sh_addr }) => sh_addr));
}

function readSections(reader: Reader, header: HeaderValues): Section[] {
  const headers = Array.from({ length: header.e_shoff === 0 ? 0 : header.e_shnum }, (_, index) =>
    reader.record(sectionHeader, header.e_shoff + index * header.e_shentsize, sectionHeaderBytes,
      'its section headers'));
  const names = headers[header.e_shstrndx];
  const strings = names ? reader.bytes(names.sh_offset, names.sh_size, 'its section names') : new Uint8Array();
  return headers.map((entry) => {
    const name = text(strings, entry.sh_name);
    const bytesInFile = entry.sh_type === SHT.SHT_NOBITS ? 0 : entry.sh_size;
    return {
      name, sh_type: entry.sh_type, sh_flags: entry.sh_flags, sh_addr: entry.sh_addr, size: entry.sh_size,
      bytes: reader.bytes(entry.sh_offset, bytesInFile, `section ${name}`),
      sh_link: entry.sh_link, sh_info: entry.sh_info,
    };
  });
}

function readSymbols(reader: Reader, sections: readonly Section[]): ElfSymbol[] {
  const table = sections.find((section) => section.sh_type === SHT.SHT_SYMTAB);
  if (!table) return [];
  const strings = sections[table.sh_link]?.bytes ?? new Uint8Array();
  const rows = new Reader(table.bytes, reader.name);
  const symbols: ElfSymbol[] = [];
  for (let at = symbolEntryBytes; at + symbolEntryBytes <= table.bytes.length; at += symbolEntryBytes) {
    const { st_name, st_value, st_size, st_info, st_shndx } =
      rows.record(symbolEntry, at, symbolEntryBytes, 'its symbols');
    symbols.push({
      name: text(strings, st_name), st_value, st_size, st_shndx, type: st_info & 15, binding: st_info >>> 4,
    });
  }
  return symbols;
}

/** Whether a symbol names a place in this file, and not one that another file must provide. */
export function isDefined(symbol: ElfSymbol): boolean {
  return symbol.st_shndx !== SHN.SHN_UNDEF;
}

/** The physical address of the entry point: e_entry is virtual, and belongs to the segment that holds it. */
export function physicalEntry(elf: Elf): number {
  const holder = elf.segments.find(({ p_vaddr, size }) => elf.e_entry >= p_vaddr && elf.e_entry < p_vaddr + size);
  return holder ? elf.e_entry - holder.p_vaddr + holder.p_paddr : elf.e_entry;
}

/**
 * Checks that a file can be loaded: an executable, or position-independent (as OpenSBI is), with something to load.
 * @throws ImageError when it cannot
 */
export function assertLoadable(elf: Elf): void {
  if (elf.e_type === ET.ET_REL) {
    throw new ImageError(`${elf.name} is a relocatable object: link it into an executable first`);
  }
  if (elf.segments.length === 0) throw new ImageError(`${elf.name} has nothing to load: no loadable segment`);
}

const decoder = new TextDecoder();

/** The NUL-terminated string that starts at `at`. */
function text(strings: Uint8Array, at: number): string {
  const end = strings.indexOf(0, at);
  return decoder.decode(strings.subarray(at, end < 0 ? strings.length : end));
}

/** Reads records and byte ranges, each checked to lie in the file. */
class Reader {
  readonly name: string;
  readonly #file: Uint8Array;
  readonly #view: DataView;

  constructor(file: Uint8Array, name: string) {
    this.name = name;
    this.#file = file;
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  }

  /** `size` bytes at `at`; `what` completes "the file ends within". */
  bytes(at: number, size: number, what: string): Uint8Array {
    if (size > 0 && at + size > this.#file.length) {
      throw new ImageError(`${this.name} is truncated: the file ends within ${what}`);
    }
    return this.#file.subarray(at, at + size);
  }

  record<L extends RecordLayout>(layout: L, at: number, size: number, what: string): { [K in keyof L]: number } {
    this.bytes(at, size, what);
    const value = ({ at: offset, bytes }: L[string]) =>
      bytes === 4 ? this.#view.getUint32(at + offset, true)
      : bytes === 2 ? this.#view.getUint16(at + offset, true)
      : this.#view.getUint8(at + offset);
    return Object.fromEntries(Object.entries(layout).map(([name, place]) => [name, value(place as L[string])])) as
      { [K in keyof L]: number };
  }
}
