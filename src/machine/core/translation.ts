import { causes } from '../../isa/causes.ts';
import { memoryMap, ramStart } from '../../platform/memory-map.ts';
import type { Fn, Local, Value } from '../wasm/function.ts';
import { hartWords, viewKey } from '../words/hart.ts';
import { type CoreContext, hartOf, viewOf } from './context.ts';

/** What an access wants to do: the numbers under which `translate` and `pmp` take it. */
export const accesses = { fetch: 0, load: 1, store: 2 } as const;

/** Page-table entry bits. Privileged Architecture 20240411, section 12.3.1. */
const pte = { V: 1, R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 } as const;

/**
 * Sv32 address translation and physical memory protection. Privileged Architecture 20240411, sections 12.3.2 and 3.7.
 * The comments number the manual's steps.
 */
export function defineTranslation(context: CoreContext): void {
  definePmp(context);
  defineTranslate(context);
}

/** Whether a physical address is in RAM. */
export const isRam = ({ layout }: CoreContext, f: Fn, physical: Value): Value =>
  f.ltu(f.sub(physical, f.constant(ramStart)), f.constant(layout.ramBytes));

const romPage = memoryMap.reset.start >>> 12;

/** Whether a physical address is in RAM or in the reset vector's page: memory that loads and fetches may read. */
export const isMemory = (context: CoreContext, f: Fn, physical: Value): Value =>
  f.or(isRam(context, f, physical), f.eq(f.shr(physical, f.constant(12)), f.constant(romPage)));

/** The host address of a physical address in memory. */
export const hostOf = ({ layout }: CoreContext, f: Fn, physical: Value): Value => {
  // RAM is the upper half of the address space.
  const inRam = f.lt(physical, f.constant(0));
  const toRom = f.constant(layout.rom - memoryMap.reset.start);
  return f.add(physical, f.choose(inRam, f.constant(layout.ram - ramStart), toRom));
};

/** The byte of the dirty map for a host address in RAM. */
export const dirtyByte = ({ layout }: CoreContext, f: Fn, host: Value): Value =>
  f.add(f.constant(layout.dirty), f.shr(f.sub(host, f.constant(layout.ram)), f.constant(12)));

/** By access: the value for fetch, load or store. */
const byAccess = (f: Fn, access: Value, values: readonly [number, number, number]): Value =>
  f.choose(f.eqz(access), f.constant(values[0]),
    f.choose(f.eq(access, f.constant(accesses.load)), f.constant(values[1]), f.constant(values[2])));

const pageFault = (f: Fn, access: Value) => byAccess(f, access,
  [causes.instructionPageFault, causes.loadPageFault, causes.storePageFault]);
const accessFault = (f: Fn, access: Value) => byAccess(f, access,
  [causes.instructionAccessFault, causes.loadAccessFault, causes.storeAccessFault]);

/** translate(hart, view, va, access): 0 with the physical address in `hart.physical`, or the cause of the exception. */
function defineTranslate(context: CoreContext): void {
  const { module, costs } = context;
  module.define('translate', 1, (f, h, v, va, access) => {
    const hart = hartOf(f, h);
    const view = viewOf(f, v);
    const satp = f.let(view.get('satp'));
    const mode = f.let(view.get('mode'));
    const privilege = f.let(f.and(mode, f.constant(viewKey.privilege)));
    hart.set('megapage', f.constant(0));
    const physical = f.let(va);
    f.if(f.lt(satp, f.constant(0)), () => {
      if (costs.tlbMiss > 0) f.if(access, () => hart.charge(costs.tlbMiss));
      walk(context, f, { h, satp, mode, privilege, va, access, physical });
    });
    const allowed = f.let(module.call(f, 'pmp', h, physical, byAccess(f, access, [4, 1, 2]), privilege));
    f.if(f.eqz(allowed), () => f.return(accessFault(f, access)));
    hart.set('partial', f.eq(allowed, f.constant(2)));
    hart.set('physical', physical);
    f.return(f.constant(0));
    f.unreachable();
  });
}

interface Walk {
  readonly h: Local; readonly satp: Local; readonly mode: Local; readonly privilege: Local;
  readonly va: Local; readonly access: Local; readonly physical: Local;
}

