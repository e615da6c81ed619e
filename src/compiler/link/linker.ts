/**
 * Links modules, ours and those of C compilers: into a kernel or user program at a fixed address, or into one module
 * that the kernel's loader places. Code lies in memory as it does in the file: nothing is relaxed.
 */
import { assert } from '../../assert.ts';
import { relocate } from '../../isa/relocation.ts';
import { debugSections } from '../dwarf/dwarf.ts';
import type { DebugSection } from '../dwarf/dwarf.ts';
import type { KernelImage, ModuleImage, UserImage } from '../image.ts';
import type { ObjectModule, Relocation } from '../object.ts';
import { LinkError } from './link-error.ts';
import { merge } from './merge.ts';
import { place } from './place.ts';
import type { PlacedSection, Placement } from './place.ts';
import { describePlace } from './places.ts';
import { exportTableName, functionTableName, symbolTable } from './tables.ts';
import { settleDistances } from './within.ts';

/** A name with its address. */
export interface LinkedSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly kind: 'function' | 'object' | 'none';
  readonly binding: 'local' | 'global';
  /** The section that holds it; undefined for the marks at borders. */
  readonly section: string | undefined;
}

export interface LinkedImage {
  readonly name: string;
  readonly base: number;
  /** Address at which it starts. */
  readonly entry: number;
  /** By address, with relocated contents. */
  readonly sections: readonly PlacedSection[];
  /** By address. */
  readonly symbols: readonly LinkedSymbol[];
  readonly debug: readonly DebugSection[];
  /** What was linked, with offsets in its sections. */
  readonly module: ObjectModule;
}

/** @throws LinkError with all problems found */
export function linkImage(modules: readonly ObjectModule[], image: KernelImage | UserImage): LinkedImage {
  const parts = [...modules, ...tablesOf(modules, image)];
  const module = merge(parts, image.name);
  const placement = place(module, image.base);
  const symbols = symbolsOf(module, placement);
  const addresses = new Map(symbols.map(({ name, address }) => [name, address]));
  for (const { section, address } of placement.sections) addresses.set(section.name, address);
  checkDefined(parts, addresses);
  const sections = relocated(module, placement.sections, addresses);
  return {
    name: image.name, base: image.base, entry: entryOf(image, addresses), sections,
    symbols: symbols.filter(({ name }) => !name.startsWith('.L')), // the labels of assemblers
    debug: debugSections(module).map((section) => relocatedDebug(section, addresses)), module,
  };
}

/**
 * Links the parts of a module into one, which stays relocatable. Names that it does not export become local, so that
 * they cannot clash with others'.
 * @throws LinkError with all problems found
 */
export function linkModule(modules: readonly ObjectModule[], image: ModuleImage): ObjectModule {
  const merged = settleDistances(merge(modules, image.name));
  checkExports(merged, image);
  const isExported = (name: string) => image.exports === 'all' || image.exports.includes(name);
  return {
    ...merged,
    symbols: merged.symbols.map((symbol) =>
      (symbol.section === undefined || isExported(symbol.name) ? symbol : { ...symbol, binding: 'local' })),
  };
}

/** A kernel's tables of its own symbols. The functions' addresses are known without them: text comes first. */
function tablesOf(modules: readonly ObjectModule[], image: KernelImage | UserImage): ObjectModule[] {
  if (image.kind === 'user') return [];
  const merged = merge(modules, image.name);
  checkExports(merged, image);
  const names = image.exports === 'all' ? exportedNames(merged) : [...image.exports];
  const exports = symbolTable(exportTableName, names.sort(byName).map((name) => ({ name })));
  if (!image.kallsyms) return [exports];
  const functions = symbolsOf(merged, place(merged, image.base)).filter(({ kind }) => kind === 'function');
  return [exports, symbolTable(functionTableName, functions)];
}

const exportedNames = ({ symbols }: ObjectModule) =>
  symbols.filter(({ binding, section }) => binding === 'global' && section !== undefined).map(({ name }) => name);

function checkExports(module: ObjectModule, image: KernelImage | ModuleImage): void {
  if (image.exports === 'all') return;
  const known = new Set(exportedNames(module));
  const problems = image.exports.filter((name) => !known.has(name))
    .map((name) => `${image.name} exports ${name}, but none of its files does`);
  if (problems.length > 0) throw new LinkError(problems);
}

