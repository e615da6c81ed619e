/** The passes, in their order. */
import { analyse, tidy } from '../ir/graph.ts';
import type { Routine } from '../ir/ir.ts';
import { foldAddresses } from './addresses.ts';
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
  foldAddresses(routine);
  tidy(routine);
}

function number(routine: Routine): void {
  new Values(routine, analyse(routine)).run(routine.entry);
}
