/**
 * Decides where the sections of a linked image lie: text, rodata and data with bss each start on a page of their own,
 * so that each can be mapped with its own rights.
 *
 * Symbols mark the borders: `__text_start`, `__text_end`, and so on for rodata, data and bss; `__NAME_start` and
 * `__NAME_end` for every other section, `.NAME` (whose dots become underscores); `__image_start`, and `__image_end` at
 * the end of the last page.
 */
import type { ObjectModule, Section } from '../object.ts';

export const pageBytes = 4096;

export interface PlacedSection { readonly section: Section; readonly address: number }

export interface Placement {
  readonly sections: readonly PlacedSection[];
  /** The symbols that mark borders, by name. */
  readonly borders: ReadonlyMap<string, number>;
}

/** Places the sections of a merged module, whose kinds stand together in the order text, rodata, data, bss. */
export function place({ sections }: ObjectModule, base: number): Placement {
  const borders = new Map<string, number>([['__image_start', base]]);
  const placed: PlacedSection[] = [];
  let end = base;
  for (const kind of ['text', 'rodata', 'data', 'bss'] as const) {
    end = alignUp(end, kind === 'bss' ? 4 : pageBytes);
    borders.set(`__${kind}_start`, end);
    for (const section of sections.filter((candidate) => candidate.kind === kind)) {
      const address = alignUp(end, section.align);
      end = address + section.size;
      placed.push({ section, address });
      if (section.name === `.${kind}`) continue;
      borders.set(borderName(section.name, 'start'), address);
      borders.set(borderName(section.name, 'end'), end);
    }
    borders.set(`__${kind}_end`, end);
  }
  borders.set('__image_end', alignUp(end, pageBytes));
  return { sections: placed, borders };
}

const borderName = (section: string, which: 'start' | 'end') =>
  `__${section.replace(/^\./, '').replaceAll(/[^A-Za-z0-9_]/g, '_')}_${which}`;
const alignUp = (value: number, align: number) => Math.ceil(value / align) * align;
