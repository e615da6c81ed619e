/** Conditions that decide where control goes. */
import type { Block } from '../ir/ir.ts';
import type { Compare, Expression } from '../tree.ts';
import { isWide } from '../types.ts';
import { compare, conditions, operand, value } from './expressions.ts';
import { type Lowering, words } from './lowering.ts';
import { branchWideLess, wideEqual } from './wide.ts';
import { zero } from './operand.ts';

/** Goes to `yes` when the condition holds, else to `no`. */
export function branch(at: Lowering, node: Expression, yes: Block, no: Block): void {
  const b = at.builder;
  switch (node.kind) {
    case 'not': return branch(at, node.operand, no, yes);
    case 'and': case 'or': {
      const second = b.block();
      if (node.kind === 'and') branch(at, node.left, second, no);
      else branch(at, node.left, yes, second);
      b.at(second);
      return branch(at, node.right, yes, no);
    }
    case 'compare':
      if (isWide(node.left.type)) return branchWide(at, node, yes, no);
      return b.branch(compare(at, node), yes, no);
    default: return b.branch(operand(at, node), yes, no);
  }
}

function branchWide(at: Lowering, node: Compare, yes: Block, no: Block): void {
  const b = at.builder;
  const first = words(value(at, node.left));
  const second = words(value(at, node.right));
  b.place = node.place;
  const { condition, swapped } = conditions[node.operator];
  const [left, right] = swapped ? [second, first] : [first, second];
  switch (condition) {
    case 'eq': return b.branch(wideEqual(b, left, right), yes, no);
    case 'ne': return b.branch(b.compare('eq', wideEqual(b, left, right), zero), yes, no);
    case 'lt': return branchWideLess(b, node.signed, left, right, yes, no);
    case 'ge': return branchWideLess(b, node.signed, left, right, no, yes);
  }
}
