/**
 * Reads a relocatable object that a C compiler or an assembler made, as a module like our own.
 *
 * Its relocations become the few that we emit ourselves, so that the linker and the loader in the kernel know only
 * those. `auipc` with R_RISCV_PCREL_HI20 becomes `lui` with R_RISCV_HI20: in a 32-bit address space `lui` reaches every
 * address that `auipc` does. Differences of two places in one section are numbers already.
 * What cannot be said that way is refused with the compiler's option that avoids it.
 */
import { byMnemonic } from '../../isa/instruction.ts';
import { EF_RISCV, ET, R_RISCV, SHF, SHN, SHT, STB, STT } from '../../platform/elf.ts';
import { LinkError } from '../link/link-error.ts';
import type { ObjectModule, ObjectSymbol, Relocation, RelocationType, Section } from '../object.ts';
import { readElf, relocationsOf } from './reader.ts';
import type { ElfFile, FileRelocation, FileSectionView, FileSymbol } from './reader.ts';

/**
 * The object as a module, without debug information. Local names that occur twice get a number.
 * @param name how messages call it
 * @throws LinkError when it is no object for this machine, or needs what we cannot link
 */
export function readObject(bytes: Uint8Array, name: string): ObjectModule {
  const file = readElf(bytes, name);
  checkHeader(file);
  const names = new Names(file);
  const kept = file.sections.flatMap((section, index) => (isKept(section) ? [{ section, index }] : []));
  const sections = kept.map(({ section, index }) => readSection(file, section, index, names));
  const common = commonSection(file, names);
  return {
    name, sections: common ? [...sections, common.section] : sections,
    symbols: [...readSymbols(file, names), ...(common?.symbols ?? [])],
    lines: [], functions: [], structs: [], globals: [],
  };
}

function checkHeader({ name, header }: ElfFile): void {
  if (header.e_type !== ET.ET_REL) throw new LinkError([`${name} is not a relocatable object: compile it with -c`]);
  if ((header.e_flags & EF_RISCV.EF_RISCV_RVC) !== 0) {
    const instead = 'compile it with -march=rv32ima';
    throw new LinkError([`${name} has compressed instructions, which this machine lacks: ${instead}`]);
  }
  if ((header.e_flags & (EF_RISCV.EF_RISCV_FLOAT_ABI | EF_RISCV.EF_RISCV_RVE)) !== 0) {
    throw new LinkError([`${name} has another calling convention: compile it with -mabi=ilp32`]);
  }
}

/** Sections that occupy memory; the unwind tables of C++ are of no use to a kernel. */
function isKept({ name, sh_flags, sh_size, sh_type }: FileSectionView): boolean {
  return (sh_flags & SHF.SHF_ALLOC) !== 0 && sh_size > 0 && sh_type !== SHT.SHT_NOTE && name !== '.eh_frame';
}

/** What the symbols and sections of a file are called in the module: unique names. */
class Names {
  readonly #symbols: readonly string[];
  readonly #sections: readonly string[];

  constructor({ symbols, sections }: ElfFile) {
    const shared = symbols.filter((symbol) => bindingOf(symbol) !== STB.STB_LOCAL);
    const taken = new Set(shared.map(({ name }) => name));
    const unique = (name: string): string => {
      let free = name;
      for (let number = 2; taken.has(free); number++) free = `${name}.${number}`;
      taken.add(free);
      return free;
    };
    this.#sections = sections.map(({ name }) => unique(name));
    this.#symbols = symbols.map((symbol) =>
      typeOf(symbol) === STT.STT_SECTION ? this.#sections[symbol.st_shndx]!
      : bindingOf(symbol) === STB.STB_LOCAL ? unique(symbol.name)
      : symbol.name);
  }

  symbol(index: number): string {
    return this.#symbols[index]!;
  }

  section(index: number): string {
    return this.#sections[index]!;
  }
}

const undefinedSymbol = { section: undefined, offset: 0, size: 0, kind: 'none', binding: 'global' } as const;

