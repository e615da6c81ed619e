/** The structures of an ELF32 file: System V gABI, chapters 4 and 5. */
export const ELF_MAGIC = 0x464c457f;
export const ET_REL = 1;
export const ET_EXEC = 2;
export const PT_LOAD = 1;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_RELA = 4;
export const SHF_ALLOC = 2;
export const SHN_UNDEF = 0;
export const SHN_LORESERVE = 0xff00;

export class ElfHeader {
  magic: u32; ident: Arr<u8, 12>; type: u16; machine: u16; version: u32; entry: usize; phoff: u32; shoff: u32;
  flags: u32; ehsize: u16; phentsize: u16; phnum: u16; shentsize: u16; shnum: u16; shstrndx: u16;
}

export class ProgramHeader {
  type: u32; offset: u32; vaddr: usize; paddr: usize; filesz: u32; memsz: u32; flags: u32; align: u32;
}

export class SectionHeader {
  name: u32; type: u32; flags: u32; addr: usize; offset: u32; size: u32; link: u32; info: u32; addralign: u32;
  entsize: u32;
}

export class SymbolEntry { name: u32; value: usize; size: u32; info: u8; other: u8; shndx: u16; }

export class Relocation { offset: u32; info: u32; addend: i32; }
