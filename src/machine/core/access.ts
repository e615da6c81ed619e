import { causes } from '../../isa/causes.ts';
import { op } from '../wasm/opcodes.ts';
import type { Fn, Value } from '../wasm/function.ts';
import { codePage, entryBits, pageBytes, tables } from '../words/layout.ts';
import { type CoreContext, hartOf, viewOf } from './context.ts';
import { accesses, dirtyByte, hostOf, isMemory, isRam } from './translation.ts';

/** What `load_slow` is told: bytes, plus `signed` when the value is sign-extended. */
export const loadKinds = { lb: 9, lbu: 1, lh: 10, lhu: 2, lw: 4 } as const;
const signed = 8;
/** What `resolve` answers beside a host address. */
const trapped = 0, device = 1;

/**
 * The slow side of every access: what the fast path found no fast entry for. Each function leaves the trap already
 * taken (and the global `fault` set) when the access may not be made.
 */
export function defineAccess(context: CoreContext): void {
  defineResolve(context);
  defineLoad(context);
  defineStore(context);
  defineAtomics(context);
  defineFetch(context);
}

/** resolve(hart, va, store): host address of naturally aligned `va`; 1 for a device, at `hart.physical`; 0 trapped. */
function defineResolve(context: CoreContext): void {
  const { module, layout, codeMap } = context;
  module.define('resolve', 1, (f, h, va, store) => {
    const hart = hartOf(f, h);
    const v = f.let(hart.get('dataView'));
    const table = f.choose(store, f.constant(tables.write), f.constant(tables.read));
    const at = f.let(f.add(f.add(viewOf(f, v).get('tables'), table), f.shl(f.shr(va, f.constant(12)), f.constant(2))));
    const entry = f.let(f.load(at));
    const has = (bit: number) => f.and(entry, f.constant(bit));
    f.if(has(entryBits.invalid), () => {
      f.if(has(entryBits.device), () => {
        hart.set('physical', f.or(f.and(entry, f.constant(-pageBytes)), f.and(va, f.constant(pageBytes - 1))));
        f.return(f.constant(device));
      });
      const access = f.choose(store, f.constant(accesses.store), f.constant(accesses.load));
      const cause = f.let(module.call(f, 'translate', h, v, va, access));
      f.if(cause, () => {
        f.do(module.call(f, 'raise', h, cause, va));
        f.return(f.constant(trapped));
      });
      const physical = f.let(hart.get('physical'));
      const memory = f.choose(store, isRam(context, f, physical), isMemory(context, f, physical));
      const fill = (value: Value) => {
        f.do(module.call(f, 'note_fill', v, store, va));
        f.if(hart.get('megapage'), () => f.do(module.call(f, 'note_megapage', v, va)));
        f.store(at, value);
      };
      f.if(f.eqz(memory), () => {
        const bits = f.constant(entryBits.slow | entryBits.invalid | entryBits.device);
        f.if(f.eqz(hart.get('partial')), () => fill(f.or(f.and(physical, f.constant(-pageBytes)), bits)));
        f.return(f.constant(device));
      });
      const host = f.let(hostOf(context, f, physical));
      f.set(entry, f.sub(host, va));
      f.if(store, () => {
        const code = f.load8(f.shr(f.sub(host, f.constant(layout.ram)), f.constant(12)), codeMap);
        const isDirty = f.load8(dirtyByte(context, f, host));
        f.set(entry, f.or(entry, f.choose(isDirty, f.constant(0), f.constant(entryBits.clean))));
        f.set(entry, f.or(entry, f.choose(code, f.constant(entryBits.code), f.constant(0))));
      });
      f.if(f.eqz(hart.get('partial')), () => fill(entry), () => f.set(at, f.constant(0)));
    });
    f.if(store, () => {
      const host = f.let(f.add(va, f.and(entry, f.constant(~entryBits.all))));
      f.if(has(entryBits.clean), () => f.storeOf(op.i32_store8, dirtyByte(context, f, host), f.constant(1)));
      f.if(has(entryBits.code), () => f.do(module.call(f, 'invalidate', host)));
      // What the write had to do first is done; only code still needs it at every write.
      const code = f.load8(f.shr(f.sub(host, f.constant(layout.ram)), f.constant(12)), codeMap);
      f.set(entry, f.and(entry, f.constant(~entryBits.all)));
      const flags = f.choose(code, f.constant(entryBits.code | entryBits.slow), f.constant(0));
      f.if(at, () => f.store(at, f.or(entry, flags)));
    });
    f.return(f.add(va, f.and(entry, f.constant(~entryBits.all))));
    f.unreachable();
  });
}

