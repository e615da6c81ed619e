/**
 * The intermediate representation: RISC-V instructions on virtual registers, in basic blocks.
 *
 * It is not SSA. A *temporary* has one definition, which dominates its uses; a *variable* (a local that is assigned,
 * the result of a conditional) may have several. Lowering copies a variable into a temporary to read it, so that every
 * operand of every instruction stays what it was; the optimiser then removes the copies that are not needed.
 */
import type { Place } from '../diagnostic.ts';
import type { Local } from '../tree.ts';

/** A virtual register. 0 is the register that is always zero. */
export type Register = number;

export type AluOperation =
  | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'sll' | 'srl' | 'sra' | 'slt' | 'sltu'
  | 'mul' | 'mulh' | 'mulhu' | 'div' | 'divu' | 'rem' | 'remu';
export type ImmediateOperation = 'addi' | 'andi' | 'ori' | 'xori' | 'slli' | 'srli' | 'srai' | 'slti' | 'sltiu';
export type LoadOperation = 'lb' | 'lbu' | 'lh' | 'lhu' | 'lw';
export type StoreOperation = 'sb' | 'sh' | 'sw';

export type Operation =
  | AluOperation | ImmediateOperation | LoadOperation | StoreOperation
  /** to = from[0]. */
  | 'copy'
  /** to = immediate. */
  | 'constant'
  /** to = address of `symbol` + immediate. */
  | 'symbol'
  /** to = the upper part (lui) of the address of `symbol` + immediate, for an access through its %lo. */
  | 'high'
  /** to = address of `slot` + immediate. */
  | 'frame'
  /** A call of `symbol`. */
  | 'call'
  /** A call of the address in from[0]. */
  | 'call pointer'
  /** Any other instruction of the machine: `machine` says which; its effects are unknown. */
  | 'machine';

/**
 * Loads: from[0] is the base; stores: from[0] the value and from[1] the base. The address is base + immediate, or with
 * `symbol` base + %lo(symbol + immediate) where base is its `high`, or with `slot` that slot + immediate and no base.
 */
export interface Instruction {
  op: Operation;
  /** 0 when there is no result, or it is not wanted. */
  to: Register;
  from: Register[];
  immediate: number;
  symbol: string | undefined;
  slot: Slot | undefined;
  /** A load that stays though its result is not used. */
  volatile: boolean;
  readonly place: Place;
  readonly call: CallShape | undefined;
  readonly machine: MachineShape | undefined;
}

/** An argument in a register: a virtual register, or something that is made on the spot. */
export type Argument =
  | { readonly kind: 'register'; readonly register: Register }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly offset: number }
  | { readonly kind: 'slot'; readonly slot: Slot; readonly offset: number };

export interface CallShape {
  /** What goes into a0, a1...; undefined for a register that is skipped. */
  arguments: (Argument | undefined)[];
  /** What a0 and a1 are taken into; 0 for a result that is not wanted. */
  results: Register[];
  /** For ecall: the number, into a7. */
  number?: Argument;
}

export interface MachineShape {
  readonly mnemonic: string;
  /** Where the sources go: rs1, rs2. `to` is rd. */
  readonly csr?: number;
  /** aq and rl for atomics, predecessors and successors for fences. */
  readonly bits?: number;
  /** `sp`, `tp`, `gp` read or written by name. */
  readonly fixed?: number;
}

/** A piece of the frame. */
export type Slot =
  /** Storage of a local<T>(). */
  | { readonly kind: 'storage'; readonly size: number; readonly align: number; offset: number }
  /** Arguments that this function passes on the stack, from sp on. */
  | { readonly kind: 'outgoing' }
  /** Arguments that it got on the stack, from the canonical frame address on; below that, saved variadic registers. */
  | { readonly kind: 'incoming' };

export type Condition = 'eq' | 'ne' | 'lt' | 'ge' | 'ltu' | 'geu';

