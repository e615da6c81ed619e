/** ELF files for RV32: System V gABI, chapters 4 and 5, 32-bit structures; RISC-V psABI, chapter 8. */

export class Elf32Ehdr {
  e_ident: Arr<u8, 16>;
  e_type: u16;
  e_machine: u16;
  e_version: u32;
  e_entry: usize;
  e_phoff: u32;
  e_shoff: u32;
  e_flags: u32;
  e_ehsize: u16;
  e_phentsize: u16;
  e_phnum: u16;
  e_shentsize: u16;
  e_shnum: u16;
  e_shstrndx: u16;
}

export class Elf32Phdr {
  p_type: u32;
  p_offset: u32;
  p_vaddr: usize;
  p_paddr: usize;
  p_filesz: u32;
  p_memsz: u32;
  p_flags: u32;
  p_align: u32;
}

export class Elf32Shdr {
  sh_name: u32;
  sh_type: u32;
  sh_flags: u32;
  sh_addr: usize;
  sh_offset: u32;
  sh_size: u32;
  sh_link: u32;
  sh_info: u32;
  sh_addralign: u32;
  sh_entsize: u32;
}

export class Elf32Sym {
  st_name: u32;
  st_value: usize;
  st_size: u32;
  st_info: u8;
  st_other: u8;
  st_shndx: u16;
}

export class Elf32Rela {
  r_offset: u32;
  r_info: u32;
  r_addend: i32;
}

export const ET_REL = 1;
export const ET_EXEC = 2;
export const EM_RISCV = 243;
export const PT_LOAD = 1;
export const PT_INTERP = 3;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_RELA = 4;
export const SHT_NOBITS = 8;
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
export const SHN_UNDEF = 0;
export const SHN_LORESERVE = 0xff00;
export const SHN_ABS = 0xfff1;
export const STB_LOCAL = 0;
export const STB_WEAK = 2;
export const STT_FUNC = 2;

/** Relocations: psABI, section 8.4. */
export const R_RISCV_NONE = 0;
export const R_RISCV_32 = 1;
export const R_RISCV_BRANCH = 16;
export const R_RISCV_JAL = 17;
export const R_RISCV_CALL = 18;
export const R_RISCV_CALL_PLT = 19;
export const R_RISCV_HI20 = 26;
export const R_RISCV_LO12_I = 27;
export const R_RISCV_LO12_S = 28;

/** Whether the bytes begin as a little-endian 32-bit RISC-V file of this type does, and hold its header. */
export function elf_is(header: Elf32Ehdr, bytes: u32, type: u32): bool {
  return bytes >= sizeof<Elf32Ehdr>() && header.e_ident[0] === 0x7f && header.e_ident[1] === char('E')
    && header.e_ident[2] === char('L') && header.e_ident[3] === char('F') && header.e_ident[4] === 1
    && header.e_ident[5] === 1 && header.e_type === type && header.e_machine === EM_RISCV;
}

/** Whether `count` things of `each` bytes lie at `offset` within a file of `size` bytes. */
export function elf_within(size: u32, offset: u32, count: u32, each: u32): bool {
  return offset <= size && (each === 0 || count <= (size - offset) / each);
}