/** load_slow(hart, va, kind): the value as the register gets it; 0 when trapped. */
function defineLoad({ module, costs }: CoreContext): void {
  const extend = (f: Fn, kind: Value, value: Value): Value => f.choose(f.and(kind, f.constant(signed)),
    shiftPair(f, value, f.sub(f.constant(32), f.shl(f.and(kind, f.constant(3)), f.constant(3)))), value);
  module.define('load_slow', 1, (f, h, va, kind) => {
    const hart = hartOf(f, h);
    const fault = module.global(f, 'fault');
    const size = f.let(f.and(kind, f.constant(7)));
    const value = f.local();
    f.if(f.and(va, f.sub(size, f.constant(1))), () => {
      // Misaligned: byte by byte, as the board's processor does it in hardware.
      const i = f.local();
      f.set(i, f.constant(0));
      f.loop((again) => {
        const byte = f.let(module.call(f, 'load_slow', h, f.add(va, i), f.constant(loadKinds.lbu)));
        f.if(fault, () => f.return(f.constant(0)));
        f.set(value, f.or(value, f.shl(byte, f.shl(i, f.constant(3)))));
        f.set(i, f.add(i, f.constant(1)));
        f.brIf(f.ltu(i, size), again);
      });
      f.return(extend(f, kind, value));
    });
    const host = f.let(module.call(f, 'resolve', h, va, f.constant(0)));
    f.if(f.eqz(host), () => f.return(f.constant(0)));
    f.if(f.eq(host, f.constant(device)), () => {
      hart.charge(costs.mmio);
      f.set(value, module.call(f, 'mmio_read', h, hart.get('physical'), size));
      f.if(hart.get('fault'), () => {
        hart.set('fault', f.constant(0));
        f.do(module.call(f, 'raise', h, f.constant(causes.loadAccessFault), va));
        f.return(f.constant(0));
      });
      f.setGlobal(module.global(f, 'lookup'), f.constant(1));
    }, () => f.set(value, sizedLoad(f, host, size)));
    f.return(extend(f, kind, value));
    f.unreachable();
  });
}

/** store_slow(hart, va, size, value). */
function defineStore({ module, costs }: CoreContext): void {
  module.define('store_slow', 0, (f, h, va, size, value) => {
    const hart = hartOf(f, h);
    const fault = module.global(f, 'fault');
    f.if(f.and(va, f.sub(size, f.constant(1))), () => {
      // Both ends must be writable before any byte is written.
      f.drop(module.call(f, 'resolve', h, va, f.constant(1)));
      f.if(fault, () => f.return());
      f.drop(module.call(f, 'resolve', h, f.sub(f.add(va, size), f.constant(1)), f.constant(1)));
      f.if(fault, () => f.return());
      const i = f.local();
      f.set(i, f.constant(0));
      f.loop((again) => {
        f.do(module.call(f, 'store_slow', h, f.add(va, i), f.constant(1), f.shr(value, f.shl(i, f.constant(3)))));
        f.if(fault, () => f.return());
        f.set(i, f.add(i, f.constant(1)));
        f.brIf(f.ltu(i, size), again);
      });
      f.return();
    });
    const host = f.let(module.call(f, 'resolve', h, va, f.constant(1)));
    f.if(f.eqz(host), () => f.return());
    f.if(f.eq(host, f.constant(device)), () => {
      hart.charge(costs.mmio);
      f.do(module.call(f, 'mmio_write', h, hart.get('physical'), size, value));
      f.if(hart.get('fault'), () => {
        hart.set('fault', f.constant(0));
        f.do(module.call(f, 'raise', h, f.constant(causes.storeAccessFault), va));
        f.return();
      });
      f.setGlobal(module.global(f, 'lookup'), f.constant(1));
    }, () => f.if(f.eq(size, f.constant(4)), () => f.store(host, value),
      () => f.if(f.eq(size, f.constant(2)), () => f.storeOf(op.i32_store16, host, value),
        () => f.storeOf(op.i32_store8, host, value))));
  });
}

function defineAtomics({ module }: CoreContext): void {
  // atomic_slow(hart, va, store): the host address of a word in RAM, 0 when trapped.
  module.define('atomic_slow', 1, (f, h, va, store) => {
    const raise = (forStore: number, forLoad: number) => {
      const cause = f.choose(store, f.constant(forStore), f.constant(forLoad));
      f.do(module.call(f, 'raise', h, cause, va));
      f.return(f.constant(trapped));
    };
    f.if(f.and(va, f.constant(3)), () => raise(causes.storeMisaligned, causes.loadMisaligned));
    const host = f.let(module.call(f, 'resolve', h, va, store));
    // Devices take no atomics: section 3.6.3, "AMONone".
    f.if(f.eq(host, f.constant(device)), () => raise(causes.storeAccessFault, causes.loadAccessFault));
    f.return(host);
    f.unreachable();
  });

  // amo_minmax(host, value, kind): bit 0 of kind chooses the maximum, bit 1 unsigned comparison.
  module.define('amo_minmax', 1, (f, host, value, kind) => {
    const old = f.local(), less = f.local();
    f.loop((again) => {
      f.set(old, f.load(host));
      f.set(less, f.choose(f.and(kind, f.constant(2)), f.ltu(old, value), f.lt(old, value)));
      const keep = f.ne(less, f.and(kind, f.constant(1)));
      f.brIf(f.ne(f.compareExchange(host, old, f.choose(keep, old, value)), old), again);
    });
    f.return(old);
    f.unreachable();
  });
}

