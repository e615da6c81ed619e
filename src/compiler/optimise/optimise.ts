/** The passes, in their order. */
import { analyse, findLoops, tidy } from '../ir/graph.ts';
import type { Routine } from '../ir/ir.ts';
import { removeDead } from './dead.ts';
import { hoist } from './hoist.ts';
import { Values } from './values.ts';

export function optimise(routine: Routine): void {
  tidy(routine);
  number(routine);
  tidy(routine);
  removeDead(routine);
  if (hoist(routine, analyse(routine))) {
    number(routine);
    removeDead(routine);
  }
  tidy(routine);
  findLoops(routine, analyse(routine));
}

function number(routine: Routine): void {
  new Values(routine, analyse(routine)).run(routine.entry);
}
