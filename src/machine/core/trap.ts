import { causes, interrupts } from '../../isa/causes.ts';
import { mstatus } from '../../isa/csrs.ts';
import type { Fn, Value } from '../wasm/function.ts';
import { type CoreContext, hartOf } from './context.ts';

/** The halt word's values: why a hart's turn ends early. */
export const halts = { device: 1, unhandled: 2, yield: 3 } as const;

const interruptBit = 1 << 31;

/** Traps, returns from traps, and interrupts. Privileged Architecture 20240411, sections 3.1.6, 3.1.8, 3.1.9, 3.3.2. */
export function defineTraps(context: CoreContext): void {
  defineTrap(context);
  defineReturns(context);
  defineInterrupt(context);
}

function defineTrap({ module, costs }: CoreContext): void {
  // trap(hart, mcause, tval): enters the handler; the interrupted instruction is at `hart.pc`.
  module.define('trap', 0, (f, h, cause, tval) => {
    const hart = hartOf(f, h);
    hart.charge(costs.trap);
    hart.set('waiting', f.constant(0));
    const privilege = f.let(hart.get('privilege'));
    const isInterrupt = f.let(f.shr(cause, f.constant(31)));
    const delegation = f.choose(isInterrupt, hart.get('mideleg'), hart.get('medeleg'));
    const delegated = f.and(f.shr(delegation, f.and(cause, f.constant(31))), f.constant(1));
    const status = f.let(hart.get('mstatus'));
    const enter = (vector: 'mtvec' | 'stvec') => {
      const tvec = f.let(hart.get(vector));
      const vectored = f.and(tvec, isInterrupt);
      const offset = f.choose(vectored, f.shl(f.and(cause, f.constant(31)), f.constant(2)), f.constant(0));
      hart.set('pc', f.add(f.and(tvec, f.constant(-4)), offset));
    };
    f.if(f.and(f.le(privilege, f.constant(1)), delegated), () => {
      hart.set('scause', cause);
      hart.set('sepc', hart.get('pc'));
      hart.set('stval', tval);
      hart.set('mstatus', f.or(f.and(status, f.constant(~(mstatus.SPP | mstatus.SPIE | mstatus.SIE))),
        f.or(f.choose(privilege, f.constant(mstatus.SPP), f.constant(0)), moved(f, status, mstatus.SIE, 4))));
      hart.set('privilege', f.constant(1));
      enter('stvec');
    }, () => {
      hart.set('mcause', cause);
      hart.set('mepc', hart.get('pc'));
      hart.set('mtval', tval);
      hart.set('mstatus', f.or(f.and(status, f.constant(~(mstatus.MPP | mstatus.MPIE | mstatus.MIE))),
        f.or(f.shl(privilege, f.constant(11)), moved(f, status, mstatus.MIE, 4))));
      hart.set('privilege', f.constant(3));
      enter('mtvec');
    });
    f.do(module.call(f, 'set_context', h));
  });

  // raise(hart, cause, tval): a synchronous exception of the instruction at `hart.pc`.
  module.define('raise', 0, (f, h, cause, tval) => {
    const hart = hartOf(f, h);
    const pc = f.let(hart.get('pc'));
    const privilege = f.let(hart.get('privilege'));
    hart.set('exceptions', f.add(hart.get('exceptions'), f.constant(1)));
    f.setGlobal(module.global(f, 'fault'), f.constant(1));
    f.do(module.call(f, 'trap', h, cause, tval));
    // A handler that cannot be executed raises the same exception at the same place for ever.
    const samePlace = f.and(f.eq(hart.get('pc'), pc), f.eq(hart.get('privilege'), privilege));
    const fetch = f.or(f.eq(cause, f.constant(causes.instructionAccessFault)),
      f.or(f.eq(cause, f.constant(causes.instructionPageFault)), f.eq(cause, f.constant(causes.illegalInstruction))));
    f.if(f.and(samePlace, fetch), () => hart.set('halt', f.constant(halts.unhandled)));
  });
}