export type Terminator =
  | { readonly op: 'jump'; to: Block; readonly place: Place }
  | {
    readonly op: 'branch'; condition: Condition; from: Register[]; yes: Block; no: Block; readonly place: Place;
  }
  /** from[0] is the address taken from the table. */
  | { readonly op: 'table'; from: Register[]; readonly table: string; targets: Block[]; readonly place: Place }
  | { readonly op: 'return'; from: Register[]; readonly place: Place }
  | { readonly op: 'unreachable'; readonly place: Place };

export interface Block {
  readonly id: number;
  instructions: Instruction[];
  end: Terminator;
  /** How many loops it is in; settled by the optimiser. */
  depth: number;
}

/** A guest variable for the debugger: the registers that hold it. */
export interface DebugVariable {
  readonly local: Local;
  readonly registers: readonly Register[];
}

/** One function on its way to machine code. */
export interface Routine {
  readonly name: string;
  readonly place: Place;
  readonly entry: Block;
  /** All blocks, in the order in which they are laid out; the entry first. */
  blocks: Block[];
  /** Virtual registers are numbered from 1 to below this. */
  registers: number;
  /** What a0 to a7 hold at the start; 0 for what is not used. */
  readonly parameters: Register[];
  /** How many of a0 to a7 belong to `...`, at the top end. */
  readonly savedVariadic: number;
  readonly slots: Slot[];
  /** Bytes of arguments that calls made here pass on the stack. */
  outgoing: number;
  readonly variables: DebugVariable[];
}

export const opposite: Readonly<Record<Condition, Condition>> = {
  eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', ltu: 'geu', geu: 'ltu',
};

export const aluOperations: ReadonlySet<Operation> = new Set<Operation>([
  'add', 'sub', 'and', 'or', 'xor', 'sll', 'srl', 'sra', 'slt', 'sltu', 'mul', 'mulh', 'mulhu', 'div', 'divu', 'rem',
  'remu',
]);
export const immediateOperations: ReadonlySet<Operation> =
  new Set<Operation>(['addi', 'andi', 'ori', 'xori', 'slli', 'srli', 'srai', 'slti', 'sltiu']);
export const loadOperations: ReadonlySet<Operation> = new Set<Operation>(['lb', 'lbu', 'lh', 'lhu', 'lw']);
export const storeOperations: ReadonlySet<Operation> = new Set<Operation>(['sb', 'sh', 'sw']);

/** Whether the instruction does nothing but compute `to` from its operands. */
export function isPure({ op }: Instruction): boolean {
  return aluOperations.has(op) || immediateOperations.has(op) || op === 'copy' || op === 'constant' || op === 'symbol'
    || op === 'high' || op === 'frame';
}

/** Whether it may be left out when `to` is not used. */
export function isRemovable(instruction: Instruction): boolean {
  return isPure(instruction) || (loadOperations.has(instruction.op) && !instruction.volatile);
}

/** The registers an instruction writes. */
export function definitions({ to, call }: Instruction): readonly Register[] {
  if (call !== undefined) return call.results;
  return to === 0 ? [] : [to];
}

export function successors({ end }: Block): readonly Block[] {
  switch (end.op) {
    case 'jump': return [end.to];
    case 'branch': return [end.yes, end.no];
    case 'table': return end.targets;
    default: return [];
  }
}

/** The registers a terminator reads. */
export function endUses(end: Terminator): readonly Register[] {
  return end.op === 'branch' || end.op === 'return' || end.op === 'table' ? end.from : [];
}

/** Whether a 12-bit signed immediate holds the value. */
export function fitsImmediate(value: number): boolean {
  return value >= -2048 && value <= 2047;
}

/** The virtual registers among a call's arguments: what the instruction reads. */
export function argumentRegisters({ arguments: given, number }: CallShape): Register[] {
  return [...given, number].flatMap((argument) => (argument?.kind === 'register' ? [argument.register] : []));
}
