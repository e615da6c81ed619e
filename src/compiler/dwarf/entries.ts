/**
 * Debugging information entries (DWARF 4, section 2 and 7.5): a tree of tags with attributes, written as `.debug_info`
 * and, for the shapes of its entries, `.debug_abbrev`.
 */
import { DebugBytes } from './bytes.ts';
import { DW_AT, DW_FORM, DW_TAG } from './constants.ts';

export type Tag = keyof typeof DW_TAG;
export type Attribute = keyof typeof DW_AT;

/** An attribute's value by its form. An address without a symbol is a number; a `key` is an entry's of the unit. */
export type Value =
  | { readonly form: 'data1' | 'data2' | 'data4' | 'udata' | 'sdata'; readonly value: number }
  | { readonly form: 'strp'; readonly text: string }
  | { readonly form: 'addr'; readonly symbol: string | undefined; readonly addend: number }
  | { readonly form: 'sec_offset'; readonly section: string; readonly offset: number }
  | { readonly form: 'exprloc'; readonly expression: DebugBytes }
  | { readonly form: 'ref4'; readonly key: string }
  | { readonly form: 'flag_present' };

export interface Entry {
  readonly tag: Tag;
  readonly attributes: readonly (readonly [Attribute, Value])[];
  readonly children?: readonly Entry[];
  /** What references to this entry call it. */
  readonly key?: string;
}

/** Writes one compilation unit. `stringAt` gives the offset of a string in `.debug_str`. */
export function debugInfo(unit: Entry, stringAt: (text: string) => number): { info: DebugBytes; abbrev: DebugBytes } {
  const writer = new UnitWriter(stringAt);
  const { info } = writer;
  info.counted(() => {
    info.u16(4);
    info.address('.debug_abbrev');
    info.u8(4); // bytes in an address
    writer.entry(unit);
  });
  writer.finish();
  return writer;
}

class UnitWriter {
  readonly info = new DebugBytes();
  readonly abbrev = new DebugBytes();
  readonly #stringAt: (text: string) => number;
  readonly #codes = new Map<string, number>();
  readonly #labels = new Map<string, number>();
  readonly #references: { readonly at: number; readonly key: string }[] = [];

  constructor(stringAt: (text: string) => number) {
    this.#stringAt = stringAt;
  }

  entry(entry: Entry): void {
    if (entry.key !== undefined) this.#labels.set(entry.key, this.info.size);
    this.info.uleb(this.#code(entry));
    for (const [, value] of entry.attributes) this.#value(value);
    if (!entry.children) return;
    for (const child of entry.children) this.entry(child);
    this.info.u8(0);
  }

  /** References are filled in when all entries have their place; they count from the unit's start, which is 0 here. */
  finish(): void {
    for (const { at, key } of this.#references) this.info.patch(at, this.#labels.get(key)!);
    this.abbrev.u8(0);
  }

  /** The number of the abbreviation for entries of this shape, which is declared when it is the first. */
  #code({ tag, attributes, children }: Entry): number {
    const forms = attributes.map(([name, { form }]) => `${name}:${form}`);
    const shape = [tag, children !== undefined, ...forms].join(' ');
    const known = this.#codes.get(shape);
    if (known !== undefined) return known;
    const code = this.#codes.size + 1;
    this.#codes.set(shape, code);
    this.abbrev.uleb(code);
    this.abbrev.uleb(DW_TAG[tag]);
    this.abbrev.u8(children ? 1 : 0);
    for (const [name, { form }] of attributes) {
      this.abbrev.uleb(DW_AT[name]);
      this.abbrev.uleb(DW_FORM[form]);
    }
    this.abbrev.u8(0, 0);
    return code;
  }

  #value(value: Value): void {
    const { info } = this;
    switch (value.form) {
      case 'data1': return info.u8(value.value);
      case 'data2': return info.u16(value.value);
      case 'data4': return info.u32(value.value);
      case 'udata': return info.uleb(value.value);
      case 'sdata': return info.sleb(value.value);
      case 'strp': return info.address('.debug_str', this.#stringAt(value.text));
      case 'addr': {
        if (value.symbol === undefined) return info.u32(value.addend);
        return info.address(value.symbol, value.addend);
      }
      case 'sec_offset': return info.address(value.section, value.offset);
      case 'exprloc': {
        info.uleb(value.expression.size);
        return this.#expression(value.expression);
      }
      case 'ref4': {
        this.#references.push({ at: info.size, key: value.key });
        return info.u32(0);
      }
      case 'flag_present': return undefined;
    }
  }

  #expression({ bytes, relocations }: DebugBytes): void {
    const at = this.info.size;
    this.info.append(bytes);
    for (const relocation of relocations) {
      this.info.relocations.push({ ...relocation, offset: at + relocation.offset });
    }
  }
}