function symbolsOf(module: ObjectModule, { sections, borders }: Placement): LinkedSymbol[] {
  const starts = new Map(sections.map(({ section, address }) => [section.name, address]));
  const own = module.symbols.flatMap(({ section, offset, ...symbol }): LinkedSymbol[] =>
    (section === undefined ? [] : [{ ...symbol, section, address: starts.get(section)! + offset }]));
  const taken = new Set(own.map(({ name }) => name));
  const problems = [...borders.keys()].filter((name) => taken.has(name))
    .map((name) => `${name} is the linker's name for a border of ${module.name}: call it something else`);
  if (problems.length > 0) throw new LinkError(problems);
  const marks = [...borders].map(([name, address]): LinkedSymbol =>
    ({ name, address, size: 0, kind: 'none', binding: 'global', section: undefined }));
  return [...own, ...marks].sort((a, b) => a.address - b.address);
}

/** A kernel starts at its first byte, where machines without firmware (QEMU's `-bios none`) begin. */
function entryOf(image: KernelImage | UserImage, addresses: ReadonlyMap<string, number>): number {
  const entry = addresses.get(image.entry);
  if (entry === undefined) {
    throw new LinkError([`${image.name} starts at ${image.entry}, but none of its files exports it`]);
  }
  if (image.kind === 'kernel' && entry !== image.base) {
    throw new LinkError([
      `${image.name} starts at ${image.entry}, which is not at its first address: mark it \`@section .init\`, as the ` +
      'first function there',
    ]);
  }
  return entry;
}

/** Each name that nothing defines is told once, with the first place that refers to it. */
function checkDefined(modules: readonly ObjectModule[], addresses: ReadonlyMap<string, number>): void {
  const told = new Map<string, string>();
  for (const module of modules) {
    const own = new Set([...module.sections, ...module.symbols.filter(({ section }) => section !== undefined)]
      .map(({ name }) => name));
    for (const { name, relocations } of module.sections) {
      for (const { symbol, offset } of relocations) {
        if (own.has(symbol) || addresses.has(symbol) || told.has(symbol)) continue;
        told.set(symbol, `${symbol} is not defined: ${describePlace(module, name, offset)} refers to it`);
      }
    }
  }
  if (told.size > 0) throw new LinkError([...told.values()]);
}

/** The sections with addresses in place of relocations. */
function relocated(
  module: ObjectModule, placed: readonly PlacedSection[], addresses: ReadonlyMap<string, number>,
): PlacedSection[] {
  const problems: string[] = [];
  const sections = placed.map(({ section, address }) => {
    const bytes = section.bytes.slice();
    const view = new DataView(bytes.buffer);
    for (const relocation of section.relocations) {
      const { offset, type, symbol, addend } = relocation;
      const target = addresses.get(symbol);
      assert(target !== undefined, `${symbol} has no address`);
      if (!relocate(view, offset, type, target + addend, address + offset)) {
        problems.push(tooFar(module, section.name, relocation));
      }
    }
    return { section: { ...section, bytes, relocations: [] }, address };
  });
  if (problems.length > 0) throw new LinkError(problems);
  return sections;
}

function tooFar(module: ObjectModule, section: string, { symbol, offset, type }: Relocation): string {
  const reach = type === 'R_RISCV_BRANCH' ? 'a branch reaches 4 KiB' : 'a jump reaches 1 MiB';
  return `${symbol} is too far from ${describePlace(module, section, offset)}: ${reach}`;
}

/** Debug sections lie at no address; what refers to one of them counts from its start. */
function relocatedDebug(section: DebugSection, addresses: ReadonlyMap<string, number>): DebugSection {
  const bytes = section.bytes.slice();
  const view = new DataView(bytes.buffer);
  for (const { offset, type, symbol, addend } of section.relocations) {
    const target = symbol.startsWith('.debug_') ? 0 : addresses.get(symbol);
    assert(target !== undefined, `debug information about ${symbol}, which is not there`);
    relocate(view, offset, type, target + addend, offset);
  }
  return { ...section, bytes, relocations: [] };
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
