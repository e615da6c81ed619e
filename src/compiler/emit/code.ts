/**
 * The code of one section: machine instructions, with references to labels that are settled when all lengths are known.
 * A conditional branch reaches 4 KiB; beyond that it is inverted over a `jal`, which reaches 1 MiB; beyond that the
 * jump is `auipc` and `jalr` through the scratch register (Unprivileged ISA 20240411, section 2.5).
 */
import { assert } from '../../assert.ts';
import { lowerPart, upperPart } from '../../isa/expression.ts';
import { immediates } from '../../isa/immediates.ts';
import { byMnemonic, encode } from '../../isa/instruction.ts';
import type { Place } from '../diagnostic.ts';
import { returnAddress, scratch, zeroRegister } from '../allocate/registers.ts';
import type { Relocation, RelocationType } from '../object.ts';

/** Something code can jump to: a block, or the symbol of a function. */
export type Label = object | string;

interface Fields { readonly rd?: number; readonly rs1?: number; readonly rs2?: number; readonly imm?: number }

/** The word of an instruction; the immediate must fit. */
export function word(mnemonic: string, { rd = 0, rs1 = 0, rs2 = 0, imm = 0 }: Fields): number {
  const encoding = byMnemonic.get(mnemonic);
  assert(encoding !== undefined, `${mnemonic} is an instruction`);
  assert(immediates[encoding.format].holds(imm), `${mnemonic} holds the immediate ${imm}`);
  return encode({ encoding, rd, rs1, rs2, imm });
}

const inverse: Readonly<Record<string, string>> = {
  beq: 'bne', bne: 'beq', blt: 'bge', bge: 'blt', bltu: 'bgeu', bgeu: 'bltu',
};

type Item =
  | { readonly kind: 'word'; readonly word: number; readonly relocation: Omit<Relocation, 'offset'> | undefined }
  | {
    readonly kind: 'branch'; readonly mnemonic: string; readonly rs1: number; readonly rs2: number; readonly to: Label;
  }
  /** A jump, or with link a call. */
  | { readonly kind: 'jump'; readonly link: boolean; readonly to: Label }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly relocations: readonly Relocation[] };

/** An item's position; its offset is known after `settle`. */
export type Position = number;

/** What a section's code comes to. */
export interface Settled {
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
  /** Byte offset of a position (one past the last item included). */
  offsetOf(position: Position): number;
  offsetOfLabel(label: Label): number;
}

const branchReach = 4096;
const jumpReach = 1 << 20;
const mostPasses = 64;

export class Code {
  readonly marks: { position: Position; place: Place }[] = [];
  readonly #items: Item[] = [];
  readonly #labels = new Map<Label, Position>();
  #place: Place | undefined;

  get position(): Position {
    return this.#items.length;
  }

