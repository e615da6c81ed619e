/** The state of lowering one function: its registers, loops, frame, and the functions being inlined into it. */
import { assert } from '../../assert.ts';
import type { Block, Register, Routine, Slot } from '../ir/ir.ts';
import type { FunctionNode, Local, LoopStatement, Storage } from '../tree.ts';
import { alignOf, isWide, sizeOf } from '../types.ts';
import { Builder } from './builder.ts';
import { type Operand, type Value, pair, zero } from './operand.ts';
import type { Surroundings } from './surroundings.ts';

/** What stands for a local: registers that are set and read, or a value that never changes. */
type Binding =
  | { readonly kind: 'variable'; readonly registers: readonly Register[] }
  | { readonly kind: 'value'; readonly value: Value };

/** Where break and continue of a loop or switch go. */
export interface Jumps {
  readonly exit: Block;
  readonly next: Block | undefined;
}

/** A function that is being inlined: where its returns go and what they set. */
export interface Inlined {
  readonly function: FunctionNode;
  readonly end: Block;
  readonly results: readonly Register[];
}

export const outgoing: Slot = { kind: 'outgoing' };
export const incoming: Slot = { kind: 'incoming' };

export class Lowering {
  readonly surroundings: Surroundings;
  readonly builder: Builder;
  readonly routine: Routine;
  readonly function: FunctionNode;
  readonly jumps = new Map<number, Jumps>();
  readonly held = new Map<number, Value>();
  /** Innermost last. */
  readonly inlined: Inlined[] = [];
  /** Instructions that inlining has added so far. */
  inlinedSize = 0;
  readonly #bindings = new Map<Local, Binding>();
  readonly #storage = new Map<Storage, Slot>();

  constructor(surroundings: Surroundings, node: FunctionNode, routine: Routine) {
    this.surroundings = surroundings;
    this.function = node;
    this.routine = routine;
    this.builder = new Builder(routine);
  }

  /** Gives a local its first value. `lazy`: what is known of the value is kept known, for an inlined parameter. */
  bind(local: Local, value: Value, lazy = false): void {
    const b = this.builder;
    if (!local.assigned) {
      const kept = lazy ? value : this.#settled(value);
      this.#bindings.set(local, { kind: 'value', value: kept });
      this.#note(local, registersOf(kept));
      return;
    }
    const registers = isWide(local.type) ? [b.register(), b.register()] : [b.register()];
    this.#bindings.set(local, { kind: 'variable', registers });
    this.#note(local, registers);
    this.#set(registers, value);
  }

  /**
   * A value in registers, so that a debugger finds it; comparisons stay what they are, for the branches that use them.
   */
  #settled(value: Value): Value {
    const settle = (operand: Operand) => (operand.kind === 'offset' ? this.builder.toRegister(operand) : operand);
    return value.kind === 'pair' ? pair(settle(value.low), settle(value.high)) : settle(value);
  }

  #note(local: Local, registers: readonly Register[]): void {
    if (this.inlined.length === 0 && registers.length > 0) this.routine.variables.push({ local, registers });
  }

  #set(registers: readonly Register[], value: Value): void {
    const words = wordsOf(value);
    assert(words.length === registers.length, `${this.function.name}: a value has as many words as its variable`);
    words.forEach((word, index) => this.builder.set(registers[index]!, word));
  }

  assign(local: Local, value: Value): void {
    const binding = this.#bindings.get(local);
    assert(binding?.kind === 'variable', `${local.name} is a variable`);
    this.#set(binding.registers, value);
  }

  read(local: Local): Value {
    const binding = this.#bindings.get(local);
    assert(binding !== undefined, `${local.name} has a value`);
    if (binding.kind === 'value') return binding.value;
    const words = binding.registers.map((register) => this.builder.get(register));
    return words.length === 2 ? pair(words[0]!, words[1]!) : words[0]!;
  }

  storage(node: Storage): Operand {
    let slot = this.#storage.get(node);
    if (slot === undefined) {
      slot = { kind: 'storage', size: Math.max(1, sizeOf(node.cell)), align: alignOf(node.cell), offset: 0 };
      this.#storage.set(node, slot);
      this.routine.slots.push(slot);
    }
    return { kind: 'slot', slot, offset: 0 };
  }

  /** A variable of `words` registers for the alternatives of an expression. */
  result(words: number): readonly Register[] {
    return Array.from({ length: words }, () => this.builder.register());
  }

  setResult(registers: readonly Register[], value: Value): void {
    this.#set(registers, value);
  }

  getResult(registers: readonly Register[]): Value {
    const words = registers.map((register) => this.builder.get(register));
    return words.length === 2 ? pair(words[0]!, words[1]!) : words[0] ?? zero;
  }

  enter(loop: { readonly id: LoopStatement['id'] }, jumps: Jumps): void {
    this.jumps.set(loop.id, jumps);
  }
}

export function wordsOf(value: Value): readonly Operand[] {
  return value.kind === 'pair' ? [value.low, value.high] : [value];
}

function registersOf(value: Value): readonly Register[] {
  const words = wordsOf(value);
  return words.every(({ kind }) => kind === 'register')
    ? words.map((word) => (word as Extract<Operand, { kind: 'register' }>).register) : [];
}

/** The one word of a 32-bit value. */
export function word(value: Value): Operand {
  assert(value.kind !== 'pair', 'a value has 32 bits');
  return value;
}

/** Both words of a 64-bit value. */
export function words(value: Value) {
  assert(value.kind === 'pair', 'a value has 64 bits');
  return value;
}

