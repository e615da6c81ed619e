/**
 * Relocations: places in assembled bytes that wait for an address. RISC-V ABIs Specification (psABI) 1.0, section
 * "Relocations", with its names; S is the symbol's address, A the addend, P the address of the place.
 */
import { upperPart } from './expression.ts';
import { immediates, type Format } from './immediates.ts';

export type RelocationType = 'R_RISCV_32' | 'R_RISCV_HI20' | 'R_RISCV_LO12_I' | 'R_RISCV_LO12_S' | 'R_RISCV_CALL_PLT'
  | 'R_RISCV_BRANCH' | 'R_RISCV_JAL';

/** The bytes at `offset` of a section depend on the address of `symbol`, plus `addend`. */
export interface Relocation {
  readonly offset: number;
  readonly type: RelocationType;
  readonly symbol: string;
  readonly addend: number;
}

/** The relocations whose value is a distance, so that it does not change when a section moves. */
export const pcRelative: ReadonlySet<RelocationType> = new Set(['R_RISCV_BRANCH', 'R_RISCV_JAL', 'R_RISCV_CALL_PLT']);

/** Puts an immediate in the word at `offset`, replacing the one that is there. False when the format cannot hold it. */
function patch(view: DataView, offset: number, format: Format, value: number): boolean {
  const { bits, put, holds } = immediates[format];
  view.setInt32(offset, (view.getInt32(offset, true) & ~bits) | put(value), true);
  return holds(value);
}

/** A distance whose upper 20 bits are in `auipc` at `offset`, and its lower 12 in the `jalr` after it. */
function patchCall(view: DataView, offset: number, distance: number): boolean {
  return patch(view, offset, 'U', upperPart(distance) << 12)
    && patch(view, offset + 4, 'I', (distance << 20) >> 20);
}

/**
 * Writes what a relocation says into `view` at `offset`. `target` is S + A, `place` is P, both 32-bit addresses.
 * Returns false when the distance does not fit the instruction.
 */
export function relocate(view: DataView, offset: number, type: RelocationType, target: number, place: number): boolean {
  const distance = (target - place) | 0;
  switch (type) {
    case 'R_RISCV_32': view.setInt32(offset, target | 0, true); return true;
    case 'R_RISCV_HI20': return patch(view, offset, 'U', upperPart(target) << 12);
    case 'R_RISCV_LO12_I': return patch(view, offset, 'I', (target << 20) >> 20);
    case 'R_RISCV_LO12_S': return patch(view, offset, 'S', (target << 20) >> 20);
    case 'R_RISCV_CALL_PLT': return patchCall(view, offset, distance);
    case 'R_RISCV_BRANCH': return patch(view, offset, 'B', distance);
    case 'R_RISCV_JAL': return patch(view, offset, 'J', distance);
  }
}
