import type { Block, Region } from './blocks.ts';

/** The hub: the dispatcher at the root of every region, from which each entry can be reached. */
export const hub = -1;

/**
 * A region's control flow, ready to be written with structured blocks and loops: Ramsey, "Beyond Relooper" (ICFP 2022).
 * Edges that no structured construct can express, those back to a block that does not dominate their source, go
 * through the hub.
 */
export interface Flow {
  /** Blocks the hub dispatches to. */
  readonly targets: readonly number[];
  /** Position in reverse postorder; smaller is earlier. The hub has 0. */
  readonly order: ReadonlyMap<number, number>;
  /** Blocks immediately dominated by a block or by the hub. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  readonly isLoop: (pc: number) => boolean;
  /** Whether several forward edges, or the hub, lead to the block. */
  readonly isMerge: (pc: number) => boolean;
  readonly goesThroughHub: (from: number, to: number) => boolean;
  /** The most instructions that can be run from the block on before a loop head or a target of the hub is met. */
  readonly longestPath: (pc: number) => number;
}

class Graph {
  readonly blocks: ReadonlyMap<number, Block>;
  readonly targets: Set<number>;
  readonly rerouted = new Set<string>();
  order: number[] = [];
  position = new Map<number, number>();
  predecessors = new Map<number, number[]>();
  dominator = new Map<number, number>();

  constructor({ blocks, entries }: Region) {
    this.blocks = blocks;
    this.targets = new Set(entries);
  }

  successors(node: number): readonly number[] {
    if (node === hub) return [...this.targets];
    const block = this.blocks.get(node)!;
    const inside = block.successors.filter((pc) => this.blocks.has(pc) && !this.rerouted.has(`${node}>${pc}`));
    return inside.length === 2 && inside[0] === inside[1] ? inside.slice(0, 1) : inside;
  }

  /** Reverse postorder from the hub, predecessors with it. */
  walk(): void {
    const order: number[] = [];
    const seen = new Set<number>([hub]);
    const stack: { node: number; successors: readonly number[]; next: number }[] =
      [{ node: hub, successors: this.successors(hub), next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const successor = top.successors[top.next++];
      if (successor === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(successor)) {
        seen.add(successor);
        stack.push({ node: successor, successors: this.successors(successor), next: 0 });
      }
    }
    this.order = order.reverse();
    this.position = new Map(this.order.map((node, index) => [node, index]));
    this.predecessors = new Map(this.order.map((node) => [node, []]));
    for (const node of this.order) for (const next of this.successors(node)) this.predecessors.get(next)!.push(node);
  }

  /** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
  dominate(): void {
    const position = (node: number) => this.position.get(node)!;
    const dominator = new Map<number, number>([[hub, hub]]);
    const meet = (a: number, b: number): number => {
      while (a !== b) {
        while (position(a) > position(b)) a = dominator.get(a)!;
        while (position(b) > position(a)) b = dominator.get(b)!;
      }
      return a;
    };
    for (let changed = true; changed;) {
      changed = false;
      for (const node of this.order) {
        if (node === hub) continue;
        const known = this.predecessors.get(node)!.filter((before) => dominator.has(before));
        const found = known.reduce(meet);
        if (dominator.get(node) === found) continue;
        dominator.set(node, found);
        changed = true;
      }
    }
    this.dominator = dominator;
  }

  dominates(a: number, b: number): boolean {
    let node = b;
    while (this.position.get(node)! > this.position.get(a)!) node = this.dominator.get(node)!;
    return node === a;
  }

  isBack(from: number, to: number): boolean {
    return this.position.get(to)! <= this.position.get(from)!;
  }

  /** Sends edges that no loop can express through the hub; true when there were any. */
  reroute(): boolean {
    let found = false;
    for (const node of this.order) {
      if (node === hub) continue;
      for (const next of this.successors(node)) {
        if (!this.isBack(node, next) || this.dominates(next, node)) continue;
        this.rerouted.add(`${node}>${next}`);
        this.targets.add(next);
        found = true;
      }
    }
    return found;
  }
}

export function flowOf(region: Region): Flow {
  const graph = new Graph(region);
  do {
    graph.walk();
    graph.dominate();
  } while (graph.reroute());
  const loops = new Set<number>();
  const children = new Map<number, number[]>(graph.order.map((node) => [node, []]));
  for (const node of graph.order) {
    if (node === hub) continue;
    children.get(graph.dominator.get(node)!)!.push(node);
    for (const next of graph.successors(node)) if (graph.isBack(node, next)) loops.add(next);
  }
  const longest = new Map<number, number>();
  for (const node of graph.order.toReversed()) {
    if (node === hub) continue;
    const onward = graph.successors(node).filter((next) => !graph.isBack(node, next) && !loops.has(next) && !graph.targets.has(next));
    const rest = Math.max(0, ...onward.map((next) => longest.get(next)!));
    longest.set(node, rest + region.blocks.get(node)!.instructions.length);
  }
  const forward = (node: number) => graph.predecessors.get(node)!.filter((before) => !graph.isBack(before, node)).length;
  return {
    targets: [...graph.targets].filter((pc) => graph.position.has(pc)), order: graph.position, children,
    isLoop: (pc) => loops.has(pc),
    isMerge: (pc) => graph.targets.has(pc) || forward(pc) >= 2,
    goesThroughHub: (from, to) => graph.rerouted.has(`${from}>${to}`),
    longestPath: (pc) => longest.get(pc)!,
  };
}
