import { causes } from '../../isa/causes.ts';
import { mip, mstatus } from '../../isa/csrs.ts';
import type { AmoKind, CsrKind, LoadKind, Machine, StoreKind, SystemKind } from '../../isa/semantics.ts';
import type { Fn, Label, Local, Value } from '../wasm/function.ts';
import { stops } from '../words/hart.ts';
import { codePage, tables } from '../words/layout.ts';
import { loadKinds } from './access.ts';
import { Arithmetic } from './arithmetic.ts';
import { type CoreContext, hartOf } from './context.ts';
import { csrAnswers, csrKinds } from './csr.ts';
import { isSlow, loadOpcodes, loadSizes, pageOffset, storeOpcodes, storeSizes } from './fast-path.ts';

/** What `amo_minmax` is told. */
const minmaxKinds: Partial<Record<AmoKind, number>> = { min: 0, max: 1, minu: 2, maxu: 3 };

/** The interpreter's state between instructions, and the places an instruction can go to. */
export interface State {
  readonly f: Fn;
  readonly h: Local;
  readonly ip: Local;
  readonly bias: Local;
  readonly left: Local;
  readonly target: Local;
  readonly dataTables: Local;
  readonly slot: Local;
  /** 1 when the next instruction is to be interpreted, whatever region starts there. */
  readonly single: Local;
}

export interface Exits {
  /** On to the next instruction in memory. */
  readonly next: Label;
  /** `target` holds the next pc. */
  readonly dispatch: Label;
  /** `hart.pc` holds the next pc, and anything may have changed. */
  readonly restart: Label;
}

/** One instruction of the interpreter: the machine that semantics.ts is told about, for operands found at `ip`. */
export class Interpreting extends Arithmetic implements Machine<Value> {
  readonly #context: CoreContext;
  readonly #s: State;
  readonly #exits: Exits;
  /** Whether the instruction has set `target`. */
  jumps = false;

  constructor(context: CoreContext, state: State, exits: Exits) {
    super(state.f);
    this.#context = context;
    this.#s = state;
    this.#exits = exits;
  }

