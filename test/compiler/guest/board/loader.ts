/** Loads a module: a relocatable object, at an address that nobody knew when it was compiled. */
import { printk } from './console.ts';
import { ElfHeader, Relocation, SHF_ALLOC, SHN_LORESERVE, SHN_UNDEF, SHT_PROGBITS, SHT_RELA, SHT_SYMTAB, SectionHeader,
  SymbolEntry } from './elf.ts';
import { clear, copy, equal } from './memory.ts';

/** An entry of the table of exported names that the linker makes. */
class KernelSymbol { value: usize; name: cstr; }
declare let __ksymtab_start: Embed<KernelSymbol>;
declare let __ksymtab_end: Embed<KernelSymbol>;

class Module {
  sections: Ptr<Embed<SectionHeader>>;
  sectionCount: u32;
  symbols: Ptr<Embed<SymbolEntry>>;
  symbolCount: u32;
  strings: usize;
  init: usize;
}

/** The address of `init_module`, or 0 when the module cannot be loaded. */
export function loadModule(file: usize, memory: usize): usize {
  const header = cast<ElfHeader>(file);
  const module = local<Module>();
  module.sections = cast(file + header.shoff);
  module.sectionCount = header.shnum;
  module.init = 0;
  place(module, file, memory);
  if (!resolve(module)) return 0;
  for (let i: u32 = 0; i < module.sectionCount; i++) {
    const section = module.sections[i];
    if (section.type === SHT_RELA && !relocate(module, section)) return 0;
  }
  fence_i();
  return module.init;
}

/** Gives sections their addresses; afterwards `addr` of those that are not in memory is where they are in the file. */
function place(module: Module, file: usize, memory: usize): void {
  let next = memory;
  for (let i: u32 = 0; i < module.sectionCount; i++) {
    const section = module.sections[i];
    const contents = file + section.offset;
    section.addr = contents;
    if ((section.flags & SHF_ALLOC) !== 0) {
      next = (next + section.addralign - 1) / section.addralign * section.addralign;
      section.addr = next;
      if (section.type === SHT_PROGBITS) copy(next, contents, section.size);
      else clear(next, section.size);
      next += section.size;
    }
    if (section.type !== SHT_SYMTAB) continue;
    module.symbols = cast(contents);
    module.symbolCount = section.size / sizeof<SymbolEntry>();
    module.strings = file + module.sections[section.link].offset;
  }
}

/** Turns the values of symbols into addresses. */
function resolve(module: Module): bool {
  for (let i: u32 = 1; i < module.symbolCount; i++) {
    const symbol = module.symbols[i];
    const name = cast<cstr>(module.strings + symbol.name);
    if (symbol.shndx === SHN_UNDEF) {
      symbol.value = find(name);
      if (symbol.value === 0) {
        printk('the kernel exports no %s\n', name);
        return false;
      }
    } else if (symbol.shndx < SHN_LORESERVE) {
      symbol.value += module.sections[symbol.shndx].addr;
      if (equal(name, 'init_module')) module.init = symbol.value;
    }
  }
  return true;
}

/** The names are sorted. */
function find(name: cstr): usize {
  const table: Ptr<Embed<KernelSymbol>> = ptr(__ksymtab_start);
  let low: u32 = 0;
  let high: u32 = (addr(__ksymtab_end) - addr(__ksymtab_start)) / sizeof<KernelSymbol>();
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(table[middle].name, name);
    if (order === 0) return table[middle].value;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return 0;
}

function compare(a: cstr, b: cstr): i32 {
  let i = 0;
  while (a[i] !== 0 && a[i] === b[i]) i++;
  return (a[i] as i32) - (b[i] as i32);
}

function relocate(module: Module, section: SectionHeader): bool {
  const base = module.sections[section.info].addr;
  if ((module.sections[section.info].flags & SHF_ALLOC) === 0) return true;
  const rows = cast<Ptr<Embed<Relocation>>>(section.addr);
  const count = section.size / sizeof<Relocation>();
  for (let i: u32 = 0; i < count; i++) {
    const value = module.symbols[rows[i].info >>> 8].value + rows[i].addend;
    if (!apply(base + rows[i].offset, rows[i].info & 255, value)) {
      printk('relocation type %u\n', rows[i].info & 255);
      return false;
    }
  }
  return true;
}

/** psABI 8.4. */
function apply(place: usize, type: u32, value: usize): bool {
  const distance = value - place;
  const word = readl(place);
  switch (type) {
    case 1: writel(place, value as u32); return true;
    case 26: writel(place, word & 0xfff | value + 0x800 & 0xfffff000); return true;
    case 27: writel(place, word & 0xfffff | value << 20); return true;
    case 28: writel(place, word & 0x01fff07f | (value >>> 5 & 127) << 25 | (value & 31) << 7); return true;
    case 19:
      writel(place, word & 0xfff | distance + 0x800 & 0xfffff000);
      writel(place + 4, readl(place + 4) & 0xfffff | distance << 20);
      return true;
    default: return false;
  }
}
