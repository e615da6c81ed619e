/**
 * ELF for RV32 as a document: the System V gABI (chapters 4 and 5, 32-bit structures) and the RISC-V psABI (chapter 8).
 * Loader and linker share these tables, so what one writes the other can read. Names are the documents'.
 */
export interface FieldPlace { readonly at: number; readonly bytes: 1 | 2 | 4 }
export type RecordLayout = Readonly<Record<string, FieldPlace>>;

const byte = (at: number) => ({ at, bytes: 1 }) as const;
const half = (at: number) => ({ at, bytes: 2 }) as const;
const word = (at: number) => ({ at, bytes: 4 }) as const;

/** e_ident[EI_MAG0..3]: 0x7f 'E' 'L' 'F'. */
export const elfMagic = [0x7f, 0x45, 0x4c, 0x46] as const;

/** Elf32_Ehdr, 52 bytes; EI_CLASS and EI_DATA are bytes of e_ident. */
export const elfHeader = {
  EI_CLASS: byte(4), EI_DATA: byte(5), EI_VERSION: byte(6),
  e_type: half(16), e_machine: half(18), e_version: word(20), e_entry: word(24), e_phoff: word(28), e_shoff: word(32),
  e_flags: word(36), e_ehsize: half(40), e_phentsize: half(42), e_phnum: half(44),
  e_shentsize: half(46), e_shnum: half(48), e_shstrndx: half(50),
} as const;
export const elfHeaderBytes = 52;

/** Elf32_Phdr, 32 bytes. */
export const programHeader = {
  p_type: word(0), p_offset: word(4), p_vaddr: word(8), p_paddr: word(12),
  p_filesz: word(16), p_memsz: word(20), p_flags: word(24), p_align: word(28),
} as const;
export const programHeaderBytes = 32;

/** Elf32_Shdr, 40 bytes. */
export const sectionHeader = {
  sh_name: word(0), sh_type: word(4), sh_flags: word(8), sh_addr: word(12), sh_offset: word(16),
  sh_size: word(20), sh_link: word(24), sh_info: word(28), sh_addralign: word(32), sh_entsize: word(36),
} as const;
export const sectionHeaderBytes = 40;

/** Elf32_Sym, 16 bytes. `st_info` is binding << 4 | type. */
export const symbolEntry = {
  st_name: word(0), st_value: word(4), st_size: word(8), st_info: byte(12), st_other: byte(13), st_shndx: half(14),
} as const;
export const symbolEntryBytes = 16;

/** EI_CLASS. */
export const ELFCLASS = { ELFCLASS32: 1, ELFCLASS64: 2 } as const;
/** EI_DATA: byte order. */
export const ELFDATA = { ELFDATA2LSB: 1, ELFDATA2MSB: 2 } as const;
/** e_type. */
export const ET = { ET_REL: 1, ET_EXEC: 2, ET_DYN: 3 } as const;
/** e_machine: psABI 8.1. */
export const EM_RISCV = 243;
/** p_type. */
export const PT = { PT_LOAD: 1 } as const;
/** p_flags. */
export const PF = { PF_X: 1, PF_W: 2, PF_R: 4 } as const;
/** sh_type. */
export const SHT = { SHT_PROGBITS: 1, SHT_SYMTAB: 2, SHT_STRTAB: 3, SHT_RELA: 4, SHT_NOBITS: 8 } as const;
/** sh_flags. */
export const SHF = { SHF_WRITE: 1, SHF_ALLOC: 2, SHF_EXECINSTR: 4 } as const;
/** st_shndx values that are no section's index. */
export const SHN = { SHN_UNDEF: 0, SHN_LORESERVE: 0xff00, SHN_ABS: 0xfff1 } as const;
/** Symbol types, the low half of st_info. */
export const STT = { STT_NOTYPE: 0, STT_OBJECT: 1, STT_FUNC: 2, STT_SECTION: 3, STT_FILE: 4 } as const;
/** Symbol bindings, the high half of st_info. */
export const STB = { STB_LOCAL: 0, STB_GLOBAL: 1, STB_WEAK: 2 } as const;
