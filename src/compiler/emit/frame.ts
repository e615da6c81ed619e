/**
 * A function's stack frame, from the stack pointer upwards: arguments of calls it makes, spilled values, local storage,
 * saved registers, registers of variadic arguments; then, at the canonical frame address, the arguments it got on the
 * stack.
 */
import { returnAddress } from '../allocate/registers.ts';
import type { Allocation } from '../allocate/colour.ts';
import type { Routine, Slot } from '../ir/ir.ts';

export interface Frame {
  /** Bytes from sp to the canonical frame address; a multiple of 16. */
  readonly size: number;
  /** Bytes by which sp moves first, small enough for one instruction; the rest follows once registers are saved. */
  readonly firstStep: number;
  /** Saved registers and where, in bytes below the canonical frame address (negative). */
  readonly saved: readonly (readonly [register: number, offset: number])[];
  /** Bytes from sp of the n-th spilled value. */
  spill(index: number): number;
  /** Bytes from sp of a slot's start. */
  slot(slot: Slot): number;
}

const stackAlign = 16;
/** The largest frame whose offsets all fit an immediate. */
const largestSmall = 2032;

const up = (value: number, align: number) => Math.ceil(value / align) * align;

export function layFrame(routine: Routine, { spills, saved }: Allocation): Frame {
  const makesCalls = routine.blocks.some(({ instructions }) =>
    instructions.some(({ op }) => op === 'call' || op === 'call pointer'));
  const spillStart = up(routine.outgoing, 4);
  let top = spillStart + 4 * spills;
  for (const slot of routine.slots) {
    if (slot.kind !== 'storage') continue;
    top = up(top, Math.max(slot.align, 4));
    slot.offset = top;
    top += slot.size;
  }
  const registers = [...(makesCalls ? [returnAddress] : []), ...saved];
  const variadic = 4 * routine.savedVariadic;
  const upper = 4 * registers.length + variadic;
  const size = up(up(top, 4) + upper, stackAlign);
  return {
    size,
    firstStep: size <= largestSmall ? size : up(upper, stackAlign),
    saved: registers.map((register, index) => [register, -variadic - 4 * (index + 1)] as const),
    spill: (index) => spillStart + 4 * index,
    slot: (slot) => (slot.kind === 'storage' ? slot.offset : slot.kind === 'outgoing' ? 0 : size),
  };
}