function readSymbols(file: ElfFile, names: Names): ObjectSymbol[] {
  return file.symbols.flatMap((symbol, index): ObjectSymbol[] => {
    const type = typeOf(symbol);
    const { st_shndx, st_value: offset, st_size: size } = symbol;
    if (index === 0 || type === STT.STT_SECTION || type === STT.STT_FILE || st_shndx === SHN.SHN_COMMON) return [];
    const name = names.symbol(index);
    if (st_shndx === SHN.SHN_UNDEF) return [{ ...undefinedSymbol, name }];
    const section = file.sections[st_shndx];
    if (!section) throw new LinkError([`${file.name}: symbol ${name} has a fixed address, which cannot be linked`]);
    if (!isKept(section)) return [];
    if (bindingOf(symbol) === STB.STB_WEAK) {
      throw new LinkError([`${file.name}: symbol ${name} is weak: define it once and without __attribute__((weak))`]);
    }
    const kind = type === STT.STT_FUNC ? 'function' : type === STT.STT_OBJECT ? 'object' : 'none';
    const binding = bindingOf(symbol) === STB.STB_LOCAL ? 'local' : 'global';
    return [{ name, section: names.section(st_shndx), offset, size, kind, binding }];
  });
}

/** Variables that C's -fcommon leaves to the linker to place; st_value is their alignment. */
function commonSection(file: ElfFile, names: Names): { section: Section; symbols: ObjectSymbol[] } | undefined {
  const name = '.bss.common';
  let size = 0;
  let align = 1;
  const symbols = file.symbols.flatMap((symbol, index): ObjectSymbol[] => {
    if (symbol.st_shndx !== SHN.SHN_COMMON) return [];
    align = Math.max(align, symbol.st_value);
    const offset = Math.ceil(size / symbol.st_value) * symbol.st_value;
    size = offset + symbol.st_size;
    const own = { name: names.symbol(index), section: name, offset, size: symbol.st_size } as const;
    return [{ ...own, kind: 'object', binding: 'global' }];
  });
  if (symbols.length === 0) return undefined;
  return { section: { name, kind: 'bss', align, size, bytes: new Uint8Array(), relocations: [] }, symbols };
}

function readSection(file: ElfFile, section: FileSectionView, index: number, names: Names): Section {
  const { sh_type, sh_flags, sh_size: size, sh_addralign } = section;
  if (/^\.(init_array|fini_array|ctors|dtors)\b/.test(section.name)) {
    throw new LinkError([`${file.name} has constructors (${section.name}), which nothing would run`]);
  }
  const kind = sh_type === SHT.SHT_NOBITS ? 'bss'
    : (sh_flags & SHF.SHF_EXECINSTR) !== 0 ? 'text'
    : (sh_flags & SHF.SHF_WRITE) !== 0 ? 'data' : 'rodata';
  const bytes = section.bytes.slice();
  const reader = new RelocationReader(file, section, bytes, names);
  const relocations = reader.read(relocationsOf(file, index));
  return { name: names.section(index), kind, align: Math.max(sh_addralign, 1), size, bytes, relocations };
}

/** The relocations that are ours as well. The older CALL differs from CALL_PLT only in shared libraries. */
const same = new Map<number, RelocationType>([
  [R_RISCV.R_RISCV_32, 'R_RISCV_32'], [R_RISCV.R_RISCV_HI20, 'R_RISCV_HI20'],
  [R_RISCV.R_RISCV_LO12_I, 'R_RISCV_LO12_I'], [R_RISCV.R_RISCV_LO12_S, 'R_RISCV_LO12_S'],
  [R_RISCV.R_RISCV_CALL, 'R_RISCV_CALL_PLT'], [R_RISCV.R_RISCV_CALL_PLT, 'R_RISCV_CALL_PLT'],
  [R_RISCV.R_RISCV_BRANCH, 'R_RISCV_BRANCH'], [R_RISCV.R_RISCV_JAL, 'R_RISCV_JAL'],
]);

const relocationNames = new Map<number, string>(Object.entries(R_RISCV).map(([name, number]) => [number, name]));

/** What to do about the relocations that we do not link. */
const advice = new Map<number, string>([
  [R_RISCV.R_RISCV_GOT_HI20, 'compile it with -fno-pic'],
  [R_RISCV.R_RISCV_ALIGN, 'compile it with -mno-relax'],
  [R_RISCV.R_RISCV_RVC_BRANCH, 'compile it with -march=rv32ima'],
  [R_RISCV.R_RISCV_RVC_JUMP, 'compile it with -march=rv32ima'],
]);

class RelocationReader {
  readonly #file: ElfFile;
  readonly #section: FileSectionView;
  readonly #view: DataView;
  readonly #names: Names;

