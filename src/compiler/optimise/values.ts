/**
 * Value numbering along the dominator tree: what was computed before is not computed again, copies and constants are
 * used directly, and what is known is folded. Only arithmetic: memory is read and written exactly as the program says.
 *
 * A temporary means the same wherever it is visible. A variable means the same only until it is set again, and, below a
 * block with several predecessors, one does not know: every set and every such block gives it a new version, and what
 * was learnt of an older version is not used.
 */
import { commutative, compute, holds, immediateForm, isShift, registerForm } from '../ir/arithmetic.ts';
import type { Graph } from '../ir/graph.ts';
import {
  type AluOperation, type Block, type CallShape, type Condition, type ImmediateOperation, type Instruction,
  type Operation, type Register, type Routine, aluOperations, argumentRegisters, definitions, fitsImmediate,
  immediateOperations, isPure, loadOperations, opposite, storeOperations,
} from '../ir/ir.ts';
import { type Definitions, findDefinitions, mapUses } from './definitions.ts';

/** What a register is known to hold. */
type Fact =
  | { readonly kind: 'constant'; readonly value: number; readonly version: number }
  /** The same as another register, as long as that one has this version. */
  | { readonly kind: 'copy'; readonly of: Register; readonly ofVersion: number; readonly version: number };

interface Known { readonly register: Register; readonly version: number }

export class Values {
  readonly #definitions: Definitions;
  readonly #graph: Graph;
  readonly #facts = new Map<Register, Fact>();
  readonly #table = new Map<string, Known>();
  readonly #versions: Int32Array;
  #version = 0;
  /** Versions of variables below this are unknown here. */
  #epoch = 0;
  /** Changes at each call: constants made before it are made again after it. */
  #calls = 0;
  #undo: (() => void)[] = [];

  constructor(routine: Routine, graph: Graph) {
    this.#definitions = findDefinitions(routine);
    this.#graph = graph;
    this.#versions = new Int32Array(routine.registers);
  }

  run(entry: Block): void {
    // An explicit stack: guests may nest deeper than ours allows.
    const work: (Block | (() => void))[] = [entry];
    for (let top = work.pop(); top !== undefined; top = work.pop()) {
      if (typeof top === 'function') {
        top();
        continue;
      }
      const outer = this.#undo;
      const [epoch, calls] = [this.#epoch, this.#calls];
      const undo: (() => void)[] = [];
      this.#undo = undo;
      if ((this.#graph.predecessors.get(top)?.length ?? 0) !== 1) this.#epoch = this.#calls = ++this.#version;
      this.#block(top);
      work.push(() => {
        for (let index = undo.length - 1; index >= 0; index--) undo[index]!();
        this.#undo = outer;
        [this.#epoch, this.#calls] = [epoch, calls];
      });
      for (const child of this.#graph.children.get(top) ?? []) {
        // Each child starts from this block's knowledge, with a log of its own.
        const [innerEpoch, innerCalls] = [this.#epoch, this.#calls];
        work.push(child, () => {
          this.#undo = undo;
          [this.#epoch, this.#calls] = [innerEpoch, innerCalls];
        });
      }
    }
  }

  #isVariable(register: Register): boolean {
    return this.#definitions.count[register]! > 1;
  }

  #versionOf(register: Register): number {
    return this.#isVariable(register) ? Math.max(this.#versions[register]!, this.#epoch) : 0;
  }

  #block(block: Block): void {
    for (const instruction of block.instructions) this.#instruction(instruction);
    const { end } = block;
    if (end.op === 'return' || end.op === 'table') end.from = end.from.map((register) => this.#current(register));
    if (end.op === 'branch') this.#branch(block);
  }

  #fact(register: Register): Fact | undefined {
    const fact = this.#facts.get(register);
    return fact !== undefined && fact.version === this.#versionOf(register) ? fact : undefined;
  }

  /** The register to read instead of `register`. */
  #current(register: Register): Register {
    const fact = this.#fact(register);
    if (fact?.kind === 'copy' && this.#versionOf(fact.of) === fact.ofVersion) return fact.of;
    return fact?.kind === 'constant' && fact.value === 0 ? 0 : register;
  }

  #constant(register: Register): number | undefined {
    if (register === 0) return 0;
    const fact = this.#fact(register);
    return fact?.kind === 'constant' ? fact.value : undefined;
  }

  #learn(register: Register, fact: Fact): void {
    const before = this.#facts.get(register);
    this.#facts.set(register, fact);
    this.#undo.push(() => restore(this.#facts, register, before));
  }

  #setVersion(register: Register): void {
    if (!this.#isVariable(register)) return;
    const before = this.#versions[register]!;
    this.#versions[register] = ++this.#version;
    this.#undo.push(() => { this.#versions[register] = before; });
  }

  #instruction(instruction: Instruction): void {
    mapUses(instruction, (register) => this.#current(register));
    if (instruction.call !== undefined) this.#callArguments(instruction, instruction.call);
    this.#simplify(instruction);
    const pure = isPure(instruction);
    const key = pure && instruction.op !== 'copy' ? this.#key(instruction) : undefined;
    const hit = key === undefined ? undefined : this.#lookup(key);
    if (hit !== undefined && hit !== instruction.to) become(instruction, 'copy', [hit], 0);
    for (const register of definitions(instruction)) this.#setVersion(register);
    if (!pure) return;
    this.#record(instruction, key);
  }

  /** Constants go into argument registers directly; those kept in registers so far are not kept across the call. */
  #callArguments(instruction: Instruction, call: CallShape): void {
    call.arguments = call.arguments.map((argument) => {
      const known = argument?.kind === 'register' ? this.#constant(argument.register) : undefined;
      return known === undefined ? argument : { kind: 'constant', value: known };
    });
    const pointer = instruction.op === 'call pointer' ? instruction.from.slice(0, 1) : [];
    instruction.from = [...pointer, ...argumentRegisters(call)];
    this.#calls = ++this.#version;
  }

