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

/** Elf32_Rela, 12 bytes. `r_info` is symbol << 8 | type. */
export const relocationEntry = { r_offset: word(0), r_info: word(4), r_addend: word(8) } as const;
export const relocationEntryBytes = 12;

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
export const SHT = {
  SHT_PROGBITS: 1, SHT_SYMTAB: 2, SHT_STRTAB: 3, SHT_RELA: 4, SHT_NOTE: 7, SHT_NOBITS: 8,
} as const;
/** sh_flags. */
export const SHF = { SHF_WRITE: 1, SHF_ALLOC: 2, SHF_EXECINSTR: 4, SHF_INFO_LINK: 0x40 } as const;
/** st_shndx values that are no section's index. */
export const SHN = { SHN_UNDEF: 0, SHN_LORESERVE: 0xff00, SHN_ABS: 0xfff1, SHN_COMMON: 0xfff2 } as const;
/** Symbol types, the low half of st_info. */
export const STT = { STT_NOTYPE: 0, STT_OBJECT: 1, STT_FUNC: 2, STT_SECTION: 3, STT_FILE: 4 } as const;
/** Symbol bindings, the high half of st_info. */
export const STB = { STB_LOCAL: 0, STB_GLOBAL: 1, STB_WEAK: 2 } as const;
/** e_flags: psABI 8.1. All clear is RV32 with 4-byte instructions and the soft-float ilp32 calling convention. */
export const EF_RISCV = { EF_RISCV_RVC: 1, EF_RISCV_FLOAT_ABI: 6, EF_RISCV_RVE: 8 } as const;
/** Relocation types, the low byte of r_info: psABI 8.4, table 4. */
export const R_RISCV = {
  R_RISCV_NONE: 0, R_RISCV_32: 1, R_RISCV_BRANCH: 16, R_RISCV_JAL: 17, R_RISCV_CALL: 18, R_RISCV_CALL_PLT: 19,
  R_RISCV_GOT_HI20: 20, R_RISCV_PCREL_HI20: 23, R_RISCV_PCREL_LO12_I: 24, R_RISCV_PCREL_LO12_S: 25,
  R_RISCV_HI20: 26, R_RISCV_LO12_I: 27, R_RISCV_LO12_S: 28,
  R_RISCV_ADD8: 33, R_RISCV_ADD16: 34, R_RISCV_ADD32: 35, R_RISCV_ADD64: 36,
  R_RISCV_SUB8: 37, R_RISCV_SUB16: 38, R_RISCV_SUB32: 39, R_RISCV_SUB64: 40,
  R_RISCV_ALIGN: 43, R_RISCV_RVC_BRANCH: 44, R_RISCV_RVC_JUMP: 45, R_RISCV_RELAX: 51,
  R_RISCV_SUB6: 52, R_RISCV_SET6: 53, R_RISCV_SET8: 54, R_RISCV_SET16: 55, R_RISCV_SET32: 56, R_RISCV_32_PCREL: 57,
} as const;
