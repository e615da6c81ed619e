/**
 * Makes one module of several: sections of one purpose are put behind each other, references by name between the
 * modules hold, and local names that clash get a number.
 */
import type {
  FunctionInfo, LineRow, Location, ObjectModule, ObjectSymbol, Relocation, Section, StructInfo, Variable,
} from '../object.ts';
import { describePlace } from './places.ts';
import { LinkError } from './link-error.ts';

/** @throws LinkError when a name is defined twice, or sections of one name are of different kinds */
export function merge(modules: readonly ObjectModule[], name: string): ObjectModule {
  checkDuplicates(modules);
  const layout = new Layout(modules);
  const renames = new Renames(modules);
  const parts = modules.map((module) => new Part(module, layout, renames));
  return {
    name,
    sections: layout.groups.map((group) => sectionOf(group, parts)),
    symbols: mergeSymbols(parts.flatMap((part) => part.symbols)),
    lines: parts.flatMap((part) => part.lines),
    functions: parts.flatMap((part) => part.functions),
    structs: mergeStructs(modules),
    globals: parts.flatMap((part) => part.globals),
  };
}

const kinds: readonly Section['kind'][] = ['text', 'rodata', 'data', 'bss'];

/** What compilers call sections that belong together; others keep their names. */
const families: Readonly<Record<Section['kind'], RegExp>> = {
  text: /^\.text(\.|$)/, rodata: /^\.s?rodata(\.|$)/, data: /^\.s?data(\.|$)/, bss: /^\.s?bss(\.|$)/,
};

const groupName = ({ name, kind }: Section) => (families[kind].test(name) ? `.${kind}` : name);

interface Member { readonly module: ObjectModule; readonly section: Section; readonly offset: number }
interface Group {
  readonly name: string;
  readonly kind: Section['kind'];
  readonly members: Member[];
  size: number;
  align: number;
}

/** Where each section of each module goes. */
class Layout {
  readonly groups: readonly Group[];
  readonly #places = new Map<Section, { readonly group: Group; readonly offset: number }>();

  constructor(modules: readonly ObjectModule[]) {
    const groups = new Map<string, Group>();
    for (const module of modules) {
      for (const section of module.sections) this.#add(groups, module, section);
    }
    this.groups = [...groups.values()].sort((a, b) => rank(a) - rank(b));
  }

  place(section: Section): { readonly group: Group; readonly offset: number } {
    return this.#places.get(section)!;
  }

  #add(groups: Map<string, Group>, module: ObjectModule, section: Section): void {
    const { kind, align, size } = section;
    const name = groupName(section);
    const group = groups.get(name) ?? { name, kind, members: [], size: 0, align: 1 };
    if (group.kind !== kind) {
      const other = group.members[0]!.module.name;
      throw new LinkError([`section ${name} is ${group.kind} in ${other} and ${kind} in ${module.name}`]);
    }
    groups.set(name, group);
    const offset = Math.ceil(group.size / align) * align;
    group.members.push({ module, section, offset });
    group.size = offset + size;
    group.align = Math.max(group.align, align);
    this.#places.set(section, { group, offset });
  }
}

/** By kind; the code that runs first, `.init`, stands first. Groups of one rank keep the order of the modules. */
function rank({ name, kind }: Group): number {
  const first = /^\.init(\.|$)/.test(name) ? 0 : families[kind].test(name) ? 1 : 2;
  return kinds.indexOf(kind) * 3 + first;
}

function sectionOf({ name, kind, members, size, align }: Group, parts: readonly Part[]): Section {
  const bytes = new Uint8Array(kind === 'bss' ? 0 : size);
  const relocations: Relocation[] = [];
  for (const { module, section, offset } of members) {
    if (kind !== 'bss') bytes.set(section.bytes, offset);
    const part = parts.find((candidate) => candidate.module === module)!;
    for (const relocation of section.relocations) relocations.push(part.relocation(relocation, offset));
  }
  return { name, kind, align, size, bytes, relocations };
}

/** New names for local symbols whose name something else in the image has. */
class Renames {
  readonly #names = new Map<ObjectModule, ReadonlyMap<string, string>>();

