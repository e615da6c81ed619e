import { causes } from '../../isa/causes.ts';
import { mip, mstatus } from '../../isa/csrs.ts';
import { table } from '../../isa/instruction.ts';
import { type AmoKind, type CsrKind, type LoadKind, type Machine, type StoreKind, type SystemKind, semantics } from '../../isa/semantics.ts';
import { op } from '../wasm/opcodes.ts';
import type { Fn, Label, Local, Value } from '../wasm/function.ts';
import { stops } from '../words/hart.ts';
import { codePage, entryBits, tables } from '../words/layout.ts';
import { loadKinds } from './access.ts';
import { type CoreContext, hartOf } from './context.ts';
import { csrAnswers, csrKinds } from './csr.ts';
import { operationCount } from './operations.ts';

export const loadOpcodes: Record<LoadKind, number> = {
  lb: op.i32_load8_s, lbu: op.i32_load8_u, lh: op.i32_load16_s, lhu: op.i32_load16_u, lw: op.i32_load,
};
export const storeOpcodes: Record<StoreKind, number> = { sb: op.i32_store8, sh: op.i32_store16, sw: op.i32_store };
export const storeSizes: Record<StoreKind, number> = { sb: 1, sh: 2, sw: 4 };
export const loadSizes: Record<LoadKind, number> = { lb: 1, lbu: 1, lh: 2, lhu: 2, lw: 4 };
const minmaxKinds: Partial<Record<AmoKind, number>> = { min: 0, max: 1, minu: 2, maxu: 3 };

/** Signature of a translated region: (hart, left) -> left. The next pc is left in `hart.pc`, with low bits as below. */
export const regionSignature = { parameters: 2, results: 1 } as const;

/** How often a region is entered straight from others before the translator hears of it. */
const linkCount = 3000;

/** Low bits of the pc a region leaves: why it stopped there. */
export const leaving = {
  /** The interpreter must do the instruction there. */
  interpret: 1,
  /** The region's pages are not mapped as they were; nothing was run. */
  remapped: 2,
} as const;

/** The interpreter's state between instructions, and the places an instruction can go to. */
interface State {
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

interface Exits {
  /** On to the next instruction in memory. */
  readonly next: Label;
  /** `target` holds the next pc. */
  readonly dispatch: Label;
  /** `hart.pc` holds the next pc, and anything may have changed. */
  readonly restart: Label;
}

/** One instruction of the interpreter: the machine that semantics.ts is told about, for operands found at `ip`. */
class Interpreting implements Machine<Value> {
  readonly #context: CoreContext;
  readonly #s: State;
  readonly #exits: Exits;
  readonly #f: Fn;
  /** Whether the instruction has set `target`. */
  jumps = false;

  constructor(context: CoreContext, state: State, exits: Exits) {
    this.#context = context;
    this.#s = state;
    this.#exits = exits;
    this.#f = state.f;
  }

  #operand(byte: number): Value {
    return this.#f.load(this.#f.add(this.#s.h, this.#f.load8(this.#s.ip, byte)));
  }

