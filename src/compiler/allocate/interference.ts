/** Which virtual registers are needed at the same time, and what each would cost in memory. */
import { type Register, type Routine, definitions, endUses } from '../ir/ir.ts';
import { type Bits, type Liveness, atEnd, stepBack } from '../ir/liveness.ts';
import { argumentRegister } from './registers.ts';

export interface Move {
  readonly to: Register;
  readonly from: Register;
  /** How often it is run, roughly. */
  readonly weight: number;
}

export class Interference {
  readonly adjacent: Set<Register>[];
  /** Whether a call happens while the register is needed. */
  readonly acrossCall: Uint8Array;
  /** Reads and writes, weighted by loop depth. */
  readonly cost: Float64Array;
  /** Machine registers it would best be in, for arguments and results; with weights. */
  readonly hints: (Map<number, number> | undefined)[];
  readonly moves: Move[] = [];
  /** Whether it occurs at all. */
  readonly present: Uint8Array;

  constructor(routine: Routine, liveness: Liveness) {
    const { registers } = routine;
    this.adjacent = Array.from({ length: registers }, () => new Set());
    this.acrossCall = new Uint8Array(registers);
    this.cost = new Float64Array(registers);
    this.hints = new Array(registers);
    this.present = new Uint8Array(registers);
    for (const block of routine.blocks) this.#block(block, liveness);
    this.#parameters(routine, liveness);
  }

  #hint(register: Register, machine: number, weight: number): void {
    if (register === 0) return;
    const hints = this.hints[register] ??= new Map();
    hints.set(machine, (hints.get(machine) ?? 0) + weight);
  }

  #edge(a: Register, b: Register): void {
    if (a === b || a === 0 || b === 0) return;
    this.adjacent[a]!.add(b);
    this.adjacent[b]!.add(a);
  }

  #count(register: Register, weight: number): void {
    this.cost[register]! += weight;
    this.present[register] = 1;
  }

  #block(block: Routine['blocks'][number], { liveOut }: Liveness): void {
    const weight = 8 ** Math.min(block.depth, 5);
    const live = atEnd(block, liveOut.get(block)!);
    const { end } = block;
    for (const register of endUses(end)) this.#count(register, weight);
    if (end.op === 'return') {
      end.from.forEach((register, index) => this.#hint(register, argumentRegister(index), weight));
    }
    for (let index = block.instructions.length - 1; index >= 0; index--) {
      const instruction = block.instructions[index]!;
      const defined = definitions(instruction);
      const copied = instruction.op === 'copy' ? instruction.from[0]! : 0;
      for (const register of defined) {
        if (register === 0) continue;
        this.#count(register, weight);
        eachOf(live, (other) => { if (other !== copied) this.#edge(register, other); });
        for (const other of defined) this.#edge(register, other);
      }
      if (copied !== 0) this.moves.push({ to: instruction.to, from: copied, weight });
      const { call } = instruction;
      if (call !== undefined) {
        // What is needed after the call, but not made by it, lives through it.
        eachOf(live, (register) => { if (!call.results.includes(register)) this.acrossCall[register] = 1; });
      }
      stepBack(live, instruction);
      for (const register of instruction.from) this.#count(register, weight);
      if (call === undefined) continue;
      call.results.forEach((register, index) => this.#hint(register, argumentRegister(index), weight));
      call.arguments.forEach((argument, position) => {
        if (argument?.kind === 'register') this.#hint(argument.register, argumentRegister(position), weight);
      });
    }
  }

  #parameters(routine: Routine, liveness: Liveness): void {
    const given = routine.parameters.filter((register) => register !== 0);
    const live = liveness.liveIn.get(routine.entry)!;
    for (const register of given) {
      this.present[register] = 1;
      for (const other of given) this.#edge(register, other);
      eachOf(live, (other) => this.#edge(register, other));
    }
    routine.parameters.forEach((register, index) => this.#hint(register, argumentRegister(index), 1));
  }
}

function eachOf(bits: Bits, visit: (register: Register) => void): void {
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
      visit(word * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
}