  #lookup(key: string): Register | undefined {
    const known = this.#table.get(key);
    return known !== undefined && this.#versionOf(known.register) === known.version ? known.register : undefined;
  }

  #record(instruction: Instruction, key: string | undefined): void {
    const { op, to, from, immediate } = instruction;
    const version = this.#versionOf(to);
    if (op === 'constant') this.#learn(to, { kind: 'constant', value: immediate, version });
    if (op === 'copy') {
      const source = from[0]!;
      const known = this.#constant(source);
      if (known !== undefined) this.#learn(to, { kind: 'constant', value: known, version });
      else if (source !== to) this.#learnCopy(to, source, version);
      return;
    }
    // `x = x + 1` says nothing of the new x in terms of the old.
    if (key === undefined || from.includes(to)) return;
    const before = this.#table.get(key);
    this.#table.set(key, { register: to, version });
    this.#undo.push(() => restore(this.#table, key, before));
  }

  /** After `variable = temporary` the variable is the better name for both: the temporary may then die. */
  #learnCopy(to: Register, source: Register, version: number): void {
    if (this.#isVariable(to) && !this.#isVariable(source)) {
      this.#learn(source, { kind: 'copy', of: to, ofVersion: version, version: 0 });
    } else {
      this.#learn(to, { kind: 'copy', of: source, ofVersion: this.#versionOf(source), version });
    }
  }

  #key({ op, from, immediate, symbol, slot }: Instruction): string {
    const sources = from.map((register) => {
      const version = this.#versionOf(register);
      return version === 0 ? register : `${register}v${version}`;
    });
    if (op === 'constant' || op === 'symbol') return `${op} ${immediate} ${symbol ?? ''} ${this.#calls}`;
    const where = slot === undefined ? symbol ?? '' : this.#slotNumber(slot);
    return `${op} ${sources.join(' ')} ${immediate} ${where}`;
  }

  readonly #slots = new Map<object, number>();

  #slotNumber(slot: object): number {
    const known = this.#slots.get(slot);
    if (known !== undefined) return known;
    this.#slots.set(slot, this.#slots.size);
    return this.#slots.size - 1;
  }

  #simplify(instruction: Instruction): void {
    const { op } = instruction;
    if (op === 'copy') {
      const known = this.#constant(instruction.from[0]!);
      if (known !== undefined) become(instruction, 'constant', [], known);
    } else if (aluOperations.has(op)) this.#simplifyAlu(instruction, op as AluOperation);
    else if (immediateOperations.has(op)) this.#simplifyImmediate(instruction, op as ImmediateOperation);
    else if (loadOperations.has(op)) this.#simplifyAddress(instruction, 0);
    else if (storeOperations.has(op)) this.#simplifyAddress(instruction, 1);
  }

  #simplifyAlu(instruction: Instruction, op: AluOperation): void {
    const [left, right] = instruction.from as [Register, Register];
    const [a, b] = [this.#constant(left), this.#constant(right)];
    if (a !== undefined && b !== undefined) return become(instruction, 'constant', [], compute[op](a, b));
    const form = immediateForm[op];
    if (b !== undefined) {
      if (op === 'sub' && fitsImmediate(-b)) return become(instruction, 'addi', [left], -b);
      if (b === 0 && (op === 'add' || op === 'or' || op === 'xor' || isShift(op))) {
        return become(instruction, 'copy', [left], 0);
      }
      if (form !== undefined && (isShift(op) || fitsImmediate(b))) {
        return become(instruction, form, [left], isShift(op) ? b & 31 : b);
      }
    } else if (a !== undefined && form !== undefined && fitsImmediate(a) && commutative.has(op)) {
      become(instruction, form, [right], a);
    }
  }

  #simplifyImmediate(instruction: Instruction, op: ImmediateOperation): void {
    const [left] = instruction.from as [Register];
    const a = this.#constant(left);
    if (a !== undefined) {
      return become(instruction, 'constant', [], compute[registerForm[op]](a, instruction.immediate));
    }
    if (op !== 'addi') return;
    if (instruction.immediate === 0) return become(instruction, 'copy', [left], 0);
    const inner = this.#sum(left);
    if (inner !== undefined && fitsImmediate(inner.immediate + instruction.immediate)) {
      become(instruction, 'addi', [inner.base], inner.immediate + instruction.immediate);
    }
  }

  /** The base and addend of a temporary that is a temporary plus a constant. */
  #sum(register: Register): { base: Register; immediate: number } | undefined {
    const made = this.#definitions.single[register];
    if (made?.op !== 'addi') return undefined;
    const base = made.from[0]!;
    return this.#isVariable(base) ? undefined : { base, immediate: made.immediate };
  }

  #simplifyAddress(instruction: Instruction, position: number): void {
    const base = instruction.from[position];
    if (base === undefined || instruction.symbol !== undefined) return;
    const sum = this.#sum(base);
    if (sum === undefined || !fitsImmediate(sum.immediate + instruction.immediate)) return;
    instruction.from[position] = sum.base;
    instruction.immediate += sum.immediate;
  }

  #branch(block: Block): void {
    const { end } = block;
    if (end.op !== 'branch') return;
    end.from = end.from.map((register) => this.#current(register));
    const [left, right] = end.from as [Register, Register];
    const [a, b] = [this.#constant(left), this.#constant(right)];
    if (a !== undefined && b !== undefined) {
      const to = holds[end.condition](a, b) ? end.yes : end.no;
      block.end = { op: 'jump', to, place: end.place };
      return;
    }
    if (b !== 0 || (end.condition !== 'ne' && end.condition !== 'eq')) return;
    const test = this.#test(left);
    if (test === undefined) return;
    end.from = [test.left, test.right];
    end.condition = end.condition === 'ne' ? test.condition : opposite[test.condition];
  }

  /** The comparison that made a temporary, when its operands are still what they were. */
  #test(register: Register): { condition: Condition; left: Register; right: Register } | undefined {
    const made = this.#definitions.single[register];
    if (made === undefined || made.from.some((source) => this.#isVariable(source))) return undefined;
    const [left = 0, right = 0] = made.from;
    switch (made.op) {
      case 'slt': return { condition: 'lt', left, right };
      case 'sltu': return left === 0 ? { condition: 'ne', left: right, right: 0 } : { condition: 'ltu', left, right };
      case 'sltiu': return made.immediate === 1 ? { condition: 'eq', left, right: 0 } : undefined;
      default: return undefined;
    }
  }
}

function restore<Key, Value>(map: Map<Key, Value>, key: Key, before: Value | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}

function become(instruction: Instruction, op: Operation, from: Register[], immediate: number): void {
  instruction.op = op;
  instruction.from = from;
  instruction.immediate = immediate;
  instruction.symbol = undefined;
  instruction.slot = undefined;
}