/** fetch_slow(hart, pc): the code page of `pc`, 0 when trapped. */
function defineFetch(context: CoreContext): void {
  const { module, hash, shared } = context;
  if (shared) defineStaleness(context);
  module.define('fetch_slow', 1, (f, h, pc) => {
    const hart = hartOf(f, h);
    const v = f.let(hart.get('codeView'));
    const cause = f.let(module.call(f, 'translate', h, v, pc, f.constant(accesses.fetch)));
    f.if(f.eqz(cause), () => f.if(f.eqz(isMemory(context, f, hart.get('physical'))),
      () => f.set(cause, f.constant(causes.instructionAccessFault))));
    f.if(cause, () => {
      f.do(module.call(f, 'raise', h, cause, pc));
      f.return(f.constant(0));
    });
    const virtual = f.let(f.and(pc, f.constant(-pageBytes)));
    const physical = f.let(f.and(hart.get('physical'), f.constant(-pageBytes)));
    const key = f.and(f.xor(f.shr(virtual, f.constant(12)), f.mul(f.shr(physical, f.constant(12)), f.constant(0x9e5))),
      f.constant(0xfff));
    const page = f.let(f.load(f.shl(key, f.constant(2)), hash));
    f.block((found) => {
      f.loop((next) => f.if(page, () => {
        const isHere = f.eq(f.load(page, codePage.virtual), virtual);
        f.brIf(f.and(isHere, f.eq(f.load(page, codePage.physical), physical)), found);
        f.set(page, f.load(page, codePage.next));
        f.br(next);
      }));
      f.set(page, module.call(f, 'new_code_page', virtual, physical, key));
    });
    if (shared) {
      const generation = module.global(f, 'generation');
      f.if(f.ne(f.load(page, codePage.generation), generation), () => {
        f.if(module.call(f, 'is_stale', page), () => f.do(module.call(f, 'refresh_code_page', page)));
        f.store(page, generation, codePage.generation);
      });
    }
    f.if(f.eqz(hart.get('partial')), () => {
      f.do(module.call(f, 'note_fetch', v, pc));
      f.if(hart.get('megapage'), () => f.do(module.call(f, 'note_megapage', v, pc)));
      f.store(f.add(hart.get('codeTables'), f.shl(f.shr(pc, f.constant(12)), f.constant(2))), page, tables.fetch);
    });
    f.return(page);
    f.unreachable();
  });

  // What other engines wrote may be anywhere: look again at each page of code when it is next fetched from.
  module.define('forget_code', 0, (f, h) => {
    if (!shared) return;
    const generation = module.global(f, 'generation');
    f.setGlobal(generation, f.add(generation, f.constant(1)));
    f.do(module.call(f, 'flush_hart_fetches', h));
  });
}

/** is_stale(page): whether the RAM page differs from what the code page was made from. */
function defineStaleness(context: CoreContext): void {
  const { module } = context;
  module.define('is_stale', 1, (f, page) => {
    const made = f.let(f.add(page, f.constant(codePage.raw)));
    const now = f.let(hostOf(context, f, f.load(page, codePage.physical)));
    const end = f.let(f.add(now, f.constant(pageBytes)));
    const differs = f.local();
    f.loop((again) => {
      f.set(differs, f.constant(0));
      for (let offset = 0; offset < 32; offset += 4) {
        f.set(differs, f.or(differs, f.xor(f.load(made, offset), f.load(now, offset))));
      }
      f.if(differs, () => f.return(f.constant(1)));
      f.set(made, f.add(made, f.constant(32)));
      f.set(now, f.add(now, f.constant(32)));
      f.brIf(f.ltu(now, end), again);
    });
    f.return(f.constant(0));
    f.unreachable();
  });
}

const sizedLoad = (f: Fn, host: Value, size: Value): Value => f.choose(f.eq(size, f.constant(4)), f.load(host),
  f.choose(f.eq(size, f.constant(2)), f.loadOf(op.i32_load16_u, host), f.load8(host)));

const shiftPair = (f: Fn, value: Value, by: Value): Value => f.sar(f.shl(value, by), by);
