import { pcRelative, relocate } from '../../isa/relocation.ts';
import type { ObjectModule, Section } from '../object.ts';

/**
 * Settles what does not depend on where a module will lie: distances within a section. Fewer relocations are left for
 * the loader, and labels that only those needed are left out.
 */
export function settleDistances(module: ObjectModule): ObjectModule {
  const sections = module.sections.map((section) => settleSection(section, module));
  const needed = new Set(sections.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)));
  const symbols = module.symbols.filter(({ name }) => !name.startsWith('.L') || needed.has(name));
  return { ...module, sections, symbols };
}

function settleSection(section: Section, { symbols }: ObjectModule): Section {
  const own = symbols.filter((symbol) => symbol.section === section.name);
  const offsets = new Map([[section.name, 0], ...own.map(({ name, offset }) => [name, offset] as const)]);
  const bytes = section.bytes.slice();
  const view = new DataView(bytes.buffer);
  const relocations = section.relocations.filter(({ offset, type, symbol, addend }) => {
    const target = offsets.get(symbol);
    if (target === undefined || !pcRelative.has(type)) return true;
    return !relocate(view, offset, type, target + addend, offset);
  });
  return { ...section, bytes, relocations };
}
