/** The code of a module in which faults are put, and the choice of faults by seed. */
import { readElf } from '../compiler/elf/reader.ts';
import { disassemble } from '../isa/disassembler.ts';
import { Random } from '../machine/random.ts';
import { SHN, STT } from '../platform/elf.ts';
import { type FaultKind, type FunctionCode, faultKinds, functionCode } from './faults.ts';

/** A fault before it is injected: what it makes of a word of the module, wherever that is loaded. */
export interface Fault {
  readonly kind: FaultKind;
  /** Bytes from the start of the module's `.text`. */
  readonly offset: number;
  readonly function: string;
  /** The bits that change in the word as it is in the file. Bits that the loader binds change in the bound word. */
  readonly flipped: number;
  /** The word becomes this, whatever the loader has bound; undefined for one whose bits change. */
  readonly replacement: number | undefined;
}

interface ModuleFunction {
  readonly name: string;
  readonly offset: number;
  readonly code: FunctionCode;
  /** By kind, the indexes of the instructions that it can change. */
  readonly candidates: ReadonlyMap<FaultKind, readonly number[]>;
}

/** Draws for one fault after which the module has none of the kinds asked for. */
const mostDraws = 10_000;

/** The code of a module's file, which is the same however it is loaded. */
export class FaultSpace {
  readonly functions: readonly ModuleFunction[];
  /** Words of code. */
  readonly words: number;

  /** @throws LinkError when `file` is no module */
  constructor(file: Uint8Array, name: string) {
    const elf = readElf(file, name);
    const section = elf.sections.findIndex((candidate) => candidate.name === '.text');
    const text = elf.sections[section]?.bytes ?? new Uint8Array();
    const view = new DataView(text.buffer, text.byteOffset, text.byteLength);
    this.functions = elf.symbols
      .filter(({ st_info, st_shndx, st_size }) =>
        (st_info & 0xf) === STT.STT_FUNC && st_shndx === section && st_shndx !== SHN.SHN_UNDEF && st_size >= 4)
      .sort((a, b) => a.st_value - b.st_value)
      .filter(({ st_value }, index, sorted) => st_value !== sorted[index - 1]?.st_value)
      .map(({ name: symbol, st_value, st_size }) => describe(symbol, st_value,
        Int32Array.from({ length: st_size >>> 2 }, (_, index) => view.getInt32(st_value + index * 4, true))));
    this.words = this.functions.reduce((sum, { code }) => sum + code.words.length, 0);
  }

  /** How many instructions a kind can change. */
  count(kind: FaultKind): number {
    return this.functions.reduce((sum, { candidates }) => sum + candidates.get(kind)!.length, 0);
  }

  /**
   * `count` faults in as many different instructions, in the order of being drawn: for each a kind, evenly; a function
   * by its size; an instruction of it that the kind can change, evenly; an edit, evenly. What finds nothing to change
   * is drawn again, so that none is lost.
   * @throws Error when the module has no such instructions left
   */
  choose({ seed, count, kinds }: { seed: number; count: number; kinds: readonly FaultKind[] }): Fault[] {
    const random = new Random().seed(seed);
    const faults: Fault[] = [];
    for (let draws = 0; faults.length < count; draws++) {
      if (draws >= mostDraws * count) throw new Error(`there is nothing to change by faults ${kinds.join(', ')}`);
      const kind = kinds[random.below(kinds.length)]!;
      const fault = this.#draw(kind, random);
      if (fault && !faults.some(({ offset }) => offset === fault.offset)) faults.push(fault);
    }
    return faults;
  }

  #draw(kind: FaultKind, random: Random): Fault | undefined {
    let word = random.below(this.words);
    const chosen = this.functions.find(({ code }) => (word -= code.words.length) < 0)!;
    const candidates = chosen.candidates.get(kind)!;
    if (candidates.length === 0) return undefined;
    const index = candidates[random.below(candidates.length)]!;
    const edits = faultKinds[kind].edits(chosen.code, index);
    const word0 = chosen.code.words[index]!, word1 = edits[random.below(edits.length)]!;
    return {
      kind, offset: chosen.offset + index * 4, function: chosen.name, flipped: word0 ^ word1,
      replacement: leavesOut.has(kind) ? word1 : undefined,
    };
  }
}

/** Kinds that put a word in place of another, which may have been bound by the loader. */
const leavesOut: ReadonlySet<FaultKind> = new Set(['interface', 'branch', 'nop', 'init']);

/** The word with the fault in it. */
export const faulty = ({ flipped, replacement }: Fault, word: number): number => replacement ?? word ^ flipped;

/** `lw a0,4(a1) -> lw a0,4(a3)`, for code at an address. */
export function describeEdit(address: number, before: number, after: number): string {
  const text = (word: number) => disassemble(word, { pc: address }).replace('\t', ' ');
  return `${text(before)} -> ${text(after)}`;
}

function describe(name: string, offset: number, words: Int32Array): ModuleFunction {
  const code = functionCode(words);
  const kinds = Object.keys(faultKinds) as FaultKind[];
  const candidates = new Map(kinds.map((kind) =>
    [kind, Array.from(words.keys()).filter((index) => faultKinds[kind].edits(code, index).length > 0)]));
  return { name, offset, code, candidates };
}
