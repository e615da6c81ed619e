/** Which line of source a guest address comes from, and where the code of a line is: from the line tables of images. */
import { R_RISCV } from '../platform/elf.ts';
import { readLineTable } from './dwarf/line-reader.ts';
import type { LineRange } from './dwarf/line-reader.ts';
import { readElf, relocationsOf } from './elf/reader.ts';
import type { ElfFile } from './elf/reader.ts';

export type { LineRange } from './dwarf/line-reader.ts';

/** The line tables of several images, which may come and go as modules do. */
export class Lines {
  readonly #images = new Map<string, readonly LineRange[]>();
  /** By address. */
  #ranges: readonly LineRange[] = [];

  /** Adds the lines of an image. One of the same name is replaced. */
  add(image: string, ranges: readonly LineRange[]): void {
    this.#images.set(image, ranges);
    this.#merge();
  }

  remove(image: string): void {
    this.#images.delete(image);
    this.#merge();
  }

  /** The line that the code at an address comes from. */
  at(address: number): LineRange | undefined {
    const target = address >>> 0;
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ranges[middle]!.start <= target) low = middle + 1;
      else high = middle;
    }
    const range = this.#ranges[low - 1];
    return range && target < range.end ? range : undefined;
  }

  /** `file:line`, or undefined where nothing is known. */
  describe(address: number): string | undefined {
    const range = this.at(address);
    return range && `${range.file}:${range.line}`;
  }

  /** Where the code of a line begins, lowest address first. `file` may be the end of a path: `net.ts`. */
  addresses(file: string, line: number): number[] {
    const matches = (range: LineRange) =>
      range.line === line && (range.file === file || range.file.endsWith(`/${file}`));
    return this.#ranges
      .filter((range, index) => matches(range) && !(continues(this.#ranges[index - 1], range)))
      .map(({ start }) => start);
  }

  #merge(): void {
    this.#ranges = [...this.#images.values()].flat().sort((a, b) => a.start - b.start);
  }
}

/** Whether a range only goes on with the line of the one before it, in another column. */
function continues(before: LineRange | undefined, range: LineRange): boolean {
  return before?.end === range.start && before.line === range.line && before.file === range.file;
}

/**
 * The lines of an ELF file, linked or relocatable.
 * @param name how messages call the file
 * @param sections of a relocatable file: the addresses of its sections by name; code in others is left out
 * @throws LinkError when it is no such file
 */
export function readLines(bytes: Uint8Array, name: string, sections?: ReadonlyMap<string, number>): LineRange[] {
  const file = readElf(bytes, name);
  const index = file.sections.findIndex((section) => section.name === '.debug_line');
  if (index < 0) return [];
  const contents = (wanted: string) =>
    file.sections.find((section) => section.name === wanted)?.bytes ?? new Uint8Array();
  const line = file.sections[index]!.bytes.slice();
  if (sections) relocateLines(file, index, line, sections);
  const ranges = readLineTable({ line, lineStrings: contents('.debug_line_str'), strings: contents('.debug_str') });
  const lowest = sections ? Math.min(...sections.values()) : 1;
  return ranges.filter(({ start }) => start >= lowest);
}

/** What a debug section's relocations do: set, add to or subtract from a number of some bytes. psABI 8.4. */
const edits = new Map<number, { bytes: 1 | 2 | 4; sign: 1 | -1; replace: boolean }>([
  [R_RISCV.R_RISCV_32, { bytes: 4, sign: 1, replace: true }],
  [R_RISCV.R_RISCV_ADD8, { bytes: 1, sign: 1, replace: false }],
  [R_RISCV.R_RISCV_ADD16, { bytes: 2, sign: 1, replace: false }],
  [R_RISCV.R_RISCV_ADD32, { bytes: 4, sign: 1, replace: false }],
  [R_RISCV.R_RISCV_SUB8, { bytes: 1, sign: -1, replace: false }],
  [R_RISCV.R_RISCV_SUB16, { bytes: 2, sign: -1, replace: false }],
  [R_RISCV.R_RISCV_SUB32, { bytes: 4, sign: -1, replace: false }],
]);

/** A place in a section without an address becomes address 0; offsets into debug sections are kept. */
function relocateLines(file: ElfFile, index: number, line: Uint8Array, sections: ReadonlyMap<string, number>): void {
  const view = new DataView(line.buffer);
  for (const { r_offset, type, symbol, r_addend } of relocationsOf(file, index)) {
    const edit = edits.get(type);
    const target = file.symbols[symbol];
    const section = target && file.sections[target.st_shndx];
    if (!edit || !section) continue;
    const base = section.name.startsWith('.debug_') ? 0 : sections.get(section.name);
    const value = base === undefined ? undefined : base + target.st_value + r_addend;
    putEdit(view, r_offset, edit, value);
  }
}

function putEdit(
  view: DataView, at: number, { bytes, sign, replace }: { bytes: 1 | 2 | 4; sign: 1 | -1; replace: boolean },
  value: number | undefined,
): void {
  if (value === undefined && !replace) return;
  const before = bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  const after = replace ? (value ?? 0) : before + sign * (value ?? 0);
  if (bytes === 1) view.setUint8(at, after);
  else if (bytes === 2) view.setUint16(at, after, true);
  else view.setUint32(at, after, true);
}
