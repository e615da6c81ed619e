import { type CsrName, csrName, csrs, mie, mip, misa, mstatus, pmpcfg, pmpMatching, sstatus } from '../../isa/csrs.ts';
import type { Fn, Local, Value } from '../wasm/function.ts';
import { hartWords, viewBytes, viewsAt, viewsPerHart } from '../words/hart.ts';
import { type CoreContext, hartOf, viewOf } from './context.ts';

/** What `csr` answers: the access is illegal, was done, or was done and changed what the hart may do next. */
export const csrAnswers = { illegal: 0, plain: 1, control: 2 } as const;
export const csrKinds = { write: 0, set: 1, clear: 2 } as const;
/** Which counter the host is asked for; the upper half is one more. */
export const counters = { cycle: 0, time: 2, instret: 4 } as const;

interface Access {
  readonly f: Fn;
  readonly h: Local;
  readonly number: Local;
  readonly module: CoreContext['module'];
  readonly costs: CoreContext['costs'];
}

/** How one register behaves. Registers of the same behaviour share one object, and one case of the dispatch. */
interface Behaviour {
  read(access: Access): Value;
  /** Stores what software wrote; absent when writes are ignored. */
  write?(access: Access, value: Local): void;
  /** What set and clear start from, when it is not what is read. */
  base?(access: Access): Value;
  /** A write can enable an interrupt or change a translation. */
  readonly control?: boolean;
  /** A reason to refuse the access. */
  refuse?(access: Access): Value;
}

type Word = keyof typeof hartWords.offset;
const get = ({ f, h }: Access, word: Word) => hartOf(f, h).get(word);
const set = ({ f, h }: Access, word: Word, value: Value) => hartOf(f, h).set(word, value);
const masked = (f: Fn, value: Value, mask: number) => f.and(value, f.constant(mask));

/** A word of the hart of which software can write the bits of `mask`. */
const plain = (word: Word, mask = -1): Behaviour => ({
  read: (a) => get(a, word),
  write: (a, value) => set(a, word, masked(a.f, value, mask)),
});
const constant = (value: number): Behaviour => ({ read: ({ f }) => f.constant(value) });
const zero = constant(0);

const mstatusMask = mstatus.SIE | mstatus.MIE | mstatus.SPIE | mstatus.MPIE | mstatus.SPP | mstatus.MPP | mstatus.MPRV
  | mstatus.SUM | mstatus.MXR | mstatus.TVM | mstatus.TW | mstatus.TSR;
const sstatusMask = sstatus.SIE | sstatus.SPIE | sstatus.SPP | sstatus.SUM | sstatus.MXR;
const enables = mie.SSIE | mie.MSIE | mie.STIE | mie.MTIE | mie.SEIE | mie.MEIE;
const softBits = mip.SSIP | mip.STIP | mip.SEIP;
/** Exceptions that can be delegated: all but ecall from M and the reserved ones. */
const delegable = 0xb3ff;

const machineStatus: Behaviour = {
  read: (a) => get(a, 'mstatus'),
  control: true,
  write: (a, value) => {
    const { f, h, module } = a;
    // MPP is WARL: 2 is no privilege mode, and leaves it as it was.
    f.if(f.eq(masked(f, value, mstatus.MPP), f.constant(2 << 11)), () =>
      f.set(value, f.or(masked(f, value, ~mstatus.MPP), masked(f, get(a, 'mstatus'), mstatus.MPP))));
    set(a, 'mstatus', masked(f, value, mstatusMask));
    f.do(module.call(f, 'set_context', h));
  },
};

const supervisorStatus: Behaviour = {
  read: (a) => masked(a.f, get(a, 'mstatus'), sstatusMask),
  control: true,
  write: (a, value) => {
    const { f, h, module } = a;
    const old = get(a, 'mstatus');
    const changed = f.let(f.xor(old, value));
    set(a, 'mstatus', f.or(masked(f, old, ~sstatusMask), masked(f, value, sstatusMask)));
    f.if(masked(f, changed, mstatus.SUM | mstatus.MXR), () => f.do(module.call(f, 'set_context', h)));
  },
};

/** A window of S-mode on `word`, through mideleg. */
const delegatedWindow = (word: Word, read: (a: Access) => Value, writable: number): Behaviour => ({
  read: (a) => a.f.and(read(a), get(a, 'mideleg')),
  control: true,
  write: (a, value) => {
    const { f } = a;
    const mask = f.let(masked(f, get(a, 'mideleg'), writable));
    const kept = f.and(get(a, word), f.xor(mask, f.constant(-1)));
    set(a, word, f.or(kept, f.and(value, mask)));
  },
});
const allPending = (a: Access): Value => a.f.or(hartOf(a.f, a.h).pending(), get(a, 'soft'));

