/**
 * Loads ELF relocatable objects as modules: Linux 2.4's insmod (modutils) and kernel/module.c in one, as later kernels
 * do it. The file may be anything: nothing in it is believed before it is checked.
 */
import {
  Elf32Ehdr, Elf32Rela, Elf32Shdr, Elf32Sym, elf_is, elf_within, ET_REL, SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE,
  SHN_ABS, SHN_LORESERVE, SHN_UNDEF, SHT_NOBITS, SHT_RELA, SHT_SYMTAB, STB_LOCAL, STB_WEAK, STT_FUNC,
} from '../../lib/elf.ts';
import { memcpy, memset } from '../../lib/memory.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { nooks_symbol } from '../../nooks/interposition/bind.ts';
import type { Domain } from '../../nooks/isolation/domain.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { flush_icache_all } from '../arch/smp.ts';
import { printk } from '../debug/printk.ts';
import { ENOEXEC, ENOMEM } from '../errno.ts';
import { kfree, kmalloc, kzalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { set_memory_ro, set_memory_x } from '../mm/pgtable.ts';
import { vfree, vmalloc } from '../mm/vmalloc.ts';
import { exporting_module, kernel_symbol, module_symbol } from './ksymtab.ts';
import { Module, ModuleSymbol, ModuleUse, MODULE_NAME_LEN, try_inc_mod_count, __MOD_DEC_USE_COUNT } from './module.ts';
import { bytes_of, relocate } from './relocate.ts';

const MOST_SECTIONS = 64;
const MOST_ALIGNMENT = 4096;
const MOST_BYTES = 0x1000000;

/** A file while it is loaded. */
class Loading {
  file: usize;
  size: u32;
  header: Elf32Ehdr;
  sections: Ptr<Embed<Elf32Shdr>>;
  /** Where each section goes, from the module's base; the addresses once there is one. */
  places: Arr<usize, 64>;
  symbols: Ptr<Embed<Elf32Sym>>;
  symbol_count: u32;
  strings: usize;
  strings_size: u32;
  module: Module;
}

/**
 * A module made from the bytes of a file, bound and ready to start; or null, with `error` set and a message. In a
 * domain it is bound to wrappers, and to nothing of other modules.
 */
export function load_image(
  name: cstr, file: usize, size: u32, domain: Domain | null, error: Ptr<i32>,
): Module | null {
  const loading = local<Loading>();
  const module = kzalloc<Module>(GFP_KERNEL);
  error[0] = -ENOMEM;
  if (module === null) return null;
  strlcpy(module.name_bytes, name, MODULE_NAME_LEN);
  module.name = cast<cstr>(module.name_bytes);
  module.domain = domain;
  loading.file = file;
  loading.size = size;
  loading.module = module;
  error[0] = load(loading);
  if (error[0] === 0) return module;
  free_module(module);
  return null;
}

/** Gives back all that a module holds. */
export function free_module(module: Module): void {
  free_module_parts(module);
  kfree(addr(module));
}

/** The same without the struct itself, to which open files may refer. */
export function free_module_parts(module: Module): void {
  for (let use = module.uses; use !== null;) {
    const next = use.next;
    __MOD_DEC_USE_COUNT(use.used);
    kfree(addr(use));
    use = next;
  }
  if (module.base !== 0) vfree(module.base);
  if (addr(module.symbols) !== 0) kfree(addr(module.symbols));
  if (module.strings !== 0) kfree(module.strings);
}

function load(loading: Loading): i32 {
  if (!find_sections(loading)) return refuse(loading, 'not a RISC-V relocatable object');
  if (!place_sections(loading)) return refuse(loading, 'its sections make no sense');
  const module = loading.module;
  module.base = vmalloc(module.size);
  if (module.base === 0) return -ENOMEM;
  copy_sections(loading);
  const error = keep_symbols(loading);
  if (error !== 0) return error;
  if (!relocate_all(loading)) return -ENOEXEC;
  set_memory_ro(module.base, module.text_size / PAGE_SIZE);
  set_memory_x(module.base, module.text_size / PAGE_SIZE);
  flush_icache_all();
  const init = module_symbol(module, 'init_module', false);
  const cleanup = module_symbol(module, 'cleanup_module', false);
  if (init === null || !init.text) return refuse(loading, 'no init_module');
  module.init = cast<() => i32>(init.value);
  module.cleanup = cleanup === null || !cleanup.text ? null : cast<() => void>(cleanup.value);
  return 0;
}

function refuse(loading: Loading, why: cstr): i32 {
  printk('<3>%s: %s\n', loading.module.name, why);
  return -ENOEXEC;
}

function find_sections(loading: Loading): bool {
  const header = cast<Elf32Ehdr>(loading.file);
  if (!elf_is(header, loading.size, ET_REL) || header.e_shentsize !== sizeof<Elf32Shdr>()) return false;
  if (header.e_shnum > MOST_SECTIONS || (header.e_shoff & 3) !== 0) return false;
  if (!elf_within(loading.size, header.e_shoff, header.e_shnum, sizeof<Elf32Shdr>())) return false;
  loading.header = header;
  loading.sections = cast<Ptr<Embed<Elf32Shdr>>>(loading.file + header.e_shoff);
  loading.symbol_count = 0;
  for (let index: u32 = 0; index < header.e_shnum; index++) {
    const section = loading.sections[index];
    const in_file = section.sh_type !== SHT_NOBITS;
    if (in_file && !elf_within(loading.size, section.sh_offset, section.sh_size, 1)) return false;
    if (section.sh_type === SHT_SYMTAB && !take_symbols(loading, section)) return false;
  }
  return loading.symbol_count !== 0;
}

function take_symbols(loading: Loading, section: Elf32Shdr): bool {
  if (section.sh_link >= loading.header.e_shnum || (section.sh_offset & 3) !== 0) return false;
  const strings = loading.sections[section.sh_link];
  if (!elf_within(loading.size, strings.sh_offset, strings.sh_size, 1) || strings.sh_size === 0) return false;
  loading.symbols = cast<Ptr<Embed<Elf32Sym>>>(loading.file + section.sh_offset);
  loading.symbol_count = section.sh_size / sizeof<Elf32Sym>();
  loading.strings = loading.file + strings.sh_offset;
  loading.strings_size = strings.sh_size;
  return cast<Ptr<u8>>(loading.strings)[strings.sh_size - 1] === 0;
}

/** Read-only sections first, then, from a page of their own on, those that can be written. */
function place_sections(loading: Loading): bool {
  let end = place_those(loading, 0, false);
  if (end > MOST_BYTES) return false;
  loading.module.text_size = (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  end = place_those(loading, loading.module.text_size, true);
  if (end > MOST_BYTES) return false;
  loading.module.size = (end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  return loading.module.text_size !== 0;
}

/** Gives places to the sections of one kind from `start` on; gives the end, or more than MOST_BYTES. */
function place_those(loading: Loading, start: u32, writable: bool): u32 {
  let end = start;
  for (let index: u32 = 0; index < loading.header.e_shnum; index++) {
    const section = loading.sections[index];
    if ((section.sh_flags & SHF_ALLOC) === 0 || ((section.sh_flags & SHF_WRITE) !== 0) !== writable) continue;
    const align = section.sh_addralign === 0 ? 1 : section.sh_addralign;
    if (align > MOST_ALIGNMENT || (align & (align - 1)) !== 0 || section.sh_size > MOST_BYTES) return MOST_BYTES + 1;
    end = (end + align - 1) & ~(align - 1);
    loading.places[index] = end as usize;
    end += section.sh_size;
    if (end > MOST_BYTES) return end;
  }
  return end;
}

function copy_sections(loading: Loading): void {
  memset(cast(loading.module.base), 0, loading.module.size);
  for (let index: u32 = 0; index < loading.header.e_shnum; index++) {
    const section = loading.sections[index];
    if ((section.sh_flags & SHF_ALLOC) === 0) continue;
    loading.places[index] += loading.module.base;
    if (section.sh_type !== SHT_NOBITS) {
      memcpy(cast(loading.places[index]), cast(loading.file + section.sh_offset), section.sh_size);
    }
  }
}

/** Keeps the symbols that are in the module, for oopses, parameters and other modules. */
function keep_symbols(loading: Loading): i32 {
  const module = loading.module;
  module.strings = kmalloc(loading.strings_size, GFP_KERNEL);
  module.symbols = cast<Ptr<Embed<ModuleSymbol>>>(kmalloc(loading.symbol_count * sizeof<ModuleSymbol>(), GFP_KERNEL));
  if (module.strings === 0 || addr(module.symbols) === 0) return -ENOMEM;
  memcpy(cast(module.strings), cast(loading.strings), loading.strings_size);
  for (let index: u32 = 0; index < loading.symbol_count; index++) {
    const symbol = loading.symbols[index];
    if (!is_placed(loading, symbol) || symbol.st_name === 0 || symbol.st_name >= loading.strings_size) continue;
    const kept = module.symbols[module.symbol_count++];
    kept.name = cast<cstr>(module.strings + symbol.st_name);
    kept.value = loading.places[symbol.st_shndx] + symbol.st_value;
    kept.size = symbol.st_size;
    kept.exported = symbol.st_info >> 4 !== STB_LOCAL;
    kept.text = (symbol.st_info & 0xf) === STT_FUNC;
  }
  return 0;
}

/** Whether the symbol is in a section that is loaded, and within it. */
function is_placed(loading: Loading, symbol: Elf32Sym): bool {
  if (symbol.st_shndx === SHN_UNDEF || symbol.st_shndx >= loading.header.e_shnum) return false;
  const section = loading.sections[symbol.st_shndx];
  return (section.sh_flags & SHF_ALLOC) !== 0 && symbol.st_value <= section.sh_size;
}

function relocate_all(loading: Loading): bool {
  for (let index: u32 = 0; index < loading.header.e_shnum; index++) {
    const section = loading.sections[index];
    if (section.sh_type !== SHT_RELA) continue;
    if (section.sh_info >= loading.header.e_shnum || (section.sh_offset & 3) !== 0) {
      refuse(loading, 'relocations of no section');
      return false;
    }
    const loaded = (loading.sections[section.sh_info].sh_flags & SHF_ALLOC) !== 0;
    if (loaded && !relocate_section(loading, section)) return false;
  }
  return true;
}

function relocate_section(loading: Loading, section: Elf32Shdr): bool {
  const target = loading.sections[section.sh_info];
  const rows = cast<Ptr<Embed<Elf32Rela>>>(loading.file + section.sh_offset);
  const count = section.sh_size / sizeof<Elf32Rela>();
  const value = local<Arr<usize, 1>>();
  for (let index: u32 = 0; index < count; index++) {
    const row = rows[index];
    const type = row.r_info & 0xff;
    if (!elf_within(target.sh_size, row.r_offset, 1, bytes_of(type))) {
      refuse(loading, 'a relocation outside of its section');
      return false;
    }
    if (!symbol_value(loading, row.r_info >> 8, value)) return false;
    if (!relocate(loading.places[section.sh_info] + row.r_offset, type, value[0] + row.r_addend)) {
      printk('<3>%s: relocation %u cannot be applied\n', loading.module.name, type);
      return false;
    }
  }
  return true;
}

/** The value of a symbol of the file: its place, or what the kernel or another module exports under its name. */
function symbol_value(loading: Loading, number: u32, value: Ptr<usize>): bool {
  if (number === 0 || number >= loading.symbol_count) {
    value[0] = 0;
    return number === 0;
  }
  const symbol = loading.symbols[number];
  if (is_placed(loading, symbol)) value[0] = loading.places[symbol.st_shndx] + symbol.st_value;
  else if (symbol.st_shndx === SHN_ABS) value[0] = symbol.st_value;
  else if (symbol.st_shndx === SHN_UNDEF && symbol.st_name < loading.strings_size) return bind(loading, symbol, value);
  else {
    refuse(loading, symbol.st_shndx >= SHN_LORESERVE ? 'a common symbol: compile with -fno-common' : 'a bad symbol');
    return false;
  }
  return true;
}

/** Binds an undefined symbol. What only a weak one asks for may be missing: it is 0 then. */
function bind(loading: Loading, symbol: Elf32Sym, value: Ptr<usize>): bool {
  const name = cast<cstr>(loading.strings + symbol.st_name);
  const isolated = loading.module.domain !== null;
  value[0] = strcmp(name, '__this_module') === 0 ? addr(loading.module)
    : isolated ? nooks_symbol(name) : kernel_symbol(name);
  if (value[0] !== 0) return true;
  const module = isolated ? null : exporting_module(name);
  if (module !== null && use_module(loading.module, module)) {
    const exported = module_symbol(module, name, true);
    if (exported !== null) value[0] = exported.value;
    return true;
  }
  if (symbol.st_info >> 4 === STB_WEAK) return true;
  printk('<3>%s: %s symbol %s\n', loading.module.name, isolated ? 'no wrapper for' : 'unresolved', name);
  return false;
}

/** Notes that one module uses another. */
function use_module(user: Module, used: Module): bool {
  for (let use = user.uses; use !== null; use = use.next) if (use.used === used) return true;
  const use = kzalloc<ModuleUse>(GFP_KERNEL);
  if (use === null) return false;
  if (!try_inc_mod_count(used)) {
    kfree(addr(use));
    return false;
  }
  use.used = used;
  use.next = user.uses;
  user.uses = use;
  return true;
}
