/** The control-flow graph: tidying it, dominators, loops. */
import { type Block, type Routine, successors } from './ir.ts';

/** The block a jump to `block` ends up in: empty blocks that only jump on are passed over. */
function destination(block: Block): Block {
  let at = block;
  for (let steps = 0; at.instructions.length === 0 && at.end.op === 'jump' && steps < 64; steps++) at = at.end.to;
  return at;
}

/** Passes over empty blocks, drops what cannot be reached, joins what always follows each other. */
export function tidy(routine: Routine): void {
  for (const block of routine.blocks) redirect(block);
  dropUnreachable(routine);
  join(routine);
}

function redirect(block: Block): void {
  const { end } = block;
  switch (end.op) {
    case 'jump': {
      end.to = destination(end.to);
      // A jump to nothing but a return is a return.
      if (end.to.instructions.length === 0 && end.to.end.op === 'return') {
        block.end = { ...end.to.end, from: [...end.to.end.from] };
      }
      break;
    }
    case 'branch':
      end.yes = destination(end.yes);
      end.no = destination(end.no);
      if (end.yes === end.no) block.end = { op: 'jump', to: end.yes, place: end.place };
      break;
    case 'table':
      // In place: the table's text is made from the same array.
      end.targets.forEach((target, index) => { end.targets[index] = destination(target); });
      break;
    default:
  }
}

function dropUnreachable(routine: Routine): void {
  const reached = new Set<Block>([routine.entry]);
  for (const block of reached) for (const next of successors(block)) reached.add(next);
  routine.blocks = routine.blocks.filter((block) => reached.has(block));
}

function join(routine: Routine): void {
  const entries = new Map<Block, number>([[routine.entry, 1]]);
  for (const block of routine.blocks) {
    for (const next of successors(block)) entries.set(next, (entries.get(next) ?? 0) + 1);
  }
  const gone = new Set<Block>();
  for (const block of routine.blocks) {
    if (gone.has(block)) continue;
    while (block.end.op === 'jump' && block.end.to !== block && entries.get(block.end.to) === 1) {
      const next: Block = block.end.to;
      block.instructions.push(...next.instructions);
      block.end = next.end;
      gone.add(next);
    }
  }
  routine.blocks = routine.blocks.filter((block) => !gone.has(block));
}

export interface Graph {
  /** Reverse postorder. */
  readonly order: readonly Block[];
  readonly predecessors: ReadonlyMap<Block, readonly Block[]>;
  /** Immediate dominators; the entry has none. */
  readonly dominator: ReadonlyMap<Block, Block>;
  readonly children: ReadonlyMap<Block, readonly Block[]>;
}

/** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
export function analyse(routine: Routine): Graph {
  const order = reversePostorder(routine.entry);
  const index = new Map(order.map((block, position) => [block, position]));
  const predecessors = new Map<Block, Block[]>(order.map((block) => [block, []]));
  for (const block of order) for (const next of successors(block)) predecessors.get(next)!.push(block);
  const above = new Int32Array(order.length).fill(-1);
  above[0] = 0;
  const meet = (a: number, b: number): number => {
    let [one, other] = [a, b];
    while (one !== other) {
      while (one > other) one = above[one]!;
      while (other > one) other = above[other]!;
    }
    return one;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let position = 1; position < order.length; position++) {
      let found = -1;
      for (const before of predecessors.get(order[position]!)!) {
        const candidate = index.get(before)!;
        if (above[candidate] !== -1) found = found === -1 ? candidate : meet(candidate, found);
      }
      if (above[position] === found) continue;
      above[position] = found;
      changed = true;
    }
  }
  const dominator = new Map<Block, Block>();
  const children = new Map<Block, Block[]>(order.map((block) => [block, []]));
  for (let position = 1; position < order.length; position++) {
    const parent = order[above[position]!]!;
    dominator.set(order[position]!, parent);
    children.get(parent)!.push(order[position]!);
  }
  return { order, predecessors, dominator, children };
}

function reversePostorder(entry: Block): Block[] {
  const seen = new Set<Block>([entry]);
  const post: Block[] = [];
  const path: { block: Block; next: readonly Block[]; at: number }[] =
    [{ block: entry, next: successors(entry), at: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const child = top.next[top.at++];
    if (child === undefined) {
      post.push(top.block);
      path.pop();
    } else if (!seen.has(child)) {
      seen.add(child);
      path.push({ block: child, next: successors(child), at: 0 });
    }
  }
  return post.reverse();
}

export interface Loop {
  readonly header: Block;
  readonly blocks: ReadonlySet<Block>;
}

/** Natural loops, outermost first; sets every block's depth. */
export function findLoops(routine: Routine, graph: Graph): Loop[] {
  const bodies = new Map<Block, Set<Block>>();
  for (const block of graph.order) {
    for (const header of successors(block)) {
      if (!dominates(graph, header, block)) continue;
      const body = bodies.get(header) ?? new Set([header]);
      bodies.set(header, body);
      const work = [block];
      for (let each = work.pop(); each !== undefined; each = work.pop()) {
        if (body.has(each)) continue;
        body.add(each);
        work.push(...graph.predecessors.get(each)!);
      }
    }
  }
  for (const block of routine.blocks) block.depth = 0;
  for (const body of bodies.values()) for (const block of body) block.depth++;
  return [...bodies].map(([header, blocks]) => ({ header, blocks })).toSorted((a, b) => b.blocks.size - a.blocks.size);
}

function dominates(graph: Graph, above: Block, block: Block): boolean {
  for (let at: Block | undefined = block; at !== undefined; at = graph.dominator.get(at)) if (at === above) return true;
  return false;
}
