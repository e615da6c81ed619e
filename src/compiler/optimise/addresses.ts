/**
 * A global that is accessed at one offset needs no address in a register: `lui` with the upper part, then the access
 * with the lower part (psABI 1.0, section 6.1, medlow code model).
 */
import { type Instruction, type Register, type Routine, endUses, loadOperations, storeOperations } from '../ir/ir.ts';
import { findDefinitions } from './definitions.ts';

interface Uses {
  readonly accesses: Instruction[];
  /** Whether all uses are accesses at one offset. */
  alike: boolean;
}

export function foldAddresses(routine: Routine): void {
  const { single } = findDefinitions(routine);
  const uses = new Map<Register, Uses>();
  const note = (register: Register, access: Instruction | undefined) => {
    if (single[register]?.op !== 'symbol') return;
    const known = uses.get(register) ?? { accesses: [], alike: true };
    uses.set(register, known);
    const [first = access] = known.accesses;
    if (access === undefined || access.immediate !== first?.immediate) known.alike = false;
    else known.accesses.push(access);
  };
  for (const block of routine.blocks) {
    for (const instruction of block.instructions) {
      instruction.from.forEach((register, index) => {
        note(register, isBase(instruction, index) ? instruction : undefined);
      });
    }
    for (const register of endUses(block.end)) note(register, undefined);
  }
  for (const [register, { accesses, alike }] of uses) {
    const made = single[register]!;
    if (!alike) continue;
    const offset = (made.immediate + accesses[0]!.immediate) | 0;
    made.op = 'high';
    made.immediate = offset;
    for (const access of accesses) {
      access.symbol = made.symbol;
      access.immediate = offset;
    }
  }
}

/** Whether an operand is the base of an access that has no symbol yet. */
function isBase({ op, symbol }: Instruction, index: number): boolean {
  return symbol === undefined && ((loadOperations.has(op) && index === 0) || (storeOperations.has(op) && index === 1));
}
