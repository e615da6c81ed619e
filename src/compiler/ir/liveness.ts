/** Which registers are needed later, at each block's ends. */
import { type Block, type Instruction, type Register, type Routine, definitions, endUses, successors } from './ir.ts';

/** A set of registers. */
export type Bits = Uint32Array;

export const has = (bits: Bits, register: Register): boolean => ((bits[register >>> 5]! >>> (register & 31)) & 1) !== 0;
export const add = (bits: Bits, register: Register): void => { bits[register >>> 5]! |= 1 << (register & 31); };
export const remove = (bits: Bits, register: Register): void => { bits[register >>> 5]! &= ~(1 << (register & 31)); };

export interface Liveness {
  readonly liveIn: ReadonlyMap<Block, Bits>;
  readonly liveOut: ReadonlyMap<Block, Bits>;
}

/** What is live before an instruction, from what is live after it, in place. */
export function stepBack(live: Bits, instruction: Instruction): void {
  for (const register of definitions(instruction)) remove(live, register);
  for (const register of instruction.from) add(live, register);
}

/** What is live before the terminator; register 0 may be among it, and means nothing. */
export function atEnd(block: Block, liveOut: Bits): Bits {
  const live = liveOut.slice();
  for (const register of endUses(block.end)) add(live, register);
  return live;
}

export function findLiveness(routine: Routine): Liveness {
  const words = (routine.registers + 31) >>> 5;
  const uses = new Map<Block, Bits>();
  const kills = new Map<Block, Bits>();
  const liveIn = new Map<Block, Bits>();
  const liveOut = new Map<Block, Bits>();
  for (const block of routine.blocks) {
    const use = new Uint32Array(words);
    const kill = new Uint32Array(words);
    for (const register of endUses(block.end)) add(use, register);
    for (let index = block.instructions.length - 1; index >= 0; index--) {
      const instruction = block.instructions[index]!;
      for (const register of definitions(instruction)) {
        remove(use, register);
        add(kill, register);
      }
      for (const register of instruction.from) add(use, register);
    }
    uses.set(block, use);
    kills.set(block, kill);
    liveIn.set(block, use.slice());
    liveOut.set(block, new Uint32Array(words));
  }
  for (let changed = true; changed;) {
    changed = false;
    for (let position = routine.blocks.length - 1; position >= 0; position--) {
      const block = routine.blocks[position]!;
      const out = liveOut.get(block)!;
      for (const next of successors(block)) {
        const from = liveIn.get(next)!;
        for (let word = 0; word < words; word++) out[word]! |= from[word]!;
      }
      const into = liveIn.get(block)!;
      const use = uses.get(block)!;
      const kill = kills.get(block)!;
      for (let word = 0; word < words; word++) {
        const live = use[word]! | (out[word]! & ~kill[word]!);
        if ((live >>> 0) === into[word]) continue;
        into[word] = live;
        changed = true;
      }
    }
  }
  return { liveIn, liveOut };
}
