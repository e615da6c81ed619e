/** A routine with its registers allocated, to machine code. */
import { assert } from '../../assert.ts';
import { lowerPart, upperPart } from '../../isa/expression.ts';
import type { Allocation, Home } from '../allocate/colour.ts';
import {
  argumentRegister, returnAddress, scratch, secondScratch, stackPointer, zeroRegister,
} from '../allocate/registers.ts';
import {
  type Argument, type Block, type Instruction, type Register, type Routine, aluOperations, fitsImmediate,
  immediateOperations,
  loadOperations, opposite, storeOperations,
} from '../ir/ir.ts';
import type { Code, Position } from './code.ts';
import { type Frame, layFrame } from './frame.ts';
import { sequential } from './moves.ts';

/** A change of the frame, as FrameRow has it, at a position. */
export interface FrameChange {
  readonly position: Position;
  readonly cfaOffset: number;
  readonly saved: ReadonlyMap<number, number>;
}

/** What the debugger is told of a function, by positions in the code. */
export interface Emitted {
  readonly start: Position;
  readonly end: Position;
  readonly frame: readonly FrameChange[];
  readonly layout: Frame;
  /** Where each block's instructions begin, and its terminator last. */
  readonly positions: ReadonlyMap<Block, readonly Position[]>;
}

/** Epilogues up to this many instructions are repeated at each return; longer ones are jumped to. */
const longestRepeated = 6;
/** ecall's number goes into a7. */
const ecallNumber = 7;

export class Emitter {
  readonly #code: Code;
  readonly #routine: Routine;
  readonly #homes: readonly (Home | undefined)[];
  readonly #frame: Frame;
  readonly #changes: FrameChange[] = [];
  readonly #positions = new Map<Block, Position[]>();
  #epilogue: object | undefined;

  constructor(code: Code, routine: Routine, allocation: Allocation) {
    this.#code = code;
    this.#routine = routine;
    this.#homes = allocation.homes;
    this.#frame = layFrame(routine, allocation);
  }

  run(): Emitted {
    const code = this.#code;
    const start = code.position;
    code.unmark();
    code.mark(this.#routine.place);
    this.#prologue();
    this.#takeParameters();
    const { blocks } = this.#routine;
    blocks.forEach((block, index) => this.#block(block, blocks[index + 1]));
    return { start, end: code.position, frame: this.#changes, layout: this.#frame, positions: this.#positions };
  }

  // Registers and memory

  #home(register: Register): Home {
    const home = this.#homes[register];
    assert(home !== undefined, `${this.#routine.name}: virtual register ${register} has a place`);
    return home;
  }

  /** The machine register that holds a value; one that is not in a register is brought into `temporary`. */
  #use(register: Register, temporary: number): number {
    const home = this.#home(register);
    if (home.kind === 'register') return home.number;
    this.#fetch(home, temporary);
    return temporary;
  }

  #fetch(home: Exclude<Home, { kind: 'register' }>, to: number): void {
    if (home.kind === 'spilled') this.#memory('lw', to, stackPointer, this.#frame.spill(home.index), to);
    else this.#make(home.by, to);
  }

