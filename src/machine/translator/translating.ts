import { type Instruction } from '../../isa/instruction.ts';
import { assert } from '../../assert.ts';
import { type AmoKind, type LoadKind, type Machine, semantics, type StoreKind } from '../../isa/semantics.ts';
import { Arithmetic } from '../core/arithmetic.ts';
import { isSlow, loadOpcodes, loadSizes, pageOffset, storeOpcodes, storeSizes } from '../core/fast-path.ts';
import type { Fn, Local, Value } from '../wasm/function.ts';
import { hartWords } from '../words/hart.ts';
import { tables } from '../words/layout.ts';

/** What one region's code keeps in locals. */
export interface RegionState {
  readonly f: Fn;
  readonly h: Local;
  /** Steps left of the budget. */
  readonly left: Local;
  /** The next pc, where it is not known at translation time. */
  readonly target: Local;
  readonly dataTables: Local;
  readonly address: Local;
  readonly entry: Local;
  readonly value: Local;
  /** The locals of the guest registers that the region uses, by number; x0 has none. */
  readonly registers: readonly (Local | undefined)[];
  /** Whether other threads run harts on the same memory. */
  readonly shared: boolean;
}

/** Leaves the region so that the interpreter does the current instruction. Emitted inside one `if`. */
export type GiveUp = () => void;

/** How an instruction went on: what the translator must do after it. */
export type Outcome =
  | { readonly kind: 'next' }
  | { readonly kind: 'branch'; readonly taken: Value }
  | { readonly kind: 'jump' };

/** The machine that semantics.ts is told about: operands are locals and constants, known at translation time. */
class Translating extends Arithmetic implements Machine<Value> {
  readonly #s: RegionState;
  readonly #instruction: Instruction;
  readonly #giveUp: GiveUp;
  readonly pc: Value;
  readonly next: Value;
  outcome: Outcome = { kind: 'next' };

  constructor(state: RegionState, instruction: Instruction, pc: number, giveUp: GiveUp) {
    super(state.f);
    this.#s = state;
    this.#instruction = instruction;
    this.#giveUp = giveUp;
    this.pc = this.f.constant(pc);
    this.next = this.f.constant(pc + 4);
  }

  #register(number: number): Value {
    return number === 0 ? this.f.constant(0) : this.#s.registers[number]!;
  }

  get rs1(): Value { return this.#register(this.#instruction.rs1); }
  get rs2(): Value { return this.#register(this.#instruction.rs2); }
  get imm(): Value { return this.f.constant(this.#instruction.imm); }
  get zimm(): Value { return this.f.constant(this.#instruction.rs1); }

  override add(a: Value, b: Value) { return a.constant === 0 ? b : super.add(a, b); }
  override equal(a: Value, b: Value) { return b.constant === 0 ? this.f.eqz(a) : super.equal(a, b); }
  override notEqual(a: Value, b: Value) { return b.constant === 0 ? a : super.notEqual(a, b); }

  rd(value: Value): void {
    const { rd } = this.#instruction;
    // A value for x0 has had its effects already: `load` and `amo` act where they are called.
    if (rd !== 0) this.f.set(this.#s.registers[rd]!, value);
  }

  load(kind: LoadKind, address: Value): Value {
    this.#check(tables.read, address, loadSizes[kind]);
    return this.f.loadOf(loadOpcodes[kind], this.f.add(this.#s.address, this.#s.entry));
  }

  store(kind: StoreKind, address: Value, value: Value): void {
    this.#check(tables.write, address, storeSizes[kind]);
    this.f.storeOf(storeOpcodes[kind], this.f.add(this.#s.address, this.#s.entry), value);
  }

  loadReserved(address: Value): Value {
    const f = this.f, { h, address: host, value } = this.#s;
    this.#check(tables.read, address, 4);
    f.set(host, f.add(host, this.#s.entry));
    f.set(value, f.atomicLoad(host));
    f.store(h, host, hartWords.offset.reservation);
    f.store(h, value, hartWords.offset.reserved);
    return value;
  }

  storeConditional(address: Value, value: Value): Value {
    const f = this.f, { h, address: host, entry, value: failed } = this.#s;
    this.#check(tables.write, address, 4);
    f.set(host, f.add(host, entry));
    f.set(failed, f.constant(1));
    f.if(f.eq(f.load(h, hartWords.offset.reservation), host), () => {
      f.set(entry, f.load(h, hartWords.offset.reserved));
      f.set(failed, f.ne(f.compareExchange(host, entry, value), entry));
    });
    f.store(h, f.constant(0), hartWords.offset.reservation);
    return failed;
  }

  amo(kind: AmoKind, address: Value, value: Value): Value {
    const f = this.f, { address: va, entry, value: old } = this.#s;
    assert(kind !== 'min' && kind !== 'max' && kind !== 'minu' && kind !== 'maxu', 'those are interpreted');
    this.#check(tables.write, address, 4);
    f.set(old, f.rmw(kind === 'swap' ? 'xchg' : kind, f.add(va, entry), value));
    return old;
  }

  jump(target: Value): void {
    this.outcome = { kind: 'jump' };
    if (target.constant !== undefined) return;
    this.f.set(this.#s.target, target);
    this.f.if(this.f.and(this.#s.target, this.f.constant(2)), this.#giveUp);
  }

  branch(taken: Value): void {
    this.outcome = { kind: 'branch', taken };
  }

  fence(): void {
    if (this.#s.shared) this.f.fence();
  }

  csr(): void { assert(false, 'CSR accesses are interpreted'); }
  system(): void { assert(false, 'system instructions are interpreted'); }
  sfenceVma(): void { assert(false, 'sfence.vma is interpreted'); }

  /** Finds the table entry of `va`, and gives up unless it is fast and `va` aligned. */
  #check(table: number, va: Value, size: number): void {
    const f = this.f, { address, entry, dataTables } = this.#s;
    f.set(address, va);
    const found = f.tee(entry, f.load(f.add(dataTables, pageOffset(f, address)), table));
    f.if(isSlow(f, found, address, size), this.#giveUp);
  }
}

/** Emits one instruction; what remains for the caller is to go where `Outcome` says. */
export function translate(state: RegionState, instruction: Instruction, pc: number, giveUp: GiveUp): Outcome {
  const machine = new Translating(state, instruction, pc, giveUp);
  semantics[instruction.encoding.mnemonic](machine);
  return machine.outcome;
}