  constructor(modules: readonly ObjectModule[]) {
    const taken = new Set(modules.flatMap(({ symbols }) => symbols.filter(isGlobal).map(({ name }) => name)));
    for (const module of modules) {
      const names = new Map<string, string>();
      for (const { name } of module.symbols.filter((symbol) => !isGlobal(symbol))) {
        let free = name;
        for (let number = 2; taken.has(free); number++) free = `${name}.${number}`;
        taken.add(free);
        if (free !== name) names.set(name, free);
      }
      this.#names.set(module, names);
    }
  }

  name(module: ObjectModule, name: string): string {
    return this.#names.get(module)!.get(name) ?? name;
  }
}

/** One module as it appears in the whole: names changed, offsets moved. */
class Part {
  readonly module: ObjectModule;
  readonly #layout: Layout;
  readonly #renames: Renames;
  readonly #sections: ReadonlyMap<string, Section>;
  readonly #symbols: ReadonlySet<string>;

  constructor(module: ObjectModule, layout: Layout, renames: Renames) {
    this.module = module;
    this.#layout = layout;
    this.#renames = renames;
    this.#sections = new Map(module.sections.map((section) => [section.name, section]));
    this.#symbols = new Set(module.symbols.map(({ name }) => name));
  }

  get symbols(): ObjectSymbol[] {
    return this.module.symbols.map((symbol) => {
      const { section, offset } = symbol;
      const place = section === undefined ? {} : this.#moved(section, offset);
      return { ...symbol, name: this.#name(symbol.name), ...place };
    });
  }

  get lines(): LineRow[] {
    return this.module.lines.map((row) => ({ ...row, ...this.#moved(row.section, row.offset) }));
  }

  get functions(): FunctionInfo[] {
    return this.module.functions.map((info) => ({
      ...info, ...this.#moved(info.section, info.offset), name: this.#name(info.name),
      variables: info.variables.map((variable) => this.#variable(variable)),
    }));
  }

  get globals(): Variable[] {
    return this.module.globals.map((variable) => this.#variable(variable));
  }

  /** A relocation of a section that now starts at `start`. One against a section becomes one against its group. */
  relocation({ offset, type, symbol, addend }: Relocation, start: number): Relocation {
    const target = this.#symbols.has(symbol) ? undefined : this.#sections.get(symbol);
    if (!target) return { offset: start + offset, type, symbol: this.#name(symbol), addend };
    const place = this.#layout.place(target);
    return { offset: start + offset, type, symbol: place.group.name, addend: addend + place.offset };
  }

  #name(name: string): string {
    return this.#renames.name(this.module, name);
  }

  #moved(name: string, offset: number): { section: string; offset: number } {
    const place = this.#layout.place(this.#sections.get(name)!);
    return { section: place.group.name, offset: place.offset + offset };
  }

  #variable(variable: Variable): Variable {
    const moved = (location: Location): Location =>
      location.kind === 'address' ? { kind: 'address', symbol: this.#name(location.symbol) } : location;
    return { ...variable, ranges: variable.ranges.map((range) => ({ ...range, location: moved(range.location) })) };
  }
}

/** A symbol that one module defines is not undefined any more; what none defines is listed once. */
function mergeSymbols(symbols: readonly ObjectSymbol[]): ObjectSymbol[] {
  const defined = symbols.filter(({ section }) => section !== undefined);
  const known = new Set(defined.map(({ name }) => name));
  const missing = symbols.filter(({ name }) => !known.has(name) && known.add(name));
  return [...defined, ...missing];
}

/** Modules compiled from the same sources describe the same structs. */
function mergeStructs(modules: readonly ObjectModule[]): StructInfo[] {
  return [...new Map(modules.flatMap(({ structs }) => structs).map((info) => [info.name, info])).values()];
}

function checkDuplicates(modules: readonly ObjectModule[]): void {
  const owners = new Map<string, ObjectModule>();
  const problems: string[] = [];
  for (const module of modules) {
    for (const { name, section, offset, binding } of module.symbols) {
      if (binding !== 'global' || section === undefined) continue;
      const owner = owners.get(name);
      if (owner) {
        const first = owner.symbols.find((symbol) => symbol.name === name)!;
        const here = describePlace(owner, first.section!, first.offset);
        problems.push(`${name} is defined twice: in ${here} and in ${describePlace(module, section, offset)}`);
      } else {
        owners.set(name, module);
      }
    }
  }
  if (problems.length > 0) throw new LinkError(problems);
}

/** Whether the name means the same in all modules. */
const isGlobal = ({ binding, section }: ObjectSymbol) => binding === 'global' || section === undefined;
