/** Appends instructions to a routine, choosing immediate forms and folding what is known. */
import { assert } from '../../assert.ts';
import type { Place } from '../diagnostic.ts';
import { commutative, compute, holds, immediateForm, isShift } from '../ir/arithmetic.ts';
import {
  type AluOperation, type Argument, type Block, type CallShape, type Condition, type Instruction, type LoadOperation,
  type MachineShape, type Operation, type Register, type Routine, type Slot, type StoreOperation, fitsImmediate,
  opposite,
} from '../ir/ir.ts';
import { type Operand, constant, inRegister, isConstant, zero } from './operand.ts';

interface Extra {
  readonly immediate?: number;
  readonly symbol?: string | undefined;
  readonly slot?: Slot | undefined;
  readonly volatile?: boolean;
  readonly call?: CallShape;
  readonly machine?: MachineShape;
}

/** A memory address as an instruction takes it. */
interface Addressing {
  readonly base: Register[];
  readonly immediate: number;
  readonly symbol: string | undefined;
  readonly slot: Slot | undefined;
}

export class Builder {
  readonly routine: Routine;
  place: Place;
  #current: Block;
  #open = true;
  #blocks = 1;

  constructor(routine: Routine) {
    this.routine = routine;
    this.place = routine.place;
    this.#current = routine.entry;
  }

  register(): Register {
    return this.routine.registers++;
  }