  label(label: Label): void {
    assert(!this.#labels.has(label), 'a label is put once');
    this.#labels.set(label, this.position);
  }

  /** What follows comes from this place. */
  mark(place: Place): void {
    if (this.#place === place) return;
    const same = this.#place?.line === place.line && this.#place.file === place.file;
    this.#place = place;
    if (!same) this.marks.push({ position: this.position, place });
  }

  /** The next instruction begins a row of its own, whatever its place. */
  unmark(): void {
    this.#place = undefined;
  }

  instruction(mnemonic: string, fields: Fields): void {
    this.#items.push({ kind: 'word', word: word(mnemonic, fields), relocation: undefined });
  }

  /** An instruction whose immediate is a relocation's. */
  relocated(mnemonic: string, fields: Fields, type: RelocationType, symbol: string, addend: number): void {
    this.#items.push({ kind: 'word', word: word(mnemonic, fields), relocation: { type, symbol, addend } });
  }

  branch(mnemonic: string, rs1: number, rs2: number, to: Label): void {
    this.#items.push({ kind: 'branch', mnemonic, rs1, rs2, to });
  }

  jump(to: Label): void {
    this.#items.push({ kind: 'jump', link: false, to });
  }

  call(symbol: string): void {
    this.#items.push({ kind: 'jump', link: true, to: symbol });
  }

  bytes(bytes: Uint8Array, relocations: readonly Relocation[]): void {
    this.#items.push({ kind: 'bytes', bytes, relocations });
  }

  /** Settles all lengths. Items only ever grow, so this ends. */
  settle(): Settled {
    const sizes = this.#items.map((item) => this.#smallest(item));
    const offsets = new Int32Array(this.#items.length + 1);
    for (let pass = 0; ; pass++) {
      assert(pass < mostPasses, 'branch lengths settle');
      sizes.forEach((size, index) => { offsets[index + 1] = offsets[index]! + size; });
      if (!this.#grow(sizes, offsets)) break;
    }
    const bytes = new Uint8Array(offsets[this.#items.length]!);
    const view = new DataView(bytes.buffer);
    const relocations: Relocation[] = [];
    this.#items.forEach((item, index) => this.#write(item, offsets, index, sizes[index]!, view, relocations));
    return {
      bytes, relocations,
      offsetOf: (position) => offsets[position]!,
      offsetOfLabel: (label) => offsets[this.#target(label)]!,
    };
  }

  #smallest(item: Item): number {
    if (item.kind === 'bytes') return item.bytes.length;
    return item.kind === 'jump' && !this.#labels.has(item.to) ? 8 : 4;
  }

  #grow(sizes: number[], offsets: Int32Array): boolean {
    let grew = false;
    this.#items.forEach((item, index) => {
      const target = item.kind === 'branch' || item.kind === 'jump' ? this.#labels.get(item.to) : undefined;
      if (target === undefined) return;
      const distance = offsets[target]! - offsets[index]!;
      const needed = item.kind === 'branch' ? branchSize(distance) : reaches(distance, jumpReach) ? 4 : 8;
      if (needed <= sizes[index]!) return;
      sizes[index] = needed;
      grew = true;
    });
    return grew;
  }

  #write(
    item: Item, offsets: Int32Array, index: number, size: number, view: DataView, relocations: Relocation[],
  ): void {
    const at = offsets[index]!;
    const put = (offset: number, value: number) => view.setInt32(at + offset, value, true);
    switch (item.kind) {
      case 'word':
        put(0, item.word);
        if (item.relocation !== undefined) relocations.push({ offset: at, ...item.relocation });
        return;
      case 'bytes':
        new Uint8Array(view.buffer).set(item.bytes, at);
        for (const relocation of item.relocations) relocations.push({ ...relocation, offset: relocation.offset + at });
        return;
      case 'branch': {
        const distance = offsets[this.#target(item.to)]! - at;
        if (size === 4) put(0, word(item.mnemonic, { rs1: item.rs1, rs2: item.rs2, imm: distance }));
        else {
          put(0, word(inverse[item.mnemonic]!, { rs1: item.rs1, rs2: item.rs2, imm: size }));
          this.#jump(put, 4, size - 4, distance - 4, zeroRegister, scratch);
        }
        return;
      }
      case 'jump': {
        const target = this.#labels.get(item.to);
        const [link, through] = item.link ? [returnAddress, returnAddress] : [zeroRegister, scratch];
        if (target !== undefined) this.#jump(put, 0, size, offsets[target]! - at, link, through);
        else {
          assert(typeof item.to === 'string', 'a jump goes to a label that was put');
          put(0, word('auipc', { rd: through }));
          put(4, word('jalr', { rd: link, rs1: through }));
          relocations.push({ offset: at, type: 'R_RISCV_CALL_PLT', symbol: item.to, addend: 0 });
        }
      }
    }
  }

  #target(label: Label): Position {
    const position = this.#labels.get(label);
    assert(position !== undefined, 'a branch goes to a label that was put');
    return position;
  }

  #jump(
    put: (offset: number, value: number) => void, offset: number, size: number, distance: number, link: number,
    through: number,
  ): void {
    if (size === 4) return put(offset, word('jal', { rd: link, imm: distance }));
    put(offset, word('auipc', { rd: through, imm: (upperPart(distance) << 12) | 0 }));
    put(offset + 4, word('jalr', { rd: link, rs1: through, imm: lowerPart(distance) }));
  }
}

const reaches = (distance: number, reach: number) => distance >= -reach && distance < reach;

/** Bytes of a conditional branch over a distance: the jump of a longer one stands 4 bytes further on. */
function branchSize(distance: number): number {
  if (reaches(distance, branchReach)) return 4;
  return reaches(distance - 4, jumpReach) ? 8 : 12;
}