const addressTranslation: Behaviour = {
  read: (a) => get(a, 'satp'),
  control: true,
  refuse: (a) => a.f.and(a.f.eq(get(a, 'privilege'), a.f.constant(1)),
    a.f.ne(masked(a.f, get(a, 'mstatus'), mstatus.TVM), a.f.constant(0))),
  write: (a, value) => {
    const { f, h, module, costs } = a;
    set(a, 'satp', value);
    // MODE is WARL: with it clear translation is off, whatever the rest says.
    f.if(f.ge(value, f.constant(0)), () => set(a, 'satp', f.constant(0)));
    f.do(module.call(f, 'set_context', h));
    hartOf(f, h).charge(costs.satp);
  },
};

const counter = (which: number, half: 0 | 1, writable: boolean): Behaviour => ({
  read: ({ f, h, module }) => module.call(f, 'read_counter', h, f.constant(which + half)),
  refuse: (a) => {
    if (writable) return a.f.constant(0);
    const { f } = a;
    const lacks = (word: Word) => f.eqz(f.and(f.shr(get(a, word), f.and(a.number, f.constant(31))), f.constant(1)));
    const below = (privilege: number) => f.ltu(get(a, 'privilege'), f.constant(privilege));
    return f.or(f.and(below(3), lacks('mcounteren')), f.and(below(1), lacks('scounteren')));
  },
  ...(writable ? {
    write: ({ f, h, module }: Access, value: Local) =>
      f.do(module.call(f, 'write_counter', h, f.constant(which + half), value)),
  } : {}),
});

/** A high performance counter that never counts: reads as zero, behind the enables. */
const idleCounter: Behaviour = { read: ({ f }) => f.constant(0), refuse: (a) => counter(0, 0, false).refuse!(a) };

const pmpcfgMask = pmpcfg.R | pmpcfg.W | pmpcfg.X | pmpcfg.A | pmpcfg.L;
/** Where pmpcfg0..3 lie, from the number of one of them. */
const pmpcfgOffset = (f: Fn, number: Value) => f.shl(f.and(number, f.constant(3)), f.constant(2));

const pmpConfig: Behaviour = {
  read: ({ f, h, number }) => f.load(f.add(h, pmpcfgOffset(f, number)), hartWords.offset.pmpcfg),
  control: true,
  write: ({ f, h, number, module }, value) => {
    const at = f.let(f.add(f.add(h, f.constant(hartWords.offset.pmpcfg)), pmpcfgOffset(f, number)));
    for (let byte = 0; byte < 4; byte++) {
      f.if(f.eqz(masked(f, f.load8(at, byte), pmpcfg.L)), () => {
        const config = masked(f, f.shr(value, f.constant(byte * 8)), pmpcfgMask);
        f.storeOf(0x3a, at, config, byte);
      });
    }
    f.do(module.call(f, 'pmp_written', h));
  },
};

const pmpAddress: Behaviour = {
  read: ({ f, h, number }) => f.load(f.add(h, pmpOffset(f, number)), hartWords.offset.pmpaddr),
  control: true,
  write: ({ f, h, number, module }, value) => {
    const entry = f.and(number, f.constant(15));
    const config = f.add(h, entry);
    const locked = masked(f, f.load8(config, hartWords.offset.pmpcfg), pmpcfg.L);
    // "If pmpcfg[i+1].L is set and A is TOR, writes to pmpaddr[i] are ignored." Behind the last is no config byte.
    const next = f.load8(config, hartWords.offset.pmpcfg + 1);
    const lockedRange = f.eq(masked(f, next, pmpcfg.L | pmpcfg.A), f.constant(pmpcfg.L | pmpMatching.TOR));
    const fixed = f.and(lockedRange, f.ne(entry, f.constant(15)));
    f.if(f.eqz(f.or(locked, fixed)), () => {
      f.store(f.add(h, pmpOffset(f, number)), value, hartWords.offset.pmpaddr);
      f.do(module.call(f, 'pmp_written', h));
    });
  },
};
// pmpaddr0 is 0x3b0.
const pmpOffset = (f: Fn, number: Value) => f.shl(f.and(number, f.constant(15)), f.constant(2));

/** RV32IMA with S and U. */
const misaValue = (1 << 30) | misa.A | misa.I | misa.M | misa.S | misa.U;