  get rs1(): Value { return this.#operand(2); }
  get rs2(): Value { return this.#operand(3); }
  get imm(): Value { return this.#f.load(this.#s.ip, 4); }
  get zimm(): Value { return this.#f.shr(this.#f.load8(this.#s.ip, 2), this.#f.constant(2)); }
  get pc(): Value { return this.#f.add(this.#s.bias, this.#f.shr(this.#s.ip, this.#f.constant(1))); }
  get next(): Value { return this.#f.add(this.pc, this.#f.constant(4)); }

  constant(value: number) { return this.#f.constant(value); }
  add(a: Value, b: Value) { return this.#f.add(a, b); }
  sub(a: Value, b: Value) { return this.#f.sub(a, b); }
  and(a: Value, b: Value) { return this.#f.and(a, b); }
  or(a: Value, b: Value) { return this.#f.or(a, b); }
  xor(a: Value, b: Value) { return this.#f.xor(a, b); }
  shiftLeft(a: Value, by: Value) { return this.#f.shl(a, by); }
  shiftRight(a: Value, by: Value) { return this.#f.shr(a, by); }
  shiftRightSigned(a: Value, by: Value) { return this.#f.sar(a, by); }
  equal(a: Value, b: Value) { return this.#f.eq(a, b); }
  notEqual(a: Value, b: Value) { return this.#f.ne(a, b); }
  less(a: Value, b: Value) { return this.#f.lt(a, b); }
  lessUnsigned(a: Value, b: Value) { return this.#f.ltu(a, b); }
  notLess(a: Value, b: Value) { return this.#f.ge(a, b); }
  notLessUnsigned(a: Value, b: Value) { return this.#f.geu(a, b); }
  multiply(a: Value, b: Value) { return this.#f.mul(a, b); }
  multiplyHigh(signs: 'ss' | 'su' | 'uu', a: Value, b: Value) { return this.#f.mulh(signs, a, b); }
  divide(a: Value, b: Value) { return this.#f.div(a, b); }
  divideUnsigned(a: Value, b: Value) { return this.#f.divu(a, b); }
  remainder(a: Value, b: Value) { return this.#f.rem(a, b); }
  remainderUnsigned(a: Value, b: Value) { return this.#f.remu(a, b); }
  choose(condition: Value, then: Value, otherwise: Value) { return this.#f.choose(condition, then, otherwise); }

  rd(value: Value): void {
    this.#f.store(this.#f.add(this.#s.h, this.#f.load8(this.#s.ip, 1)), value);
  }

  load(kind: LoadKind, address: Value): Value {
    const f = this.#f, { dataTables } = this.#s;
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
    const f = this.#f, { dataTables } = this.#s;
    const va = f.let(address);
    const entry = f.let(f.load(f.add(dataTables, pageOffset(f, va)), tables.write));
    f.if(isSlow(f, entry, va, storeSizes[kind]), () => {
      this.#leave();
      f.do(this.#call('store_slow', va, f.constant(storeSizes[kind]), value));
      this.#resume();
    }, () => f.storeOf(storeOpcodes[kind], f.add(va, entry), value));
  }

  loadReserved(address: Value): Value {
    const f = this.#f;
    const host = this.#atomicHost(address, tables.read, 0);
    const value = f.let(f.atomicLoad(host));
    hartOf(f, this.#s.h).set('reservation', host);
    hartOf(f, this.#s.h).set('reserved', value);
    return value;
  }

  storeConditional(address: Value, value: Value): Value {
    const f = this.#f, hart = hartOf(f, this.#s.h);
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
    const f = this.#f;
    const host = this.#atomicHost(address, tables.write, 1);
    const minmax = minmaxKinds[kind];
    if (minmax !== undefined) return f.let(this.#context.module.call(f, 'amo_minmax', host, value, f.constant(minmax)));
    return f.let(f.rmw(kind === 'swap' ? 'xchg' : kind as 'add' | 'and' | 'or' | 'xor', host, value));
  }

  jump(target: Value): void {
    this.#f.set(this.#s.target, target);
    this.#checkTarget();
    this.jumps = true;
  }

  branch(taken: Value, target: Value): void {
    const f = this.#f;
    f.if(taken, () => {
      f.set(this.#s.target, target);
      this.#checkTarget();
      // Where a branch goes forward, no region starts: loops are entered at their heads, functions at their first.
      f.set(this.#s.single, f.ge(this.imm, f.constant(0)));
      f.br(this.#exits.dispatch);
    });
  }

  fence(): void {
    if (this.#context.shared) this.#f.fence();
  }

  csr(kind: CsrKind, operand: Value): void {
    const f = this.#f, { h, ip } = this.#s;
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
    const f = this.#f, hart = hartOf(f, this.#s.h);
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
    const f = this.#f, hart = hartOf(f, this.#s.h);
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
    const f = this.#f, hart = hartOf(f, this.#s.h);
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
    return this.#context.module.call(this.#f, name, this.#s.h, ...parameters);
  }

  /** Puts down what the rest of the machine may ask for, before anything outside the interpreter's loop is called. */
  #leave(): void {
    const f = this.#f, hart = hartOf(f, this.#s.h);
    hart.set('pc', this.pc);
    hart.set('left', f.add(this.#s.left, hart.get('deferred')));
  }

  /** After a slow access: look up soon when it reached a device; go to the handler when it trapped, or did that too. */
  #resume(): void {
    const f = this.#f, { module } = this.#context;
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
    this.#f.do(this.#call('interrupt'));
    this.#f.br(this.#exits.restart);
  }

  #raise(cause: Value, tval: Value): void {
    const f = this.#f;
    f.do(this.#call('raise', cause, tval));
    f.setGlobal(this.#context.module.global(f, 'fault'), f.constant(0));
    f.br(this.#exits.restart);
  }

  #illegal(): void {
    raiseIllegal(this.#context, this.#s, this.#exits);
  }

  /** Section 2.5: a jump to an address that is no multiple of four is the jump's exception. */
  #checkTarget(): void {
    const f = this.#f, { target } = this.#s;
    f.if(f.and(target, f.constant(2)), () => {
      this.#leave();
      this.#raise(f.constant(causes.instructionMisaligned), target);
    });
  }

  #atomicHost(address: Value, table: number, store: 0 | 1): Local {
    const f = this.#f;
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

/** Where a page's entry lies in a table. */
export const pageOffset = (f: Fn, va: Value): Value => f.and(f.shr(va, f.constant(10)), f.constant(0x3f_fffc));

/** Not zero when an access of `size` bytes must take the slow path: the entry is not fast, or `va` not aligned. */
export const isSlow = (f: Fn, entry: Value, va: Value, size: number): Value => (size === 1
  ? f.and(entry, f.constant(entryBits.slow))
  : f.and(f.or(entry, va), f.constant(entryBits.slow | (size - 1))));

function raiseIllegal({ module }: CoreContext, { f, h, ip, slot, left }: State, { restart }: Exits): void {
  const word = f.load(f.add(slot, f.shr(f.sub(ip, slot), f.constant(1))), codePage.raw);
  f.do(module.call(f, 'raise', h, f.constant(causes.illegalInstruction), word));
  f.setGlobal(module.global(f, 'fault'), f.constant(0));
  f.if(hartOf(f, h).get('halt'), () => defer(f, h, left, left));
  f.br(restart);
}

/**
 * run(hart, budget): takes at most `budget` steps; answers why it stopped (see `stops`), with the hart's state in its
 * words. A step is an instruction attempted, whether it retires or traps.
 */
export function defineInterpreter(context: CoreContext, { hotCount }: { hotCount: number }): void {
  const { module } = context;
  // finish(hart, left): books the steps taken.
  module.define('finish', 0, (f, h, left) => {
    const hart = hartOf(f, h);
    hart.set('left', left);
    const before = f.let(hart.get('retiredLow'));
    const after = f.let(f.add(before, f.sub(hart.get('budget'), left)));
    hart.set('retiredLow', after);
    f.if(f.ltu(after, before), () => hart.set('retiredHigh', f.add(hart.get('retiredHigh'), f.constant(1))));
    hart.set('budget', left);
  });

  module.export('run', 1, (f, h, budget) => {
    const hart = hartOf(f, h);
    hart.set('budget', budget);
    hart.set('deferred', f.constant(0));
    hart.set('waiting', f.constant(0));
    const left = f.let(budget);
    const s: State = {
      f, h, left, ip: f.local(), bias: f.local(), target: f.local(), dataTables: f.local(), slot: f.local(),
      single: f.local(),
    };
    f.do(module.call(f, 'interrupt', h));
    f.loop((restart) => {
      f.block((out) => {
        f.set(s.dataTables, hart.get('dataTables'));
        f.set(s.target, hart.get('pc'));
        runDispatch(context, s, { restart, out, hotCount });
      });
      hart.set('pc', s.target);
      f.if(f.ne(hart.get('deferred'), f.constant(0)), () => {
        f.set(left, f.add(left, hart.get('deferred')));
        hart.set('deferred', f.constant(0));
        f.if(f.eqz(hart.get('halt')), () => {
          f.do(module.call(f, 'interrupt', h));
          f.br(restart);
        });
      });
      f.do(module.call(f, 'finish', h, left));
      f.return(f.choose(hart.get('halt'), f.constant(stops.halt), f.constant(stops.budget)));
    });
    f.unreachable();
  });
}

/** The loop over jumps: finds the code at `target`, and runs the region that starts there or interprets. */
function runDispatch(
  context: CoreContext, s: State, { restart, out, hotCount }: { restart: Label; out: Label; hotCount: number },
): void {
  const { module } = context;
  const { f, h, left, target, slot, ip, bias, single } = s;
  const hart = hartOf(f, h);
  f.set(single, f.constant(0));
  const codeTables = f.let(hart.get('codeTables'));
  const entry = f.local(), at = f.local(), region = f.local();
  // The region that was left for here, without an instruction interpreted in between; 0 when there is none.
  const previous = f.let(f.constant(0));
  f.loop((dispatch) => {
    f.brIf(f.eqz(left), out);
    f.set(slot, f.load(f.add(codeTables, pageOffset(f, target)), tables.fetch));
    f.if(f.eqz(slot), () => {
      hart.set('pc', target);
      hart.set('left', f.add(left, hart.get('deferred')));
      f.set(slot, module.call(f, 'fetch_slow', h, target));
      f.if(f.eqz(slot), () => {
        f.setGlobal(module.global(f, 'fault'), f.constant(0));
        f.set(left, f.sub(left, f.constant(1)));
        f.if(hart.get('halt'), () => defer(f, h, left, left));
        f.br(restart);
      });
      // Where PMP allows fetches from a part of the page only, each instruction is looked at by itself.
      f.if(hart.get('partial'), () => {
        f.set(single, f.constant(1));
        defer(f, h, left, f.sub(left, f.constant(1)));
      });
    });
    f.if(f.eqz(single), () => {
      f.set(at, f.add(slot, f.and(target, f.constant(0xffc))));
      f.set(entry, f.load(at, codePage.entries));
      f.if(f.lt(entry, f.constant(0)), () => {
        hart.set('pc', target);
        f.set(region, f.and(entry, f.constant(0x7fff_ffff)));
        countLink(context, f, { from: previous, to: region });
        f.set(previous, region);
        f.set(left, f.callIndirect(module.signature(regionSignature), region, h, left));
        f.set(target, hart.get('pc'));
        f.set(single, f.and(target, f.constant(leaving.interpret)));
        f.if(f.and(target, f.constant(leaving.remapped)), () => f.do(module.call(f, 'remapped', region)));
        f.set(target, f.and(target, f.constant(-4)));
        f.br(dispatch);
      }, () => {
        f.store(at, f.add(entry, f.constant(1)), codePage.entries);
        f.if(f.eq(entry, f.constant(hotCount)), () => f.do(module.call(f, 'hot', h, target, slot)));
      });
    });
    f.set(single, f.constant(0));
    f.set(previous, f.constant(0));
    f.set(ip, f.add(slot, f.shl(f.and(target, f.constant(0xffc)), f.constant(1))));
    f.set(bias, f.sub(f.and(target, f.constant(-4096)), f.shr(slot, f.constant(1))));
    f.loop((next) => runInstruction(context, s, { next, dispatch, restart }, out));
  });
}

/** Going from region to region costs; the translator is told of pairs that do so often, to make them one. */
function countLink({ module, arrivals }: CoreContext, f: Fn, { from, to }: { from: Local; to: Local }): void {
  f.if(from, () => f.if(f.ne(from, to), () => {
    const at = f.let(f.shl(to, f.constant(2)));
    const count = f.let(f.add(f.load(at, arrivals), f.constant(1)));
    f.store(at, count, arrivals);
    f.if(f.eq(count, f.constant(linkCount)), () => f.do(module.call(f, 'linked', from, to)));
  }));
}

/** Puts `steps` steps aside, which `run` goes on with once no more are left, after a look at the world. */
function defer(f: Fn, h: Value, left: Local, steps: Value): void {
  const hart = hartOf(f, h);
  hart.set('deferred', f.add(hart.get('deferred'), steps));
  f.set(left, f.sub(left, steps));
}

function runInstruction(context: CoreContext, s: State, exits: Exits, out: Label): void {
  const { module } = context;
  const { f, h, left, ip, target } = s;
  const machine = () => new Interpreting(context, s, exits);
  f.if(f.eqz(left), () => {
    f.set(target, machine().pc);
    f.br(out);
  });
  f.set(left, f.sub(left, f.constant(1)));
  const operation = f.let(f.load8(ip));
  f.loop((again) => {
    const labels = Array.from({ length: operationCount }, () => f.open('block'));
    f.brTable(operation, labels.toReversed(), labels[0]!);
    const leave = () => {
      hartOf(f, h).set('pc', machine().pc);
      hartOf(f, h).set('left', f.add(left, hartOf(f, h).get('deferred')));
    };
    // operations.undecoded
    f.close();
    f.do(module.call(f, 'decode', s.slot, ip));
    f.set(operation, f.load8(ip));
    f.br(again);
    // operations.pageEnd: no instruction, so its step is given back
    f.close();
    f.set(left, f.add(left, f.constant(1)));
    f.set(target, machine().pc);
    f.br(exits.dispatch);
    // operations.illegal
    f.close();
    leave();
    raiseIllegal(context, s, exits);
    // operations.probe
    f.close();
    leave();
    f.set(operation, module.call(f, 'probe', h, s.slot, ip));
    f.br(again);
    for (const { mnemonic } of table) {
      f.close();
      const m = machine();
      semantics[mnemonic](m);
      if (m.jumps) f.br(exits.dispatch);
      f.set(ip, f.add(ip, f.constant(8)));
      f.br(exits.next);
    }
  });
}

