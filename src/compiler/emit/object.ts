/** Lays the compiled functions and the data of an image out in sections: the object that is linked or loaded. */
import { sectionKind } from '../../isa/section.ts';
import type { Block } from '../ir/ir.ts';
import type { FunctionInfo, LineRow, ObjectModule, ObjectSymbol, Relocation, Section } from '../object.ts';
import type { FunctionNode, Global, Program } from '../tree.ts';
import { alignOf, sizeOf } from '../types.ts';
import { Code, type Settled } from './code.ts';
import { DataSection } from './data.ts';
import { debugType, functionInfo, structInfo } from './debug.ts';
import { Emitter, type Emitted } from './emitter.ts';
import type { Compiled, Contents } from './image.ts';

interface Placed {
  readonly compiled: Compiled;
  readonly emitted: Emitted;
}

const tableEntry = 4;

export class ObjectBuilder {
  readonly #contents: Contents;
  readonly #text = new Map<string, { code: Code; placed: Placed[] }>();
  readonly #data = new Map<string, DataSection>();
  readonly #symbols: ObjectSymbol[] = [];
  readonly #lines: LineRow[] = [];
  readonly #functions: FunctionInfo[] = [];
  /** Strings and jump tables: not symbols of the object, but places in its sections. */
  readonly #private = new Map<string, { section: string; offset: number }>();

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  build(name: string, program: Program): ObjectModule {
    for (const compiled of this.#contents.functions) this.#emit(compiled);
    for (const global of this.#contents.globals) this.#global(global);
    for (const compiled of this.#contents.functions) {
      for (const { table, targets } of tablesOf(compiled)) {
        const section = this.#section('.rodata', 'rodata');
        this.#private.set(
          table, { section: section.name, offset: section.reserve(tableEntry * targets.length, tableEntry) },
        );
      }
    }
    for (const [text, symbol] of this.#contents.surroundings.strings) {
      const section = this.#section('.rodata', 'rodata');
      this.#private.set(symbol, { section: section.name, offset: section.string(text) });
    }
    const sections = [...this.#text].map(([section, { code, placed }]) => this.#finishText(section, code, placed));
    const resolve = (relocation: Relocation) => this.#resolve(relocation);
    sections.push(
      ...[...this.#data.values()].filter((section) => !section.isEmpty).map((section) => section.finish(resolve)),
    );
    this.#undefinedSymbols(sections);
    return {
      name, sections, symbols: this.#symbols, lines: this.#lines, functions: this.#functions,
      structs: program.structs.map(structInfo),
      globals: this.#contents.globals.map((global) => ({
        name: global.name, type: debugType(global.type), parameter: false,
        ranges: [{ from: 0, to: 0, location: { kind: 'address', symbol: global.symbol } }],
      })),
    };
  }