function walk(context: CoreContext, f: Fn, { h, satp, mode, privilege, va, access, physical }: Walk): void {
  const { module } = context;
  const fault = () => f.return(pageFault(f, access));
  const has = (entry: Value, bits: number) => f.and(entry, f.constant(bits));
  const lacks = (entry: Value, bits: number) => f.eqz(has(entry, bits));
  const table = f.local(), level = f.local(), at = f.local(), entry = f.local(), host = f.local(), updated = f.local();
  f.loop((restart) => {
    // Step 1. A root above 4 GiB is no memory of ours.
    f.if(f.and(satp, f.constant(0x30_0000)), () => f.return(accessFault(f, access)));
    f.set(table, f.shl(satp, f.constant(12)));
    f.set(level, f.constant(1));
    f.loop((next) => {
      // Step 2.
      const index = f.and(f.shr(va, f.choose(level, f.constant(22), f.constant(12))), f.constant(0x3ff));
      f.set(at, f.add(table, f.shl(index, f.constant(2))));
      f.if(f.eqz(isRam(context, f, at)), () => f.return(accessFault(f, access)));
      const readable = module.call(f, 'pmp', h, at, f.constant(1), f.constant(1));
      f.if(f.eqz(readable), () => f.return(accessFault(f, access)));
      f.set(host, hostOf(context, f, at));
      f.set(entry, f.load(host));
      // Step 3.
      f.if(lacks(entry, pte.V), fault);
      f.if(f.eq(has(entry, pte.R | pte.W), f.constant(pte.W)), fault);
      // Step 4.
      f.if(lacks(entry, pte.R | pte.X), () => {
        f.if(f.eqz(level), fault);
        f.if(f.shr(entry, f.constant(30)), () => f.return(accessFault(f, access)));
        f.set(level, f.constant(0));
        f.set(table, f.shl(f.shr(entry, f.constant(10)), f.constant(12)));
        f.br(next);
      });
    });
    // Steps 5 and 6: the access must be permitted.
    const readBits = f.choose(has(mode, viewKey.MXR), f.constant(pte.R | pte.X), f.constant(pte.R));
    const needed = f.choose(f.eqz(access), f.constant(pte.X),
      f.choose(f.eq(access, f.constant(accesses.load)), readBits, f.constant(pte.W)));
    f.if(f.eqz(f.and(entry, needed)), fault);
    f.if(f.eqz(privilege), () => f.if(lacks(entry, pte.U), fault));
    f.if(f.eq(privilege, f.constant(1)), () => f.if(has(entry, pte.U), () => {
      f.if(f.eqz(access), fault);
      f.if(lacks(mode, viewKey.SUM), fault);
    }));
    // Step 7: a misaligned superpage.
    f.if(level, () => f.if(has(entry, 0x3ff << 10), fault));
    // Step 9: A and D are set by the hart; another walker may be doing the same.
    f.set(updated, f.or(f.or(entry, f.constant(pte.A)),
      f.choose(f.eq(access, f.constant(accesses.store)), f.constant(pte.D), f.constant(0))));
    f.if(f.ne(updated, entry), () => {
      const writable = module.call(f, 'pmp', h, at, f.constant(2), f.constant(1));
      f.if(f.eqz(writable), () => f.return(accessFault(f, access)));
      f.storeOf(0x3a, dirtyByte(context, f, host), f.constant(1));
      f.brIf(f.ne(f.compareExchange(host, entry, updated), entry), restart);
    });
  });
  // Step 10.
  f.if(f.shr(entry, f.constant(30)), () => f.return(accessFault(f, access)));
  f.set(physical, f.shl(f.shr(entry, f.constant(10)), f.constant(12)));
  f.if(level, () => {
    hartOf(f, h).set('megapage', f.constant(1));
    f.set(physical, f.or(physical, f.and(va, f.constant(0x3f_ffff))));
  }, () => f.set(physical, f.or(physical, f.and(va, f.constant(0xfff)))));
}

/** Bits of one pmpcfg byte. Section 3.7.1. */
const pmpcfg = { RWX: 7, A: 0x18, NA4: 0x10, NAPOT: 0x18, TOR: 0x08, L: 0x80 } as const;

/**
 * pmp(hart, physical, R|W|X bits as in pmpcfg, privilege): 0 denied, 1 allowed anywhere in the 4 KiB page, 2 allowed
 * but an entry ends inside the page. Ranges are kept in words of 4 bytes, the unit of pmpaddr. Accesses are naturally
 * aligned and at most a word, so they never straddle the end of an entry.
 */