  block(): Block {
    return { id: this.#blocks++, instructions: [], end: { op: 'unreachable', place: this.place }, depth: 0 };
  }

  /** Goes on in `block`, which is laid out here. */
  at(block: Block): void {
    assert(!this.#open, 'a block is left before it ends');
    this.routine.blocks.push(block);
    this.#current = block;
    this.#open = true;
  }

  /** Whether control can come here: after a jump nothing is appended until the next block. */
  get reachable(): boolean {
    return this.#open;
  }

  #end(end: Block['end']): void {
    if (this.#open) this.#current.end = end;
    this.#open = false;
  }

  jump(to: Block): void {
    this.#end({ op: 'jump', to, place: this.place });
  }

  unreachable(): void {
    this.#end({ op: 'unreachable', place: this.place });
  }

  return(values: readonly Operand[]): void {
    this.#end({ op: 'return', from: values.map((value) => this.inRegister(value)), place: this.place });
  }

  table(address: Operand, table: string, targets: Block[]): void {
    this.#end({ op: 'table', from: [this.inRegister(address)], table, targets, place: this.place });
  }

  /** Goes to `yes` when `value` is not 0. */
  branch(value: Operand, yes: Block, no: Block): void {
    if (value.kind === 'constant') return this.jump(value.value !== 0 ? yes : no);
    const { condition, left, right } = value.kind === 'compare' ? value
      : { condition: 'ne' as const, left: value, right: zero };
    const from = [this.inRegister(left), this.inRegister(right)];
    this.#end({ op: 'branch', condition, from, yes, no, place: this.place });
  }

  emit(op: Operation, to: Register, from: Register[], extra: Extra = {}): void {
    if (!this.#open) return;
    const { immediate = 0, symbol, slot, volatile = false, call, machine } = extra;
    const instruction: Instruction =
      { op, to, from, immediate, symbol, slot, volatile, place: this.place, call, machine };
    this.#current.instructions.push(instruction);
  }

  #make(op: Operation, from: Register[], extra?: Extra): Operand {
    const to = this.register();
    this.emit(op, to, from, extra);
    return inRegister(to);
  }

  /** The register that holds an operand, made if need be. */
  inRegister(operand: Operand): Register {
    const made = this.toRegister(operand);
    assert(made.kind === 'register' || isConstant(made, 0), 'an operand is in a register');
    return made.kind === 'register' ? made.register : 0;
  }

  /** The operand as a register (or the constant 0, which is one). */
  toRegister(operand: Operand): Operand {
    switch (operand.kind) {
      case 'register': return operand;
      case 'constant': return operand.value === 0 ? operand : this.#make('constant', [], { immediate: operand.value });
      case 'offset': return this.#make('addi', [operand.register], { immediate: operand.offset });
      case 'symbol': return this.#make('symbol', [], { symbol: operand.symbol, immediate: operand.offset });
      case 'slot': return this.#make('frame', [], { slot: operand.slot, immediate: operand.offset });
      case 'compare': return this.#comparison(operand.condition, operand.left, operand.right);
    }
  }

  /** Sets a variable. */
  set(variable: Register, value: Operand): void {
    if (value.kind === 'constant') this.emit('constant', variable, [], { immediate: value.value });
    else this.emit('copy', variable, [this.inRegister(value)]);
  }

  /** Reads a variable as it is now. */
  get(variable: Register): Operand {
    return this.#make('copy', [variable]);
  }

  #comparison(condition: Condition, left: Operand, right: Operand): Operand {
    switch (condition) {
      case 'eq': case 'ne': {
        const difference = this.#difference(left, right);
        return condition === 'eq'
          ? this.#make('sltiu', [difference], { immediate: 1 }) : this.#make('sltu', [0, difference]);
      }
      case 'lt': return this.binary('slt', left, right);
      case 'ltu': return this.binary('sltu', left, right);
      case 'ge': case 'geu':
        return this.binary('xor', this.#comparison(opposite[condition], left, right), constant(1));
    }
  }

  /** A register that is 0 when the two are equal. */
  #difference(left: Operand, right: Operand): Register {
    if (isConstant(right, 0)) return this.inRegister(left);
    return this.inRegister(this.binary(right.kind === 'constant' ? 'sub' : 'xor', left, right));
  }

  /** A comparison that a branch can make, or that becomes 0 or 1. */
  compare(condition: Condition, left: Operand, right: Operand): Operand {
    if (left.kind === 'constant' && right.kind === 'constant') {
      return constant(holds[condition](left.value, right.value) ? 1 : 0);
    }
    const equality = condition === 'eq' || condition === 'ne';
    if (equality && left.kind === 'constant') return this.compare(condition, right, left);
    if (left.kind === 'compare' && isConstant(right, 0) && equality) {
      return condition === 'ne' ? left : { ...left, condition: opposite[left.condition] };
    }
    const simple = nearZero(condition, left, right);
    if (simple !== undefined) return this.compare(simple.condition, simple.left, simple.right);
    const fixed = (operand: Operand) => (operand.kind === 'constant' ? operand : this.toRegister(operand));
    return { kind: 'compare', condition, left: fixed(left), right: fixed(right) };
  }

  /** `a op b`, with what is known folded and immediates used where they fit. */
  binary(op: AluOperation, a: Operand, b: Operand): Operand {
    if (a.kind === 'constant' && b.kind === 'constant') return constant(compute[op](a.value, b.value));
    if (a.kind === 'constant' && commutative.has(op)) return this.binary(op, b, a);
    if (b.kind === 'constant') return this.#withConstant(op, a, b.value);
    if (op === 'sub' && a.kind === 'offset') {
      return this.binary('add', this.binary('sub', inRegister(a.register), b), constant(a.offset));
    }
    if (op === 'add' && a.kind === 'offset') {
      return this.binary('add', this.binary('add', inRegister(a.register), b), constant(a.offset));
    }
    if (op === 'add' && b.kind === 'offset') {
      return this.binary('add', this.binary('add', a, inRegister(b.register)), constant(b.offset));
    }
    return this.#make(op, [this.inRegister(a), this.inRegister(b)]);
  }

  #withConstant(op: AluOperation, a: Operand, value: number): Operand {
    const simple = this.#simplified(op, a, value);
    if (simple !== undefined) return simple;
    const form = immediateForm[op];
    const immediate = isShift(op) ? value & 31 : value;
    if (form !== undefined && fitsImmediate(immediate)) return this.#make(form, [this.inRegister(a)], { immediate });
    return this.#make(op, [this.inRegister(a), this.inRegister(constant(value))]);
  }