const behaviours: Partial<Record<CsrName, Behaviour>> = {
  sstatus: supervisorStatus,
  sie: delegatedWindow('mie', (a) => get(a, 'mie'), enables),
  stvec: plain('stvec', ~2), scounteren: plain('scounteren'), senvcfg: plain('senvcfg', 1),
  sscratch: plain('sscratch'), sepc: plain('sepc', ~3), scause: plain('scause'), stval: plain('stval'),
  sip: delegatedWindow('soft', allPending, mip.SSIP),
  satp: addressTranslation,
  mvendorid: zero, marchid: zero, mimpid: zero, mconfigptr: zero, mhartid: { read: (a) => get(a, 'id') },
  mstatus: machineStatus, mstatush: zero, misa: constant(misaValue),
  medeleg: plain('medeleg', delegable),
  mideleg: { ...plain('mideleg', softBits), control: true },
  mie: { ...plain('mie', enables), control: true },
  mtvec: plain('mtvec', ~2), mcounteren: plain('mcounteren'), mscratch: plain('mscratch'),
  mepc: plain('mepc', ~3), mcause: plain('mcause'), mtval: plain('mtval'),
  mip: {
    read: allPending, control: true, base: (a) => get(a, 'soft'),
    write: (a, value) => set(a, 'soft', masked(a.f, value, softBits)),
  },
  menvcfg: plain('menvcfg', 1), menvcfgh: zero, mcountinhibit: zero,
  tselect: zero, tdata1: zero, tdata2: zero, tdata3: zero,
  cycle: counter(counters.cycle, 0, false), cycleh: counter(counters.cycle, 1, false),
  time: counter(counters.time, 0, false), timeh: counter(counters.time, 1, false),
  instret: counter(counters.instret, 0, false), instreth: counter(counters.instret, 1, false),
  mcycle: counter(counters.cycle, 0, true), mcycleh: counter(counters.cycle, 1, true),
  minstret: counter(counters.instret, 0, true), minstreth: counter(counters.instret, 1, true),
};

/** The behaviour of a register, undefined when accessing it is an illegal instruction. */
function behaviourOf(name: CsrName): Behaviour | undefined {
  if (/^pmpcfg\d+$/.test(name)) return csrs[name] < csrs.pmpcfg0 + 4 ? pmpConfig : zero;
  if (/^pmpaddr\d+$/.test(name)) return csrs[name] < csrs.pmpaddr0 + 16 ? pmpAddress : zero;
  if (/^mhpm/.test(name)) return zero;
  if (/^hpm/.test(name)) return idleCounter;
  return behaviours[name];
}

const known = (Object.keys(csrs) as CsrName[]).flatMap((name) => behaviourOf(name) ?? []);
const cases: readonly Behaviour[] = [...new Set(known)];

/** A predecoded CSR operand: the number, and from bit 16 up its case (0: no such register). */
export function csrOperand(number: number): number {
  const name = csrName(number);
  const behaviour = name && behaviourOf(name);
  return number | ((behaviour ? cases.indexOf(behaviour) + 1 : 0) << 16);
}

/** csr(hart, operand, kind, value, writes): see `csrAnswers`; the old value is left in `hart.csrResult`. */
export function defineCsr({ module, costs }: CoreContext): void {
  module.define('pmp_written', 0, (f, h) => {
    f.do(module.call(f, 'update_pmp', h));
    const v = f.let(f.add(h, f.constant(viewsAt)));
    const end = f.let(f.add(v, f.constant(viewsPerHart * viewBytes)));
    f.loop((again) => {
      f.if(viewOf(f, v).get('used'), () => f.do(module.call(f, 'flush_view', v)));
      f.set(v, f.add(v, f.constant(viewBytes)));
      f.brIf(f.ltu(v, end), again);
    });
  });

  module.define('csr', 1, (f, h, operand, kind, value, writes) => {
    const hart = hartOf(f, h);
    hart.charge(costs.csr);
    const number = f.let(f.and(operand, f.constant(0xfff)));
    const illegal = () => f.return(f.constant(csrAnswers.illegal));
    f.if(f.ltu(hart.get('privilege'), f.and(f.shr(number, f.constant(8)), f.constant(3))), illegal);
    f.if(f.and(writes, f.eq(f.shr(number, f.constant(10)), f.constant(3))), illegal);
    const access: Access = { f, h, number, module, costs };
    const base = f.local(), updated = f.local();
    const labels = [...cases, undefined].map(() => f.open('block'));
    // Case 0, in the innermost block, is the illegal one.
    f.brTable(f.shr(operand, f.constant(16)), labels.toReversed(), labels[labels.length - 1]!);
    f.close();
    illegal();
    for (const behaviour of cases) {
      f.close();
      if (behaviour.refuse) f.if(behaviour.refuse(access), illegal);
      f.set(base, behaviour.read(access));
      hart.set('csrResult', base);
      f.if(f.eqz(writes), () => f.return(f.constant(csrAnswers.plain)));
      if (behaviour.write) {
        if (behaviour.base) f.set(base, behaviour.base(access));
        f.set(updated, f.choose(f.eqz(kind), value, f.choose(f.eq(kind, f.constant(csrKinds.set)),
          f.or(base, value), f.and(base, f.xor(value, f.constant(-1))))));
        behaviour.write(access, updated);
      }
      f.return(f.constant(behaviour.control ? csrAnswers.control : csrAnswers.plain));
    }
    f.unreachable();
  });
}
