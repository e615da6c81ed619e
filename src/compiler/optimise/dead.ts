/** Removes what computes values that nobody reads. */
import { type Register, type Routine, definitions, isRemovable } from '../ir/ir.ts';
import { type Bits, atEnd, findLiveness, has, stepBack } from '../ir/liveness.ts';

/** Repeats until nothing more is removed: a use that goes may be the last of another value. */
export function removeDead(routine: Routine): void {
  while (removeOnce(routine));
}

function removeOnce(routine: Routine): boolean {
  const { liveOut } = findLiveness(routine);
  let removed = false;
  for (const block of routine.blocks) {
    const live = atEnd(block, liveOut.get(block)!);
    const { instructions } = block;
    let kept = instructions.length;
    for (let index = instructions.length - 1; index >= 0; index--) {
      const instruction = instructions[index]!;
      if (isRemovable(instruction) && (instruction.to === 0 || !has(live, instruction.to) || isIdle(instruction))) {
        // Whether that was the last use of something made further up, perhaps in another block.
        removed ||= instruction.from.some((register) => register !== 0 && !has(live, register));
        continue;
      }
      dropUnwanted(instruction, live);
      stepBack(live, instruction);
      instructions[--kept] = instruction;
    }
    if (kept > 0) instructions.splice(0, kept);
  }
  return removed;
}

/** A copy of a register to itself. */
function isIdle({ op, to, from }: { op: string; to: Register; from: readonly Register[] }): boolean {
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

