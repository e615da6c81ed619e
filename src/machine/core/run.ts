import { table } from '../../isa/instruction.ts';
import { semantics } from '../../isa/semantics.ts';
import type { Label, Local } from '../wasm/function.ts';
import { stops } from '../words/hart.ts';
import { codePage, tables } from '../words/layout.ts';
import { type CoreContext, hartOf } from './context.ts';
import { pageOffset } from './fast-path.ts';
import { defer, type Exits, Interpreting, raiseIllegal, type State } from './interpreter.ts';
import { operationCount } from './operations.ts';
import { leaving, regionSignature } from './region.ts';

/** Each time a region has been entered straight from others so often, the translator hears of it. */
export const linkCount = 3000;

/**
 * run(hart, budget): takes at most `budget` steps; answers why it stopped (see `stops`), with the hart's state in its
 * words. A step is an instruction attempted, whether it retires or traps.
 */
export function defineRun(context: CoreContext, { hotCount }: { hotCount: number }): void {
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
        countLink(context, s, { from: previous, to: region });
        f.set(previous, region);
        f.set(left, f.callIndirect(module.signature(regionSignature), region, h, left));
        f.set(target, hart.get('pc'));
        f.set(single, f.and(target, f.constant(leaving.interpret)));
        f.if(f.and(target, f.constant(leaving.remapped)), () => f.do(module.call(f, 'remapped', region)));
        f.set(target, f.and(target, f.constant(-4)));
        f.br(dispatch);
      }, () => {
        // What cannot be translated may be arrived at for ever; a negative word would be a region.
        f.store(at, f.and(f.add(entry, f.constant(1)), f.constant(0x7fff_ffff)), codePage.entries);
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
function countLink({ module, arrivals }: CoreContext, { f, h }: State, { from, to }: { from: Local; to: Local }): void {
  f.if(from, () => f.if(f.ne(from, to), () => {
    const at = f.let(f.shl(to, f.constant(2)));
    const count = f.let(f.add(f.load(at, arrivals), f.constant(1)));
    f.store(at, count, arrivals);
    f.if(f.eq(count, f.constant(linkCount)), () => {
      f.store(at, f.constant(0), arrivals);
      f.do(module.call(f, 'linked', h, from, to));
    });
  }));
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