  #simplified(op: AluOperation, a: Operand, value: number): Operand | undefined {
    const power = value > 0 && (value & (value - 1)) === 0 ? 31 - Math.clz32(value) : undefined;
    switch (op) {
      case 'sub': return this.binary('add', a, constant(-value));
      case 'add': return value === 0 ? a : this.#plus(a, value);
      case 'or': case 'xor': return value === 0 ? a : undefined;
      case 'sll': case 'srl': case 'sra': return (value & 31) === 0 ? a : undefined;
      case 'and': return value === 0 ? zero : value === -1 ? a : undefined;
      case 'mul':
        if (value === 0) return zero;
        return power === undefined ? undefined : this.binary('sll', a, constant(power));
      case 'divu': return power === undefined ? undefined : this.binary('srl', a, constant(power));
      case 'remu': return power === undefined ? undefined : this.binary('and', a, constant(value - 1));
      case 'div': return value === 1 ? a : undefined;
      default: return undefined;
    }
  }

  #plus(a: Operand, value: number): Operand | undefined {
    switch (a.kind) {
      case 'symbol': return { ...a, offset: (a.offset + value) | 0 };
      case 'slot': return { ...a, offset: (a.offset + value) | 0 };
      case 'offset': {
        const offset = a.offset + value;
        if (offset === 0) return inRegister(a.register);
        return fitsImmediate(offset) ? { ...a, offset } : this.binary('add', inRegister(a.register), constant(offset));
      }
      default: return fitsImmediate(value)
        ? { kind: 'offset', register: this.inRegister(a), offset: value } : undefined;
    }
  }

  #address(address: Operand): Addressing {
    const at = (base: Register[], immediate: number): Addressing =>
      ({ base, immediate, symbol: undefined, slot: undefined });
    switch (address.kind) {
      case 'offset': return at([address.register], address.offset);
      case 'slot': return { base: [], immediate: address.offset, symbol: undefined, slot: address.slot };
      case 'constant': {
        const low = (address.value << 20) >> 20;
        return at([this.inRegister(constant(address.value - low))], low);
      }
      default: return at([this.inRegister(address)], 0);
    }
  }

  load(op: LoadOperation, address: Operand, volatile: boolean): Operand {
    const { base, ...rest } = this.#address(address);
    return this.#make(op, base, { ...rest, volatile });
  }

  store(op: StoreOperation, address: Operand, value: Operand): void {
    const source = this.inRegister(value);
    const { base, ...rest } = this.#address(address);
    this.emit(op, 0, [source, ...base], rest);
  }

  /** An operand as an argument: what is known stays so. */
  argument(operand: Operand): Argument {
    switch (operand.kind) {
      case 'constant': return operand;
      case 'symbol': return operand;
      case 'slot': return operand;
      default: return { kind: 'register', register: this.inRegister(operand) };
    }
  }

  machine(shape: MachineShape, from: readonly Operand[], result: boolean): Operand {
    const to = result ? this.register() : 0;
    this.emit('machine', to, from.map((operand) => this.inRegister(operand)), { machine: shape });
    return inRegister(to);
  }
}

/** A comparison with 1 or -1 as one with 0, for which there is a register. */
function nearZero(
  condition: Condition, left: Operand, right: Operand,
): { condition: Condition; left: Operand; right: Operand } | undefined {
  if (isConstant(right, 1)) {
    if (condition === 'ltu') return { condition: 'eq', left, right: zero };
    if (condition === 'geu') return { condition: 'ne', left, right: zero };
    if (condition === 'lt') return { condition: 'ge', left: zero, right: left };
    if (condition === 'ge') return { condition: 'lt', left: zero, right: left };
  }
  if (isConstant(left, -1)) {
    if (condition === 'lt') return { condition: 'ge', left: right, right: zero };
    if (condition === 'ge') return { condition: 'lt', left: right, right: zero };
  }
  return undefined;
}
