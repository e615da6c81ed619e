/**
 * An assembler for whole programs, in the language of GNU as for RV32IMA without linker relaxation: labels, the common
 * directives and pseudo-instructions, several sections. Addresses are absolute (code model medlow, psABI section 6.1).
 */
import { assert } from '../assert.ts';
import { AssemblyError, type Problem } from './assembly-error.ts';
import type { Value } from './expression.ts';
import { Pass, type Knowledge, type Label } from './pass.ts';
import { pcRelative, relocate, type Relocation } from './relocation.ts';
import type { Section, SectionBuilder, SectionKind } from './section.ts';
import { isPrivate, statements, type Statement } from './source.ts';

/** A name in an assembled program; a section's name also stands for its start, without being listed. */
export interface ProgramSymbol {
  readonly name: string;
  /** The section that defines it; undefined when another object must. */
  readonly section: string | undefined;
  /** Bytes from the section's start. */
  readonly offset: number;
  /** Bytes, as `.size` says; else 0. */
  readonly size: number;
  readonly kind: 'function' | 'object' | 'none';
  readonly binding: 'local' | 'global';
}

/** From `offset` in `section` on, the bytes come from this line. */
export interface SourceLine {
  readonly section: string;
  readonly offset: number;
  readonly line: number;
}

export interface Program {
  readonly sections: readonly Section[];
  /** Labels in order of definition, then what is undefined. Not those that begin with `.L`, nor `1:` and the like. */
  readonly symbols: readonly ProgramSymbol[];
  readonly lines: readonly SourceLine[];
}

/** Passes after which a text whose lengths depend on themselves is given up. */
const mostPasses = 40;

/**
 * Assembles a text. References within a section are resolved, except absolute ones; the others are left as relocations.
 * Throws `AssemblyError` with every problem found.
 */
export function assembleProgram(text: string): Program {
  const pass = settle(statements(text));
  const sections = [...pass.sections.values()].filter(isInMemory);
  const relocations = new Map(sections.map((section) => [section.name, resolveWithin(pass, section)]));
  if (pass.problems.length > 0) throw new AssemblyError(pass.problems);
  const names = new Set([...relocations.values()].flat().map(({ symbol }) => symbol));
  return {
    sections: sections.map((section) => finish(section, relocations.get(section.name)!)),
    symbols: symbolsOf(pass, names),
    lines: sections.flatMap(({ name, lines }) => lines.map((row) => ({ section: name, ...row }))),
  };
}

function isInMemory(section: SectionBuilder): section is SectionBuilder & { kind: SectionKind } {
  return section.kind !== undefined && (section.size > 0 || section.name === '.text');
}

/** Runs passes until the places of labels stay the same. Problems are those of the last pass. */
function settle(program: readonly Statement[]): Pass {
  const defined = new Set(program.flatMap((row) => ('name' in row && row.kind !== 'directive' ? row.name : [])));
  let known: Knowledge = { labels: new Map(), constants: new Map(), far: new Set(), defined };
  for (let count = 0; count < mostPasses; count++) {
    const far = known.far.size;
    const pass = new Pass(known).run(program);
    const isSettled = isSame(pass.labels, known.labels) && isSame(pass.constants, known.constants);
    if (isSettled && far === known.far.size && count > 0) return pass;
    known = { labels: pass.labels, constants: pass.constants, far: known.far, defined };
  }
  throw new AssemblyError([{ line: 1, message: 'the lengths of parts of this text depend on themselves.' }]);
}

/** Whether two passes found the same. Labels and values are flat records with the same keys in the same order. */
function isSame(now: ReadonlyMap<string, Label | Value>, before: ReadonlyMap<string, Label | Value>): boolean {
  return JSON.stringify([...now]) === JSON.stringify([...before]);
}

/** Applies the relocations of a section that are distances within it; returns the others. */
function resolveWithin({ labels, problems }: Pass, section: SectionBuilder): Relocation[] {
  const { name, view } = section;
  return section.relocations.filter(({ offset, type, symbol, addend }) => {
    const label = symbol === name ? { section: name, offset: 0 } : labels.get(symbol);
    if (label?.section !== name || !pcRelative.has(type)) return true;
    if (!relocate(view, offset, type, label.offset + addend, offset)) problems.push(tooFar(section, offset, symbol));
    return false;
  });
}