  #operand(byte: number): Value {
    return this.f.load(this.f.add(this.#s.h, this.f.load8(this.#s.ip, byte)));
  }

  get rs1(): Value { return this.#operand(2); }
  get rs2(): Value { return this.#operand(3); }
  get imm(): Value { return this.f.load(this.#s.ip, 4); }
  get zimm(): Value { return this.f.shr(this.f.load8(this.#s.ip, 2), this.f.constant(2)); }
  get pc(): Value { return this.f.add(this.#s.bias, this.f.shr(this.#s.ip, this.f.constant(1))); }
  get next(): Value { return this.f.add(this.pc, this.f.constant(4)); }

  rd(value: Value): void {
    this.f.store(this.f.add(this.#s.h, this.f.load8(this.#s.ip, 1)), value);
  }

  load(kind: LoadKind, address: Value): Value {
    const f = this.f, { dataTables } = this.#s;
    const va = f.let(address), value = f.local();
    const entry = f.let(f.load(f.add(dataTables, pageOffset(f, va)), tables.read));
    f.if(isSlow(f, entry, va, loadSizes[kind]), () => {
      this.#leave();
      f.set(value, this.#call('load_slow', va, f.constant(loadKinds[kind])));
      this.#resume();
    }, () => f.set(value, f.loadOf(loadOpcodes[kind], f.add(va, entry))));
    return value;
  }

  store(kind: StoreKind, address: Value, value: Value): void {
    const f = this.f, { dataTables } = this.#s;
    const va = f.let(address);
    const entry = f.let(f.load(f.add(dataTables, pageOffset(f, va)), tables.write));
    f.if(isSlow(f, entry, va, storeSizes[kind]), () => {
      this.#leave();
      f.do(this.#call('store_slow', va, f.constant(storeSizes[kind]), value));
      this.#resume();
    }, () => f.storeOf(storeOpcodes[kind], f.add(va, entry), value));
  }

  loadReserved(address: Value): Value {
    const f = this.f;
    const host = this.#atomicHost(address, tables.read, 0);
    const value = f.let(f.atomicLoad(host));
    hartOf(f, this.#s.h).set('reservation', host);
    hartOf(f, this.#s.h).set('reserved', value);
    return value;
  }

  storeConditional(address: Value, value: Value): Value {
    const f = this.f, hart = hartOf(f, this.#s.h);
    const host = this.#atomicHost(address, tables.write, 1);
    const failed = f.let(f.constant(1));
    f.if(f.eq(hart.get('reservation'), host), () => {
      const expected = f.let(hart.get('reserved'));
      f.set(failed, f.ne(f.compareExchange(host, expected, value), expected));
    });
    hart.set('reservation', f.constant(0));
    return failed;
  }

  amo(kind: AmoKind, address: Value, value: Value): Value {
    const f = this.f;
    const host = this.#atomicHost(address, tables.write, 1);
    const minmax = minmaxKinds[kind];
    if (minmax !== undefined) return f.let(this.#context.module.call(f, 'amo_minmax', host, value, f.constant(minmax)));
    return f.let(f.rmw(kind === 'swap' ? 'xchg' : kind as 'add' | 'and' | 'or' | 'xor', host, value));
  }

  jump(target: Value): void {
    this.f.set(this.#s.target, target);
    this.#checkTarget();
    this.jumps = true;
  }

  branch(taken: Value, target: Value): void {
    const f = this.f;
    f.if(taken, () => {
      f.set(this.#s.target, target);
      this.#checkTarget();
      // Where a branch goes forward, no region starts: loops are entered at their heads, functions at their first.
      f.set(this.#s.single, f.ge(this.imm, f.constant(0)));
      f.br(this.#exits.dispatch);
    });
  }

  fence(): void {
    if (this.#context.shared) this.f.fence();
  }

  csr(kind: CsrKind, operand: Value): void {
    const f = this.f, { h, ip } = this.#s;
    this.#leave();
    const writes = kind === 'write' ? f.constant(1) : f.ne(f.load8(ip, 2), f.constant(0));
    const answer = f.let(this.#call('csr', this.imm, f.constant(csrKinds[kind]), operand, writes));
    f.if(f.eqz(answer), () => this.#illegal());
    this.rd(hartOf(f, h).get('csrResult'));
    f.if(f.eq(answer, f.constant(csrAnswers.control)), () => {
      hartOf(f, h).set('pc', this.next);
      this.#lookUp();
    });
  }

  system(kind: SystemKind): void {
    const f = this.f, hart = hartOf(f, this.#s.h);
    this.#leave();
    switch (kind) {
      case 'ecall':
        this.#raise(f.add(hart.get('privilege'), f.constant(causes.ecallFromU)), f.constant(0));
        break;
      case 'ebreak':
        this.#raise(f.constant(causes.breakpoint), this.pc);
        break;
      case 'mret': case 'sret':
        f.if(f.eqz(this.#call(kind)), () => this.#illegal());
        this.#lookUp();
        break;
      case 'wfi':
        this.#wait();
        break;
      case 'fence.i':
        if (!this.#context.shared) break;
        f.do(this.#call('forget_code'));
        hart.set('pc', this.next);
        f.br(this.#exits.restart);
        break;
    }
  }

  sfenceVma(address: Value, asid: Value): void {
    const f = this.f, hart = hartOf(f, this.#s.h);
    this.#leave();
    const trapped = f.and(f.eq(hart.get('privilege'), f.constant(1)),
      f.ne(f.and(hart.get('mstatus'), f.constant(mstatus.TVM)), f.constant(0)));
    f.if(f.or(f.eqz(hart.get('privilege')), trapped), () => this.#illegal());
    const given = (byte: number) => f.ne(f.load8(this.#s.ip, byte), f.constant(0));
    f.do(this.#call('sfence', given(2), address, given(3), asid));
    hart.set('pc', this.next);
    f.br(this.#exits.restart);
  }

  /** Section 3.3.3. The hart stalls until an enabled interrupt is pending, whether or not it may be taken. */
  #wait(): void {
    const f = this.f, hart = hartOf(f, this.#s.h);
    const notMachine = f.ne(hart.get('privilege'), f.constant(3));
    const trapped = f.ne(f.and(hart.get('mstatus'), f.constant(mstatus.TW)), f.constant(0));
    f.if(f.and(notMachine, f.or(trapped, f.eqz(hart.get('privilege')))), () => this.#illegal());
    hart.set('pc', this.next);
    const due = f.and(f.or(hart.pending(), hart.get('soft')), hart.get('mie'));
    f.if(f.and(due, f.constant(mip.SSIP | mip.MSIP | mip.STIP | mip.MTIP | mip.SEIP | mip.MEIP)), () => this.#lookUp());
    hart.set('waiting', f.constant(1));
    f.do(this.#call('finish', f.add(this.#s.left, hart.get('deferred'))));
    f.return(f.constant(stops.wait));
  }

  #call(name: string, ...parameters: Value[]): Value {
    return this.#context.module.call(this.f, name, this.#s.h, ...parameters);
  }

  /** Puts down what the rest of the machine may ask for, before anything outside the interpreter's loop is called. */
  #leave(): void {
    const f = this.f, hart = hartOf(f, this.#s.h);
    hart.set('pc', this.pc);
    hart.set('left', f.add(this.#s.left, hart.get('deferred')));
  }

  /** After a slow access: look up soon when it reached a device; go to the handler when it trapped, or did that too. */
  #resume(): void {
    const f = this.f, { module } = this.#context;
    f.if(module.global(f, 'lookup'), () => {
      f.setGlobal(module.global(f, 'lookup'), f.constant(0));
      defer(f, this.#s.h, this.#s.left, this.#s.left);
    });
    f.if(module.global(f, 'fault'), () => {
      f.setGlobal(module.global(f, 'fault'), f.constant(0));
      f.br(this.#exits.restart);
    });
  }

  /** The next instruction is at `hart.pc`; first, an interrupt may be due. */
  #lookUp(): void {
    this.f.do(this.#call('interrupt'));
    this.f.br(this.#exits.restart);
  }

  #raise(cause: Value, tval: Value): void {
    const f = this.f;
    f.do(this.#call('raise', cause, tval));
    f.setGlobal(this.#context.module.global(f, 'fault'), f.constant(0));
    f.br(this.#exits.restart);
  }

  #illegal(): void {
    raiseIllegal(this.#context, this.#s, this.#exits);
  }

  /** Section 2.5: a jump to an address that is no multiple of four is the jump's exception. */
  #checkTarget(): void {
    const f = this.f, { target } = this.#s;
    f.if(f.and(target, f.constant(2)), () => {
      this.#leave();
      this.#raise(f.constant(causes.instructionMisaligned), target);
    });
  }

  #atomicHost(address: Value, table: number, store: 0 | 1): Local {
    const f = this.f;
    const va = f.let(address);
    const entry = f.let(f.load(f.add(this.#s.dataTables, pageOffset(f, va)), table));
    const host = f.let(f.add(va, entry));
    f.if(f.and(f.or(entry, va), f.constant(3)), () => {
      this.#leave();
      f.set(host, this.#call('atomic_slow', va, f.constant(store)));
      this.#resume();
    });
    return host;
  }
}

/** The instruction at `ip` is illegal where it stands. */
export function raiseIllegal({ module }: CoreContext, { f, h, ip, slot, left }: State, { restart }: Exits): void {
  const word = f.load(f.add(slot, f.shr(f.sub(ip, slot), f.constant(1))), codePage.raw);
  f.do(module.call(f, 'raise', h, f.constant(causes.illegalInstruction), word));
  f.setGlobal(module.global(f, 'fault'), f.constant(0));
  f.if(hartOf(f, h).get('halt'), () => defer(f, h, left, left));
  f.br(restart);
}

/** Puts `steps` steps aside, which `run` goes on with once no more are left, after a look at the world. */
export function defer(f: Fn, h: Value, left: Local, steps: Value): void {
  const hart = hartOf(f, h);
  hart.set('deferred', f.add(hart.get('deferred'), steps));
  f.set(left, f.sub(left, steps));
}
