/** What guest addresses are called: the symbols of all images in memory, for traces, probes and profiles. */
import { SHF, SHN, STB, STT } from '../platform/elf.ts';
import { isDefined } from './image/elf.ts';
import type { Elf, ElfSymbol } from './image/elf.ts';

/** A named range of guest addresses. */
export interface GuestSymbol {
  readonly name: string;
  readonly address: number;
  /** Bytes; where the image gives none, up to the next symbol or to the end of its section; 0 covers no address. */
  readonly size: number;
  /** The image it came from. */
  readonly image: string;
}

/** A place in a symbol. */
export interface Place { readonly symbol: GuestSymbol; readonly offset: number }

/** The symbols of several images, which may be added and removed as modules come and go. */
export class Symbols {
  /** Those that cover addresses, by address, one for each address. */
  #places: readonly GuestSymbol[] = [];
  readonly #images = new Map<string, readonly GuestSymbol[]>();
  readonly #named = new Map<string, GuestSymbol>();

  /** Adds what an image defines, moved by `bias` bytes from where it was linked, in place of an image of that name. */
  add(elf: Elf, { image = elf.name, bias = 0 }: { image?: string; bias?: number } = {}): void {
    this.addAll(image, symbolsOf(elf, image, bias));
  }

  /**
   * Adds symbols that come from no ELF file, such as those of a module that the guest has placed itself. Where several
   * have one address or one name, the first is preferred.
   */
  addAll(image: string, symbols: readonly GuestSymbol[]): void {
    this.#images.set(image, symbols);
    this.#merge();
  }

  remove(image: string): void {
    this.#images.delete(image);
    this.#merge();
  }

  /** The address of a symbol: the first image added that has the name gives it. `image:name` asks one image. */
  address(name: string): number | undefined {
    return this.#named.get(name)?.address;
  }

  /** The symbol that covers an address, and how far into it the address is. */
  at(address: number): Place | undefined {
    const target = address >>> 0;
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#places[middle]!.address <= target) low = middle + 1;
      else high = middle;
    }
    const symbol = this.#places[low - 1];
    if (!symbol || target >= symbol.address + symbol.size) return undefined;
    return { symbol, offset: target - symbol.address };
  }

  /** `name`, `name+0x1c`, or the bare address where nothing is known. */
  describe(address: number): string {
    const place = this.at(address);
    if (!place) return `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
    return place.offset === 0 ? place.symbol.name : `${place.symbol.name}+0x${place.offset.toString(16)}`;
  }

  /** The symbols that cover addresses, by address, one for each address. */
  get places(): readonly GuestSymbol[] {
    return this.#places;
  }

  #merge(): void {
    const all = [...this.#images.values()].flat();
    this.#named.clear();
    for (const symbol of all) {
      for (const name of [symbol.name, `${symbol.image}:${symbol.name}`]) {
        if (!this.#named.has(name)) this.#named.set(name, symbol);
      }
    }
    this.#places = all
      .filter(({ size }) => size > 0)
      .sort((a, b) => a.address - b.address)
      .filter((symbol, index, sorted) => symbol.address !== sorted[index - 1]?.address);
  }
}

/** What an image names, the preferred name of an address first: see `rank`. */
function symbolsOf(elf: Elf, image: string, bias: number): GuestSymbol[] {
  const named = elf.symbols.filter(isName);
  const places = named.filter(({ st_shndx }) => st_shndx !== SHN.SHN_ABS);
  const starts = [...new Set(places.map(({ st_value }) => st_value))].sort((a, b) => a - b);
  const next = new Map(starts.map((start, index) => [start, starts[index + 1]]));
  return named
    .sort((a, b) => rank(b) - rank(a))
    .map((symbol) => ({
      name: symbol.name,
      address: (symbol.st_value + (symbol.st_shndx === SHN.SHN_ABS ? 0 : bias)) >>> 0,
      size: symbol.st_size || extent(elf, symbol, next.get(symbol.st_value)),
      image,
    }));
}

/**
 * Whether a symbol is a name worth telling. Left out are section and file symbols, the assembler's own labels (.L), and
 * the psABI's mapping symbols ($x, $d), which mark what the bytes are and not what they are called.
 */
function isName(symbol: ElfSymbol): boolean {
  const { STT_NOTYPE, STT_OBJECT, STT_FUNC } = STT;
  return isDefined(symbol) && symbol.name !== '' && !/^(\.L|\$[xd])/.test(symbol.name) &&
    (symbol.type === STT_NOTYPE || symbol.type === STT_OBJECT || symbol.type === STT_FUNC);
}

/** Which of several names is preferred: global before local, then functions before objects before labels. */
function rank(symbol: ElfSymbol): number {
  const type = symbol.type === STT.STT_FUNC ? 2 : symbol.type === STT.STT_OBJECT ? 1 : 0;
  return type + (symbol.binding === STB.STB_LOCAL ? 0 : 3);
}

/**
 * The size of a symbol that has none (assembly labels): up to the next symbol or the section's end. Absolute symbols
 * are numbers rather than places, and cover nothing.
 */
function extent(elf: Elf, symbol: ElfSymbol, next: number | undefined): number {
  const section = elf.sections[symbol.st_shndx];
  if (!section || (section.sh_flags & SHF.SHF_ALLOC) === 0) return 0;
  const end = section.sh_addr + section.size;
  return Math.max(0, Math.min(end, next ?? end) - symbol.st_value);
}