function definePmp({ module }: CoreContext): void {
  module.define('pmp', 1, (f, h, physical, wanted, privilege) => {
    f.if(hartOf(f, h).get('pmpOpen'), () => f.return(f.constant(1)));
    const unit = f.let(f.shr(physical, f.constant(2)));
    const pageFirst = f.let(f.and(unit, f.constant(~0x3ff)));
    const pageLast = f.let(f.or(unit, f.constant(0x3ff)));
    const index = f.let(f.constant(0)), previous = f.let(f.constant(0)), partial = f.let(f.constant(1));
    const config = f.local(), address = f.local(), first = f.local(), last = f.local();
    const answer = () => {
      const bypass = f.and(f.eq(privilege, f.constant(3)), f.eqz(f.and(config, f.constant(pmpcfg.L))));
      f.if(bypass, () => f.return(partial));
      f.if(f.eq(f.and(config, wanted), wanted), () => f.return(partial));
      f.return(f.constant(0));
    };
    f.loop((next) => {
      f.set(config, f.load8(f.add(h, index), hartWords.offset.pmpcfg));
      f.set(address, f.load(f.add(h, f.shl(index, f.constant(2))), hartWords.offset.pmpaddr));
      f.block((skip) => {
        pmpRange(f, { config, address, previous, first, last }, () => f.br(skip));
        f.brIf(f.or(f.ltu(last, pageFirst), f.ltu(pageLast, first)), skip);
        f.if(f.and(f.geu(pageFirst, first), f.geu(last, pageLast)), answer);
        f.set(partial, f.constant(2));
        f.if(f.and(f.geu(unit, first), f.geu(last, unit)), answer);
      });
      f.set(previous, address);
      f.set(index, f.add(index, f.constant(1)));
      f.brIf(f.ltu(index, f.constant(16)), next);
    });
    // No entry matches: M may, S and U may not.
    f.return(f.choose(f.eq(privilege, f.constant(3)), partial, f.constant(0)));
    f.unreachable();
  });

  module.define('update_pmp', 0, (f, h) => {
    const hart = hartOf(f, h);
    const config = f.local(), address = f.local(), first = f.local(), last = f.local();
    const index = f.let(f.constant(0)), previous = f.let(f.constant(0));
    hart.set('pmpOpen', f.constant(0));
    f.block((done) => f.loop((next) => {
      f.set(config, f.load8(f.add(h, index), hartWords.offset.pmpcfg));
      f.set(address, f.load(f.add(h, f.shl(index, f.constant(2))), hartWords.offset.pmpaddr));
      f.if(f.and(config, f.constant(pmpcfg.A)), () => {
        pmpRange(f, { config, address, previous, first, last }, () => f.br(done));
        const everything = f.and(f.eqz(first), f.geu(last, f.constant(0x3fff_ffff)));
        const everyone = f.eq(f.and(config, f.constant(pmpcfg.RWX)), f.constant(pmpcfg.RWX));
        hart.set('pmpOpen', f.and(everything, everyone));
        f.br(done);
      });
      f.set(previous, address);
      f.set(index, f.add(index, f.constant(1)));
      f.brIf(f.ltu(index, f.constant(16)), next);
    }));
  });
}

interface PmpEntry {
  readonly config: Local; readonly address: Local; readonly previous: Local;
  readonly first: Local; readonly last: Local;
}

/** Sets `first` and `last` to the entry's first and last word, or leaves by `off` when it matches nothing. */
function pmpRange(f: Fn, { config, address, previous, first, last }: PmpEntry, off: () => void): void {
  const mode = f.and(config, f.constant(pmpcfg.A));
  f.if(f.eqz(mode), off);
  f.if(f.eq(mode, f.constant(pmpcfg.NAPOT)), () => {
    const low = f.let(f.xor(address, f.add(address, f.constant(1))));
    f.set(first, f.and(address, f.xor(low, f.constant(-1))));
    f.set(last, f.or(address, low));
  }, () => f.if(f.eq(mode, f.constant(pmpcfg.TOR)), () => {
    f.if(f.geu(previous, address), off);
    f.set(first, previous);
    f.set(last, f.sub(address, f.constant(1)));
  }, () => {
    f.set(first, address);
    f.set(last, address);
  }));
}
