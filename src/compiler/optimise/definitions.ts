/** Who defines and who uses each register. */
import { type Instruction, type Register, type Routine, definitions, endUses } from '../ir/ir.ts';

export interface Definitions {
  /** How many instructions set the register; parameters count as set once. */
  readonly count: Int32Array;
  /** The only definition of a register that has one. */
  readonly single: readonly (Instruction | undefined)[];
}

export function findDefinitions(routine: Routine): Definitions {
  const count = new Int32Array(routine.registers);
  const single: (Instruction | undefined)[] = new Array(routine.registers);
  for (const register of routine.parameters) if (register !== 0) count[register]!++;
  for (const block of routine.blocks) {
    for (const instruction of block.instructions) {
      for (const register of definitions(instruction)) {
        count[register]!++;
        single[register] = count[register] === 1 ? instruction : undefined;
      }
    }
  }
  return { count, single };
}

/** How often each register is read. */
export function countUses(routine: Routine): Int32Array {
  const uses = new Int32Array(routine.registers);
  for (const block of routine.blocks) {
    for (const { from } of block.instructions) for (const register of from) uses[register]!++;
    for (const register of endUses(block.end)) uses[register]!++;
  }
  return uses;
}

/** Replaces what an instruction reads; arguments of calls name their registers too. */
export function mapUses(instruction: Instruction, map: (register: Register) => Register): void {
  instruction.from = instruction.from.map(map);
  if (instruction.call === undefined) return;
  instruction.call.arguments = instruction.call.arguments.map((argument) =>
    (argument?.kind === 'register' ? { kind: 'register', register: map(argument.register) } : argument));
  const { number } = instruction.call;
  if (number?.kind === 'register') instruction.call.number = { kind: 'register', register: map(number.register) };
}
