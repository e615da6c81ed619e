import { mstatus } from '../../isa/csrs.ts';
import type { Fn, Local, Value } from '../wasm/function.ts';
import { viewBytes, viewKey, viewsAt, viewsPerHart, viewWords } from '../words/hart.ts';
import { codeListEntries, fillListEntries, invalidByte, tables } from '../words/layout.ts';
import { type CoreContext, hartOf, viewOf } from './context.ts';

/** satp.MODE: Sv32. Privileged Architecture 20240411, section 12.1.11. */
export const sv32 = 1 << 31;

/** Kinds of an entry in the fill list of loads and stores, which are also the order of a view's tables. */
export const fillKinds = { read: 0, write: 1 } as const;

/**
 * Views: each hart keeps the translations of its last few contexts (satp with its ASID, privilege, SUM, MXR), so that
 * switching between them costs a search of eight keys and not a flush. They are the hart's TLB.
 */
export function defineViews({ module, shared, costs }: CoreContext): void {
  module.define('flush_view', 0, (f, v) => {
    const view = viewOf(f, v);
    const base = f.let(view.get('tables'));
    forEachFill(f, view.get('list'), view.get('count'), (fill) => {
      const table = f.shl(f.shr(fill, f.constant(20)), f.constant(22));
      const entry = f.shl(f.and(fill, f.constant(0xf_ffff)), f.constant(2));
      f.store(f.add(f.add(base, table), entry), f.constant(invalidWord));
    });
    view.set('count', f.constant(0));
    f.do(module.call(f, 'flush_fetches', v));
    f.fill(f.add(v, f.constant(megapagesAt)), f.constant(0), f.constant(128));
  });

  // Forgets where code is, keeping data translations: the next fetch from each page looks at the page again.
  module.define('flush_fetches', 0, (f, v) => {
    const view = viewOf(f, v);
    const base = f.let(view.get('tables'));
    forEachFill(f, view.get('codeList'), view.get('codeCount'), (page) =>
      f.store(f.add(base, f.shl(page, f.constant(2))), f.constant(0), tables.fetch));
    view.set('codeCount', f.constant(0));
  });

  // Notes that the table entry of `kind` for the page of `va` has been filled, so that a flush finds it.
  module.define('note_fill', 0, (f, v, kind, va) => {
    const view = viewOf(f, v);
    f.if(f.eq(view.get('count'), f.constant(fillListEntries)), () => f.do(module.call(f, 'flush_view', v)));
    const count = f.let(view.get('count'));
    f.store(f.add(view.get('list'), f.shl(count, f.constant(2))),
      f.or(f.shl(kind, f.constant(20)), f.shr(va, f.constant(12))));
    view.set('count', f.add(count, f.constant(1)));
  });

  module.define('note_fetch', 0, (f, v, va) => {
    const view = viewOf(f, v);
    f.if(f.eq(view.get('codeCount'), f.constant(codeListEntries)), () => f.do(module.call(f, 'flush_fetches', v)));
    const count = f.let(view.get('codeCount'));
    f.store(f.add(view.get('codeList'), f.shl(count, f.constant(2))), f.shr(va, f.constant(12)));
    view.set('codeCount', f.add(count, f.constant(1)));
  });

  // The view for a key, taking over the oldest one when there is none yet.
  module.define('select_view', 1, (f, h, satp, mode) => {
    const hart = hartOf(f, h);
    const v = f.let(f.add(h, f.constant(viewsAt)));
    const end = f.let(f.add(v, f.constant(viewsPerHart * viewBytes)));
    const view = viewOf(f, v);
    f.loop((again) => {
      const same = f.and(f.eq(view.get('satp'), satp), f.eq(view.get('mode'), mode));
      f.if(f.and(view.get('used'), same), () => f.return(v));
      f.set(v, f.add(v, f.constant(viewBytes)));
      f.brIf(f.ltu(v, end), again);
    });
    const next = f.let(hart.get('nextView'));
    hart.set('nextView', f.and(f.add(next, f.constant(1)), f.constant(viewsPerHart - 1)));
    f.set(v, f.add(f.add(h, f.constant(viewsAt)), f.mul(next, f.constant(viewBytes))));
    f.if(f.eqz(view.get('filled')), () => {
      f.fill(view.get('tables'), f.constant(invalidByte), f.constant(tables.fetch));
      view.set('filled', f.constant(1));
    });
    f.do(module.call(f, 'flush_view', v));
    view.set('satp', satp);
    view.set('mode', mode);
    view.set('used', f.constant(1));
    f.return(v);
    f.unreachable();
  });

  // Points the hart at the views that its privilege, mstatus and satp call for.
  module.export('set_context', 0, (f, h) => {
    const hart = hartOf(f, h);
    const status = f.let(hart.get('mstatus'));
    const privilege = f.let(hart.get('privilege'));
    const flags = f.or(
      f.choose(f.and(status, f.constant(mstatus.SUM)), f.constant(viewKey.SUM), f.constant(0)),
      f.choose(f.and(status, f.constant(mstatus.MXR)), f.constant(viewKey.MXR), f.constant(0)));
    const satp = f.let(hart.get('satp'));
    const select = (effective: Value) => module.call(f, 'select_view', h,
      f.choose(f.eq(effective, f.constant(3)), f.constant(0), satp),
      f.choose(f.and(f.lt(satp, f.constant(0)), f.ne(effective, f.constant(3))), f.or(effective, flags), effective));
    const code = f.let(select(privilege));
    const data = f.let(code);
    // Section 3.1.6.3: with MPRV set, loads and stores are translated "as though the current privilege mode were set
    // to MPP".
    f.if(f.and(status, f.constant(mstatus.MPRV)), () => f.if(f.eq(privilege, f.constant(3)), () => {
      const previous = f.let(f.and(f.shr(status, f.constant(11)), f.constant(3)));
      f.set(data, select(previous));
      // The oldest view, which made room, may have been that of the code.
      f.if(f.eq(data, code), () => f.set(code, select(privilege)));
    }));
    hart.set('codeView', code);
    hart.set('dataView', data);
    hart.set('codeTables', viewOf(f, code).get('tables'));
    hart.set('dataTables', viewOf(f, data).get('tables'));
  });

  // Section 12.2.1. Flushing more than was asked for is allowed; views that do not translate have nothing to flush.
  module.define('sfence', 0, (f, h, byAddress, address, byAsid, asid) => {
    hartOf(f, h).charge(costs.sfence);
    forEachView(f, h, (v) => {
      const view = viewOf(f, v);
      const satp = f.let(view.get('satp'));
      const asidMatches = f.eq(f.and(f.shr(satp, f.constant(22)), f.constant(0x1ff)), f.and(asid, f.constant(0x1ff)));
      const concerned = f.and(f.lt(satp, f.constant(0)), f.or(f.eqz(byAsid), asidMatches));
      f.if(concerned, () => f.if(byAddress,
        () => f.do(module.call(f, 'flush_address', v, address)),
        () => f.do(module.call(f, 'flush_view', v))));
    });
    // A kernel that reuses a page for other code after a flush of everything, without fence.i, as xv6 does, must not
    // meet the old code here.
    if (shared) f.if(f.eqz(f.or(byAddress, byAsid)), () => f.do(module.call(f, 'forget_code', h)));
  });

  module.define('flush_hart_fetches', 0, (f, h) =>
    forEachView(f, h, (v) => f.do(module.call(f, 'flush_fetches', v))));

  module.define('flush_address', 0, (f, v, address) => {
    const view = viewOf(f, v);
    const mega = f.let(f.shr(address, f.constant(22)));
    const words = f.load(f.add(v, megapageWord(f, mega)), megapagesAt);
    const page = f.let(f.shr(address, f.constant(12)));
    const count = f.let(f.constant(1));
    f.if(f.and(f.shr(words, f.and(mega, f.constant(31))), f.constant(1)), () => {
      f.set(page, f.shl(mega, f.constant(10)));
      f.set(count, f.constant(1024));
    });
    const at = f.let(f.add(view.get('tables'), f.shl(page, f.constant(2))));
    f.loop((again) => {
      f.store(at, f.constant(invalidWord), tables.read);
      f.store(at, f.constant(invalidWord), tables.write);
      f.store(at, f.constant(0), tables.fetch);
      f.set(at, f.add(at, f.constant(4)));
      f.set(count, f.sub(count, f.constant(1)));
      f.brIf(count, again);
    });
  });

  module.define('note_megapage', 0, (f, v, va) => {
    const mega = f.let(f.shr(va, f.constant(22)));
    const at = f.let(f.add(v, megapageWord(f, mega)));
    f.store(at, f.or(f.load(at, megapagesAt), f.shl(f.constant(1), f.and(mega, f.constant(31)))), megapagesAt);
  });
}

const invalidWord = invalidByte * 0x01010101;
const megapagesAt = viewWords.offset.megapages;
const megapageWord = (f: Fn, mega: Value) => f.shl(f.shr(mega, f.constant(5)), f.constant(2));

function forEachFill(f: Fn, list: Value, count: Value, body: (fill: Local) => void): void {
  const at = f.let(list);
  const end = f.let(f.add(at, f.shl(count, f.constant(2))));
  f.block((done) => f.loop((again) => {
    f.brIf(f.geu(at, end), done);
    body(f.let(f.load(at)));
    f.set(at, f.add(at, f.constant(4)));
    f.br(again);
  }));
}

/** Every view of the hart that is in use. */
function forEachView(f: Fn, h: Value, body: (v: Local) => void): void {
  const v = f.let(f.add(h, f.constant(viewsAt)));
  const end = f.let(f.add(v, f.constant(viewsPerHart * viewBytes)));
  f.loop((again) => {
    f.if(viewOf(f, v).get('used'), () => body(v));
    f.set(v, f.add(v, f.constant(viewBytes)));
    f.brIf(f.ltu(v, end), again);
  });
}
