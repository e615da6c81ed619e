/** Removes what computes values that nobody reads. */
import { type Instruction, type Routine, definitions, isRemovable } from '../ir/ir.ts';
import { type Bits, atEnd, findLiveness, has, stepBack } from '../ir/liveness.ts';
import { countUses } from './definitions.ts';

export function removeDead(routine: Routine): void {
  removeUnread(routine);
  // A variable may be read elsewhere and yet not after this: that takes liveness to see.
  if (removeOverwritten(routine)) removeUnread(routine);
}

/** Removes what sets registers that nothing reads anywhere, until all that is left is read. */
function removeUnread(routine: Routine): void {
  const uses = countUses(routine);
  for (let again = true; again;) {
    again = false;
    for (let position = routine.blocks.length - 1; position >= 0; position--) {
      const block = routine.blocks[position]!;
      if (keep(block, (instruction) => {
        if (!isRemovable(instruction) || (instruction.to !== 0 && uses[instruction.to]! > 0 && !isIdle(instruction))) {
          return true;
        }
        for (const register of instruction.from) uses[register]!--;
        return false;
      })) again = true;
    }
  }
}

/** Yields whether anything went that read a register. */
function removeOverwritten(routine: Routine): boolean {
  const { liveOut } = findLiveness(routine);
  let removed = false;
  for (const block of routine.blocks) {
    const live = atEnd(block, liveOut.get(block)!);
    keep(block, (instruction) => {
      if (isRemovable(instruction) && !has(live, instruction.to)) {
        removed ||= instruction.from.length > 0;
        return false;
      }
      dropUnwanted(instruction, live);
      stepBack(live, instruction);
      return true;
    });
  }
  return removed;
}

/** Keeps the instructions that pass a test, asked from the last to the first; yields whether any did not. */
function keep(block: Routine['blocks'][number], test: (instruction: Instruction) => boolean): boolean {
  const { instructions } = block;
  let kept = instructions.length;
  for (let index = instructions.length - 1; index >= 0; index--) {
    const instruction = instructions[index]!;
    if (test(instruction)) instructions[--kept] = instruction;
  }
  if (kept === 0) return false;
  block.instructions = instructions.slice(kept);
  return true;
}

/** A copy of a register to itself. */
function isIdle({ op, to, from }: Instruction): boolean {
  return op === 'copy' && from[0] === to;
}

/** Results that nobody reads go nowhere. */
function dropUnwanted(instruction: Parameters<typeof definitions>[0], live: Bits): void {
  if (instruction.call !== undefined) {
    instruction.call.results = instruction.call.results.map((register) => (has(live, register) ? register : 0));
  } else if (instruction.to !== 0 && instruction.op === 'machine' && !has(live, instruction.to)) {
    instruction.to = 0;
  }
}