/** The bit `from` of `value`, moved left by `by`. */
const moved = (f: Fn, value: Value, from: number, by: number): Value =>
  f.shl(f.and(value, f.constant(from)), f.constant(by));

/** mret(hart) and sret(hart): 1 when done, 0 when not allowed here. */
function defineReturns({ module, costs }: CoreContext): void {
  const { MIE, MPIE, MPP, MPRV, SIE, SPIE, SPP, TSR } = mstatus;
  module.define('mret', 1, (f, h) => {
    const hart = hartOf(f, h);
    f.if(f.ne(hart.get('privilege'), f.constant(3)), () => f.return(f.constant(0)));
    hart.charge(costs.trapReturn);
    const status = f.let(hart.get('mstatus'));
    const to = f.let(f.and(f.shr(status, f.constant(11)), f.constant(3)));
    const kept = f.let(f.and(status, f.constant(~(MIE | MPIE | MPP))));
    // "If MPP is not M, xRET also sets MPRV=0."
    f.if(f.ne(to, f.constant(3)), () => f.set(kept, f.and(kept, f.constant(~MPRV))));
    hart.set('mstatus', f.or(kept, f.or(f.constant(MPIE), f.and(f.shr(status, f.constant(4)), f.constant(MIE)))));
    hart.set('privilege', to);
    hart.set('pc', hart.get('mepc'));
    f.do(module.call(f, 'set_context', h));
    f.return(f.constant(1));
    f.unreachable();
  });

  module.define('sret', 1, (f, h) => {
    const hart = hartOf(f, h);
    const privilege = hart.get('privilege');
    f.if(f.eqz(privilege), () => f.return(f.constant(0)));
    const status = f.let(hart.get('mstatus'));
    f.if(f.and(f.eq(privilege, f.constant(1)), f.ne(f.and(status, f.constant(TSR)), f.constant(0))),
      () => f.return(f.constant(0)));
    hart.charge(costs.trapReturn);
    hart.set('privilege', f.ne(f.and(status, f.constant(SPP)), f.constant(0)));
    hart.set('mstatus', f.or(f.and(status, f.constant(~(SIE | SPIE | SPP | MPRV))),
      f.or(f.constant(SPIE), f.and(f.shr(status, f.constant(4)), f.constant(SIE)))));
    hart.set('pc', hart.get('sepc'));
    f.do(module.call(f, 'set_context', h));
    f.return(f.constant(1));
    f.unreachable();
  });
}

/** The order in which simultaneous interrupts are taken, section 3.1.9. */
const priority = [interrupts.MEI, interrupts.MSI, interrupts.MTI, interrupts.SEI, interrupts.SSI, interrupts.STI];

/** interrupt(hart): takes the interrupt that is due, if any. */
function defineInterrupt({ module }: CoreContext): void {
  const first = (f: Fn, set: Value): Value => priority.reduceRight<Value>((rest, number) =>
    f.choose(f.and(set, f.constant(1 << number)), f.constant(number | interruptBit), rest), f.constant(0));
  module.define('interrupt', 0, (f, h) => {
    const hart = hartOf(f, h);
    const due = f.let(f.and(f.or(hart.pending(), hart.get('soft')), hart.get('mie')));
    f.if(f.eqz(due), () => f.return());
    const privilege = f.let(hart.get('privilege'));
    const status = f.let(hart.get('mstatus'));
    const forMachine = f.let(f.and(due, f.xor(hart.get('mideleg'), f.constant(-1))));
    f.if(f.or(f.ne(privilege, f.constant(3)), f.and(status, f.constant(mstatus.MIE))), () => f.if(forMachine, () => {
      f.do(module.call(f, 'trap', h, first(f, forMachine), f.constant(0)));
      f.return();
    }));
    const forSupervisor = f.let(f.and(due, hart.get('mideleg')));
    const enabled = f.or(f.eqz(privilege),
      f.and(f.eq(privilege, f.constant(1)), f.shr(f.and(status, f.constant(mstatus.SIE)), f.constant(1))));
    f.if(enabled, () => f.if(forSupervisor, () =>
      f.do(module.call(f, 'trap', h, first(f, forSupervisor), f.constant(0)))));
  });
}