  /** Where a result is to be computed; `#finish` puts it where it belongs. */
  #target(register: Register): number {
    if (register === 0) return zeroRegister;
    const home = this.#home(register);
    return home.kind === 'register' ? home.number : secondScratch;
  }

  #finish(register: Register): void {
    if (register === 0) return;
    const home = this.#home(register);
    if (home.kind === 'spilled') {
      this.#memory('sw', secondScratch, stackPointer, this.#frame.spill(home.index), scratch);
    }
  }

  /** A load or store at base + offset; the address goes through `temporary` when the offset is large. */
  #memory(mnemonic: string, register: number, base: number, offset: number, temporary: number): void {
    let [from, immediate] = [base, offset];
    if (!fitsImmediate(offset)) {
      immediate = lowerPart(offset);
      this.#code.instruction('lui', { rd: temporary, imm: (upperPart(offset) << 12) | 0 });
      this.#code.instruction('add', { rd: temporary, rs1: temporary, rs2: base });
      from = temporary;
    }
    if (mnemonic.startsWith('s')) this.#code.instruction(mnemonic, { rs1: from, rs2: register, imm: immediate });
    else this.#code.instruction(mnemonic, { rd: register, rs1: from, imm: immediate });
  }

  #constant(to: number, value: number): void {
    if (fitsImmediate(value)) return this.#code.instruction('addi', { rd: to, imm: value });
    const low = lowerPart(value);
    this.#code.instruction('lui', { rd: to, imm: (upperPart(value) << 12) | 0 });
    if (low !== 0) this.#code.instruction('addi', { rd: to, rs1: to, imm: low });
  }

  #symbol(to: number, symbol: string, offset: number): void {
    this.#code.relocated('lui', { rd: to }, 'R_RISCV_HI20', symbol, offset);
    this.#code.relocated('addi', { rd: to, rs1: to }, 'R_RISCV_LO12_I', symbol, offset);
  }

  /** sp + offset. */
  #stackAddress(to: number, offset: number): void {
    if (fitsImmediate(offset)) return this.#code.instruction('addi', { rd: to, rs1: stackPointer, imm: offset });
    this.#constant(to, offset);
    this.#code.instruction('add', { rd: to, rs1: to, rs2: stackPointer });
  }

  /** A constant or an address into a machine register. */
  #make(by: Instruction, to: number): void {
    switch (by.op) {
      case 'constant': return this.#constant(to, by.immediate);
      case 'symbol': return this.#symbol(to, by.symbol!, by.immediate);
      case 'high': return this.#code.relocated('lui', { rd: to }, 'R_RISCV_HI20', by.symbol!, by.immediate);
      case 'frame': return this.#stackAddress(to, this.#frame.slot(by.slot!) + by.immediate);
      default: assert(false, `${by.op} is made anew`);
    }
  }

  #moves(moves: readonly (readonly [number, number])[], spare: number): void {
    for (const [to, from] of sequential(moves, spare)) this.#code.instruction('addi', { rd: to, rs1: from });
  }

  // Entry and exit

  #change(cfaOffset: number, saved: ReadonlyMap<number, number>): void {
    this.#changes.push({ position: this.#code.position, cfaOffset, saved });
  }

  #prologue(): void {
    const { size, firstStep, saved } = this.#frame;
    if (size === 0) return;
    this.#code.instruction('addi', { rd: stackPointer, rs1: stackPointer, imm: -firstStep });
    this.#change(firstStep, new Map());
    for (const [register, offset] of saved) {
      this.#code.instruction('sw', { rs1: stackPointer, rs2: register, imm: firstStep + offset });
    }
    if (saved.length > 0) this.#change(firstStep, new Map(saved));
    if (size === firstStep) return;
    this.#constant(scratch, firstStep - size);
    this.#code.instruction('add', { rd: stackPointer, rs1: stackPointer, rs2: scratch });
    this.#change(size, new Map(saved));
  }

  #takeParameters(): void {
    const moves: [number, number][] = [];
    this.#routine.parameters.forEach((register, index) => {
      const home = register === 0 ? undefined : this.#homes[register];
      if (home?.kind === 'register') moves.push([home.number, argumentRegister(index)]);
      else if (home?.kind === 'spilled') {
        this.#memory('sw', argumentRegister(index), stackPointer, this.#frame.spill(home.index), scratch);
      }
    });
    this.#moves(moves, scratch);
  }

  #return(values: readonly Register[]): void {
    this.#toArguments(values.map((register) => ({ kind: 'register', register })), scratch);
    const { size, firstStep, saved } = this.#frame;
    const length = saved.length + (size === 0 ? 1 : size === firstStep ? 2 : 4);
    if (this.#epilogue !== undefined && length > longestRepeated) return this.#code.jump(this.#epilogue);
    this.#epilogue ??= {};
    if (length > longestRepeated) this.#code.label(this.#epilogue);
    if (size !== firstStep) {
      this.#constant(scratch, size - firstStep);
      this.#code.instruction('add', { rd: stackPointer, rs1: stackPointer, rs2: scratch });
      this.#change(firstStep, new Map(saved));
    }
    for (const [register, offset] of saved) {
      this.#code.instruction('lw', { rd: register, rs1: stackPointer, imm: firstStep + offset });
    }
    if (size !== 0) {
      this.#code.instruction('addi', { rd: stackPointer, rs1: stackPointer, imm: firstStep });
      this.#change(0, new Map());
    }
    this.#code.instruction('jalr', { rs1: returnAddress });
    if (size !== 0) this.#change(size, new Map(saved));
  }

  // Instructions

  #block(block: Block, next: Block | undefined): void {
    this.#code.label(block);
    const positions: Position[] = [];
    for (const instruction of block.instructions) {
      positions.push(this.#code.position);
      this.#code.mark(instruction.place);
      this.#instruction(instruction);
    }
    positions.push(this.#code.position);
    this.#positions.set(block, positions);
    this.#code.mark(block.end.place);
    this.#end(block, next);
  }

  #instruction(instruction: Instruction): void {
    const { op, to, from, immediate, call } = instruction;
    if (call !== undefined) return this.#call(instruction);
    if (to !== 0 && this.#homes[to]?.kind === 'remade') return;
    if (op === 'copy') return this.#copy(to, from[0]!);
    if (op === 'machine') return this.#machine(instruction);
    if (loadOperations.has(op)) return this.#load(instruction);
    if (storeOperations.has(op)) return this.#store(instruction);
    const target = this.#target(to);
    if (immediateOperations.has(op)) {
      this.#code.instruction(op, { rd: target, rs1: this.#use(from[0]!, secondScratch), imm: immediate });
    } else if (aluOperations.has(op)) {
      const rs1 = this.#use(from[0]!, secondScratch);
      this.#code.instruction(op, { rd: target, rs1, rs2: this.#use(from[1]!, scratch) });
    } else this.#make(instruction, target);
    this.#finish(to);
  }

  #copy(to: Register, from: Register): void {
    const [source, target] = [this.#home(from), this.#home(to)];
    if (target.kind === 'register') {
      if (source.kind !== 'register') this.#fetch(source, target.number);
      else this.#moves([[target.number, source.number]], scratch);
      return;
    }
    if (source === target) return;
    const value = this.#use(from, secondScratch);
    if (target.kind === 'spilled') this.#memory('sw', value, stackPointer, this.#frame.spill(target.index), scratch);
  }

  #load({ op, to, from, immediate, symbol, slot }: Instruction): void {
    const target = this.#target(to);
    if (slot !== undefined) this.#memory(op, target, stackPointer, this.#frame.slot(slot) + immediate, scratch);
    else {
      const base = this.#use(from[0]!, secondScratch);
      if (symbol === undefined) this.#code.instruction(op, { rd: target, rs1: base, imm: immediate });
      else this.#code.relocated(op, { rd: target, rs1: base }, 'R_RISCV_LO12_I', symbol, immediate);
    }
    this.#finish(to);
  }

  #store({ op, from, immediate, symbol, slot }: Instruction): void {
    const value = this.#use(from[0]!, secondScratch);
    if (slot !== undefined) return this.#memory(op, value, stackPointer, this.#frame.slot(slot) + immediate, scratch);
    const base = this.#use(from[1]!, scratch);
    if (symbol === undefined) this.#code.instruction(op, { rs1: base, rs2: value, imm: immediate });
    else this.#code.relocated(op, { rs1: base, rs2: value }, 'R_RISCV_LO12_S', symbol, immediate);
  }

  #machine({ to, from, machine }: Instruction): void {
    assert(machine !== undefined, 'a machine instruction says which');
    const { mnemonic, csr, bits, fixed } = machine;
    const target = this.#target(to);
    if (fixed !== undefined) {
      if (from.length > 0) this.#code.instruction('addi', { rd: fixed, rs1: this.#use(from[0]!, secondScratch) });
      else this.#code.instruction('addi', { rd: target, rs1: fixed });
    } else {
      const rs1 = from.length > 0 ? this.#use(from[0]!, secondScratch) : 0;
      const rs2 = from.length > 1 ? this.#use(from[1]!, scratch) : 0;
      this.#code.instruction(mnemonic, { rd: target, rs1, rs2, imm: csr ?? bits ?? 0 });
    }
    this.#finish(to);
  }

  // Calls

  #call({ op, from, symbol, call, machine }: Instruction): void {
    assert(call !== undefined, 'a call says what it passes');
    // The pointer leaves the argument registers before they are filled.
    if (op === 'call pointer') {
      const pointer = this.#use(from[0]!, scratch);
      if (pointer !== scratch) this.#code.instruction('addi', { rd: scratch, rs1: pointer });
    }
    const given = [...call.arguments];
    if (call.number !== undefined) given[ecallNumber] = call.number;
    // A call overwrites the return address anyway; ecall does not, but leaves scratch alone.
    this.#toArguments(given, machine === undefined ? returnAddress : scratch);
    if (op === 'call') this.#code.call(symbol!);
    else if (op === 'call pointer') this.#code.instruction('jalr', { rd: returnAddress, rs1: scratch });
    else this.#code.instruction(machine!.mnemonic, {});
    this.#takeResults(call.results);
  }

  /** Fills a0, a1...: registers all at once, then what is made or fetched, which reads no argument register. */
  #toArguments(given: readonly (Argument | undefined)[], spare: number): void {
    const moves: [number, number][] = [];
    const later: (() => void)[] = [];
    given.forEach((argument, index) => {
      const to = argumentRegister(index);
      switch (argument?.kind) {
        case undefined: return;
        case 'constant': later.push(() => this.#constant(to, argument.value)); return;
        case 'symbol': later.push(() => this.#symbol(to, argument.symbol, argument.offset)); return;
        case 'slot':
          later.push(() => this.#stackAddress(to, this.#frame.slot(argument.slot) + argument.offset));
          return;
        case 'register': {
          const home = this.#home(argument.register);
          if (home.kind !== 'register') later.push(() => this.#fetch(home, to));
          else if (home.number === zeroRegister) later.push(() => this.#constant(to, 0));
          else moves.push([to, home.number]);
        }
      }
    });
    this.#moves(moves, spare);
    for (const put of later) put();
  }

  #takeResults(results: readonly Register[]): void {
    const moves: [number, number][] = [];
    results.forEach((register, index) => {
      const home = register === 0 ? undefined : this.#home(register);
      if (home?.kind === 'register') moves.push([home.number, argumentRegister(index)]);
      else if (home?.kind === 'spilled') {
        this.#memory('sw', argumentRegister(index), stackPointer, this.#frame.spill(home.index), scratch);
      }
    });
    this.#moves(moves, scratch);
  }

  // Control

  #end(block: Block, next: Block | undefined): void {
    const { end } = block;
    switch (end.op) {
      case 'jump':
        if (end.to !== next) this.#code.jump(end.to);
        return;
      case 'branch': {
        const [yes, no, condition] = end.yes === next
          ? [end.no, end.yes, opposite[end.condition]] : [end.yes, end.no, end.condition];
        const rs1 = this.#use(end.from[0]!, secondScratch);
        this.#code.branch(`b${condition}`, rs1, this.#use(end.from[1]!, scratch), yes);
        if (no !== next) this.#code.jump(no);
        return;
      }
      case 'table':
        this.#code.instruction('jalr', { rs1: this.#use(end.from[0]!, secondScratch) });
        return;
      case 'return': return this.#return(end.from);
      // Whoever comes here all the same is stopped.
      case 'unreachable': return this.#code.instruction('ebreak', {});
    }
  }
}
