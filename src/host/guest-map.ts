import { Lines, readLines } from '../compiler/lines.ts';
import { Symbols } from '../machine/symbols.ts';
import { parseElf } from '../machine/image/elf.ts';
import { STT } from '../platform/elf.ts';

/** What guest addresses are called: functions and lines of source, of all images that are in memory. */
export class GuestMap {
  readonly symbols = new Symbols();
  readonly lines = new Lines();

  /**
   * Adds an executable, where it was linked.
   * @throws ImageError or LinkError when `file` is none
   */
  addImage(image: string, file: Uint8Array): void {
    this.symbols.add(parseElf(file, image), { image });
    this.lines.add(image, readLines(file, image));
  }

  /** Adds a module that the guest has placed: the addresses of its sections, by name. */
  addModule(image: string, file: Uint8Array, sections: ReadonlyMap<string, number>): void {
    const elf = parseElf(file, image);
    const rows = elf.symbols.flatMap(({ name, st_value, st_size, st_shndx, type }) => {
      const start = sections.get(elf.sections[st_shndx]?.name ?? '');
      return start === undefined || name === '' || st_size === 0 || type === STT.STT_SECTION
        ? [] : [{ name, address: start + st_value, size: st_size, image }];
    });
    this.symbols.addAll(image, rows);
    this.lines.add(image, readLines(file, image, sections));
  }

  remove(image: string): void {
    this.symbols.remove(image);
    this.lines.remove(image);
  }

  /** `nic_open+0x14 (nic.ts:113)`, or as much of it as is known. */
  describe(address: number): string {
    const line = this.lines.describe(address);
    return line === undefined ? this.symbols.describe(address) : `${this.symbols.describe(address)} (${line})`;
  }
}