  #emit(compiled: Compiled): void {
    const name = compiled.node.section ?? '.text';
    let text = this.#text.get(name);
    if (text === undefined) {
      text = { code: new Code(), placed: [] };
      this.#text.set(name, text);
    }
    const { code, placed } = text;
    code.label(compiled.node.symbol);
    if (compiled.kind === 'routine') {
      placed.push({ compiled, emitted: new Emitter(code, compiled.routine, compiled.allocation).run() });
      return;
    }
    const start = code.position;
    const own = compiled.program.sections.find((section) => section.name === name);
    code.bytes(own?.bytes ?? new Uint8Array(0), (own?.relocations ?? []).map(fromFunction(name, compiled.node)));
    const layout = { size: 0, firstStep: 0, saved: [], spill: () => 0, slot: () => 0 };
    placed.push({ compiled, emitted: { start, end: code.position, frame: [], layout, positions: new Map() } });
  }

  #section(name: string, kind: 'rodata' | 'data' | 'bss'): DataSection {
    let section = this.#data.get(name);
    if (section === undefined) {
      section = new DataSection(name, kind);
      this.#data.set(name, section);
    }
    return section;
  }

  #global(global: Global): void {
    const { initial, type } = global;
    const wanted = global.section ?? (initial === undefined ? '.bss' : global.constant ? '.rodata' : '.data');
    const kind = sectionKind(wanted) ?? 'data';
    const section = this.#section(wanted, kind === 'text' ? 'data' : kind);
    const size = sizeOf(type);
    const offset = section.reserve(size, Math.max(alignOf(type), 1));
    if (initial !== undefined) section.put(offset, type, initial, (text) => this.#contents.surroundings.string(text));
    this.#symbols.push({
      name: global.symbol, section: wanted, offset, size, kind: 'object', binding: global.exported ? 'global' : 'local',
    });
  }

  #finishText(name: string, code: Code, placed: readonly Placed[]): Section {
    const settled = code.settle();
    for (const { position, place } of code.marks) {
      this.#lines.push(
        { section: name, offset: settled.offsetOf(position), file: place.file, line: place.line, column: place.column },
      );
    }
    for (const each of placed) this.#function(name, each, settled);
    for (const { table, targets } of placed.flatMap(({ compiled }) => tablesOf(compiled))) {
      const { offset } = this.#private.get(table)!;
      targets.forEach((target, index) => {
        this.#section('.rodata', 'rodata').address(offset + tableEntry * index, name, settled.offsetOfLabel(target));
      });
    }
    const { bytes } = settled;
    const relocations = settled.relocations.map((relocation) => this.#resolve(relocation));
    return { name, kind: 'text', align: 4, size: bytes.length, bytes, relocations };
  }

  #function(section: string, { compiled, emitted }: Placed, settled: Settled): void {
    const { node } = compiled;
    const offset = settled.offsetOf(emitted.start);
    const size = settled.offsetOf(emitted.end) - offset;
    if (compiled.kind === 'routine') {
      this.#symbols.push(functionSymbol(node, section, offset, size));
      this.#functions.push(functionInfo(node, section, compiled.routine, compiled.allocation, emitted, settled));
      return;
    }
    this.#assembly(compiled, section, offset);
    this.#functions.push({
      name: node.symbol, section, offset, size, file: node.place.file, line: node.place.line, variables: [], frame: [],
    });
  }

  /** What assembly text defines: in its function's section beside the function, in others after what is there. */
  #assembly({ node, program }: Compiled & { kind: 'assembly' }, section: string, offset: number): void {
    const bases = new Map<string, number>();
    for (const each of program.sections) {
      if (each.name === section) {
        bases.set(each.name, offset);
        continue;
      }
      const data = this.#section(each.name, each.kind === 'text' ? 'data' : each.kind);
      const base = data.reserve(each.size, each.align);
      data.copy(base, each.bytes);
      data.relocations.push(
        ...each.relocations.map(fromFunction(section, node))
          .map((relocation) => ({ ...relocation, offset: relocation.offset + base })),
      );
      bases.set(each.name, base);
    }
    for (const symbol of program.symbols) {
      if (symbol.section === undefined) continue;
      this.#symbols.push({ ...symbol, offset: symbol.offset + (bases.get(symbol.section) ?? 0) });
    }
    const { place } = node.body as { place: FunctionNode['place'] };
    for (const row of program.lines) {
      if (row.section !== section) continue;
      this.#lines.push(
        { section, offset: offset + row.offset, file: place.file, line: place.line + row.line - 1, column: 0 },
      );
    }
  }

  #resolve(relocation: Relocation): Relocation {
    const place = this.#private.get(relocation.symbol);
    return place === undefined
      ? relocation : { ...relocation, symbol: place.section, addend: relocation.addend + place.offset };
  }

  #undefinedSymbols(sections: readonly Section[]): void {
    const known = new Set([...this.#symbols.map(({ name }) => name), ...sections.map(({ name }) => name)]);
    for (const { symbol } of sections.flatMap(({ relocations }) => relocations)) {
      if (known.has(symbol)) continue;
      known.add(symbol);
      this.#symbols.push({ name: symbol, section: undefined, offset: 0, size: 0, kind: 'none', binding: 'global' });
    }
    this.#lines.sort((a, b) => (a.section === b.section ? a.offset - b.offset : a.section < b.section ? -1 : 1));
  }
}

/**
 * For relocations of assembly text: labels that the assembler keeps to itself are distances from where the text's part
 * of the section begins, and there, in the function's own section, is the function.
 */
const fromFunction = (section: string, { symbol }: FunctionNode) => (relocation: Relocation): Relocation =>
  (relocation.symbol === section ? { ...relocation, symbol } : relocation);

/** The jump tables that a function's code still uses. */
function tablesOf(compiled: Compiled): { table: string; targets: readonly Block[] }[] {
  if (compiled.kind !== 'routine') return [];
  return compiled.routine.blocks.flatMap(({ end }) => (end.op === 'table' ? [end] : []));
}

function functionSymbol(node: FunctionNode, section: string, offset: number, size: number): ObjectSymbol {
  return { name: node.symbol, section, offset, size, kind: 'function', binding: node.exported ? 'global' : 'local' };
}