  /** `bytes` is the section's copy, in which instructions and differences are rewritten. */
  constructor(file: ElfFile, section: FileSectionView, bytes: Uint8Array, names: Names) {
    this.#file = file;
    this.#section = section;
    this.#view = new DataView(bytes.buffer);
    this.#names = names;
  }

  read(rows: readonly FileRelocation[]): Relocation[] {
    const isHigh = ({ type }: FileRelocation) => type === R_RISCV.R_RISCV_PCREL_HI20;
    const highs = new Map(rows.filter(isHigh).map((row) => [row.r_offset, row]));
    const result: Relocation[] = [];
    rows.forEach((row, index) => {
      const type = same.get(row.type);
      if (type) return result.push(this.#relocation(row, type));
      switch (row.type) {
        case R_RISCV.R_RISCV_NONE:
        case R_RISCV.R_RISCV_RELAX: // permission to shorten code, which we do not use
          return undefined;
        case R_RISCV.R_RISCV_PCREL_HI20: return result.push(this.#absolute(row));
        case R_RISCV.R_RISCV_PCREL_LO12_I: return result.push(this.#low(row, 'R_RISCV_LO12_I', highs));
        case R_RISCV.R_RISCV_PCREL_LO12_S: return result.push(this.#low(row, 'R_RISCV_LO12_S', highs));
        case R_RISCV.R_RISCV_ADD32: return this.#difference(row, rows[index + 1]);
        case R_RISCV.R_RISCV_SUB32: // the second half of what ADD32 has done
          return rows[index - 1]?.type === R_RISCV.R_RISCV_ADD32 ? undefined : this.#refuse(row);
        default: return this.#refuse(row);
      }
    });
    return result;
  }

  #relocation({ r_offset: offset, r_addend: addend, symbol }: FileRelocation, type: RelocationType): Relocation {
    return { offset, type, symbol: this.#names.symbol(symbol), addend };
  }

  /** Turns `auipc rd, %pcrel_hi(symbol)` into `lui rd, %hi(symbol)`. */
  #absolute(row: FileRelocation): Relocation {
    const word = this.#view.getUint32(row.r_offset, true);
    const [auipc, lui] = [byMnemonic.get('auipc')!, byMnemonic.get('lui')!];
    if ((word & auipc.mask) !== auipc.match) return this.#refuse(row);
    this.#view.setUint32(row.r_offset, (word & ~lui.mask) | lui.match, true);
    return this.#relocation(row, 'R_RISCV_HI20');
  }

  /** A PCREL_LO12 names the place of the `auipc` whose symbol it means: psABI 8.4.9. */
  #low(row: FileRelocation, type: RelocationType, highs: ReadonlyMap<number, FileRelocation>): Relocation {
    const label = this.#file.symbols[row.symbol];
    const high = label && this.#file.sections[label.st_shndx] === this.#section ? highs.get(label.st_value) : undefined;
    if (!high) return this.#refuse(row);
    return this.#relocation({ ...high, r_offset: row.r_offset }, type);
  }

  /** A word that is the difference of two symbols (ADD32 and SUB32 at one place), where that is a number already. */
  #difference(add: FileRelocation, sub: FileRelocation | undefined): void {
    const plus = this.#file.symbols[add.symbol];
    const minus = sub && this.#file.symbols[sub.symbol];
    const isPair = sub?.type === R_RISCV.R_RISCV_SUB32 && sub.r_offset === add.r_offset;
    if (!isPair || !plus || !minus || plus.st_shndx !== minus.st_shndx || plus.st_shndx === SHN.SHN_UNDEF) {
      return this.#refuse(add);
    }
    const value = plus.st_value + add.r_addend - minus.st_value - sub.r_addend;
    this.#view.setUint32(add.r_offset, this.#view.getUint32(add.r_offset, true) + value, true);
  }

  #refuse({ type, r_offset }: FileRelocation): never {
    const what = relocationNames.get(type) ?? `relocation type ${type}`;
    const where = `${this.#section.name}+0x${r_offset.toString(16)}`;
    const instead = advice.get(type) ?? 'compile it with -mcmodel=medlow -fno-pic -mno-relax';
    throw new LinkError([`${this.#file.name} has ${what} at ${where}, which cannot be linked: ${instead}`]);
  }
}

const typeOf = ({ st_info }: FileSymbol) => st_info & 15;
const bindingOf = ({ st_info }: FileSymbol) => st_info >>> 4;