function tooFar(section: Pick<SectionBuilder, 'lines'>, offset: number, symbol: string): Problem {
  const line = section.lines.findLast((row) => row.offset <= offset)?.line ?? 1;
  return { line, message: `${symbol} is out of reach, or not at an even distance.` };
}

function finish({ name, kind, align, size, bytes }: SectionBuilder, relocations: Relocation[]): Section {
  assert(kind, 'a section outside memory was kept');
  return { name, kind, align, size, bytes: bytes.slice(), relocations };
}

/** The symbol table; `referenced` are the names that relocations mention. */
function symbolsOf({ labels, attributes, sections }: Pass, referenced: ReadonlySet<string>): ProgramSymbol[] {
  const named = [...labels].filter(([name]) => !isPrivate(name));
  const outside = [...referenced].filter((name) => !labels.has(name) && !sections.has(name));
  const symbol = (name: string, label: Label | undefined): ProgramSymbol => {
    const { global = false, kind = 'none', size = 0 } = attributes.get(name) ?? {};
    const binding = global || !label ? 'global' : 'local';
    return { name, section: label?.section, offset: label?.offset ?? 0, size, kind, binding };
  };
  return [...named.map(([name, label]) => symbol(name, label)), ...outside.map((name) => symbol(name, undefined))];
}

/** A program in its place in memory. */
export interface Image {
  /** All sections, from `base` on; bss is zeros at the end. */
  readonly bytes: Uint8Array;
  /** Addresses of the labels, as unsigned numbers. */
  readonly symbols: ReadonlyMap<string, number>;
}

const order: readonly SectionKind[] = ['text', 'rodata', 'data', 'bss'];

/**
 * Assembles a text and places it at address `base` (a multiple of its alignment): first code, then rodata, data, bss.
 * `outside` are addresses of symbols that the text uses without defining them. Throws `AssemblyError`.
 */
export function assembleAt(text: string, base: number, outside: Readonly<Record<string, number>> = {}): Image {
  const program = assembleProgram(text);
  const addresses = place(program, base);
  const symbols = new Map<string, number>();
  for (const { name, section, offset } of program.symbols) {
    if (section !== undefined) symbols.set(name, addresses.get(section)! + offset);
  }
  const find = (name: string) => symbols.get(name) ?? addresses.get(name) ?? outside[name];
  const end = Math.max(base, ...program.sections.map(({ name, size }) => addresses.get(name)! + size));
  const bytes = new Uint8Array(end - base);
  const problems = program.sections.flatMap((section) => {
    bytes.set(section.bytes, addresses.get(section.name)! - base);
    return link(program, section, addresses.get(section.name)!, new DataView(bytes.buffer), base, find);
  });
  if (problems.length > 0) throw new AssemblyError(problems);
  return { bytes, symbols };
}

/** The address of each section. */
function place({ sections }: Program, base: number): Map<string, number> {
  const addresses = new Map<string, number>();
  let address = base;
  for (const { name, align, size } of order.flatMap((kind) => sections.filter((section) => section.kind === kind))) {
    address = Math.ceil(address / align) * align;
    addresses.set(name, address);
    address += size;
  }
  return addresses;
}

/** Applies a section's relocations; returns what could not be. */
function link(
  { lines }: Program, section: Section, address: number, view: DataView, base: number,
  find: (name: string) => number | undefined,
): Problem[] {
  const rows = { lines: lines.filter((row) => row.section === section.name) };
  return section.relocations.flatMap(({ offset, type, symbol, addend }) => {
    const target = find(symbol);
    if (target === undefined) return [{ ...tooFar(rows, offset, symbol), message: `${symbol} is not defined.` }];
    const isDone = relocate(view, address - base + offset, type, target + addend, address + offset);
    return isDone ? [] : [tooFar(rows, offset, symbol)];
  });
}
