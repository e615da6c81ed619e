import type { Block, Region } from './blocks.ts';

/** The hub: the dispatcher at the root of every region, from which each entry can be reached. */
export const hub = 0;

/**
 * A region's control flow, ready to be written with structured blocks and loops: Ramsey, "Beyond Relooper" (ICFP 2022).
 * Nodes are numbered in reverse postorder from the hub, so a smaller number is earlier. Edges that no structured
 * construct can express, those back to a node that does not dominate their source, go through the hub.
 */
export interface Flow {
  /** The blocks by node; there is none at the hub. */
  readonly blocks: readonly (Block | undefined)[];
  /** The node of the block that starts at an address; undefined when it is not in the region. */
  readonly nodeAt: (pc: number) => number | undefined;
  /** Nodes the hub dispatches to. */
  readonly targets: ReadonlySet<number>;
  /** Nodes immediately dominated by a node, earliest first. */
  readonly children: readonly (readonly number[])[];
  readonly isLoop: (node: number) => boolean;
  /** Whether several forward edges, or the hub, lead to the node. */
  readonly isMerge: (node: number) => boolean;
  readonly goesThroughHub: (from: number, to: number) => boolean;
  /** The most instructions that can be run from the node on before a loop head or a target of the hub is met. */
  readonly longestPath: (node: number) => number;
}

/** The graph while it is being made: nodes are numbered as the region lists its blocks, the hub last. */
class Graph {
  readonly blocks: readonly Block[];
  readonly root: number;
  readonly targets: Set<number>;
  /** Edges that do not go through the hub. */
  readonly successors: number[][];
  /** Nodes in reverse postorder, and the position of each node in it. */
  order: number[] = [];
  position: Int32Array;
  /** By position: the position of the immediate dominator. */
  dominator: Int32Array;

  constructor({ blocks, entries }: Region) {
    this.blocks = [...blocks.values()];
    this.root = this.blocks.length;
    const numbers = new Map(this.blocks.map(({ pc }, index) => [pc, index]));
    this.targets = new Set([...entries].map((pc) => numbers.get(pc)!));
    this.successors = this.blocks.map(({ successors }) => inside(successors, numbers));
    this.successors.push([...this.targets]);
    this.position = new Int32Array(this.root + 1);
    this.dominator = new Int32Array(this.root + 1);
  }

  walk(): void {
    const seen = new Uint8Array(this.root + 1);
    const order: number[] = [];
    const visit = (node: number) => {
      seen[node] = 1;
      for (const next of this.successors[node]!) if (seen[next] === 0) visit(next);
      order.push(node);
    };
    visit(this.root);
    this.order = order.reverse();
    this.order.forEach((node, index) => void (this.position[node] = index));
  }

  /** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm"; predecessors are met in reverse postorder. */
  dominate(): void {
    const { dominator, position } = this;
    dominator.fill(-1);
    dominator[0] = 0;
    const meet = (a: number, b: number): number => {
      while (a !== b) {
        while (a > b) a = dominator[a]!;
        while (b > a) b = dominator[b]!;
      }
      return a;
    };
    for (let changed = true; changed;) {
      changed = false;
      for (let from = 0; from < this.order.length; from++) {
        for (const next of this.successors[this.order[from]!]!) {
          const to = position[next]!;
          if (to === 0) continue;
          const found = dominator[to]! < 0 ? from : meet(dominator[to]!, from);
          if (dominator[to] === found) continue;
          dominator[to] = found;
          changed = true;
        }
      }
    }
  }

  /** Whether the node at position `a` dominates the one at `b`. */
  dominates(a: number, b: number): boolean {
    let at = b;
    while (at > a) at = this.dominator[at]!;
    return at === a;
  }

  /** Sends edges that no loop can express through the hub; true when there were any. */
  reroute(): boolean {
    let found = false;
    for (let from = 1; from < this.order.length; from++) {
      const nexts = this.successors[this.order[from]!]!;
      const kept = nexts.filter((next) => {
        const to = this.position[next]!;
        return to > from || this.dominates(to, from);
      });
      if (kept.length === nexts.length) continue;
      found = true;
      for (const next of nexts) if (!kept.includes(next)) this.#target(next);
      this.successors[this.order[from]!] = kept;
    }
    return found;
  }

  #target(node: number): void {
    if (this.targets.has(node)) return;
    this.targets.add(node);
    this.successors[this.root]!.push(node);
  }
}

/** The nodes of successors that are in the region, each once. */
function inside(successors: readonly number[], numbers: ReadonlyMap<number, number>): number[] {
  const nodes: number[] = [];
  for (const pc of successors) {
    const node = numbers.get(pc);
    if (node !== undefined && !nodes.includes(node)) nodes.push(node);
  }
  return nodes;
}

export function flowOf(region: Region): Flow {
  const graph = new Graph(region);
  do {
    graph.walk();
    graph.dominate();
  } while (graph.reroute());
  const { order, position } = graph;
  const blocks = order.map((node) => graph.blocks[node]);
  const numbers = new Map(blocks.flatMap((block, node) => (block ? [[block.pc, node] as const] : [])));
  const successors = order.map((node) => graph.successors[node]!.map((next) => position[next]!));
  const targets = new Set([...graph.targets].map((node) => position[node]!));
  const loops = new Uint8Array(order.length), arrivals = new Int32Array(order.length);
  const longest = new Int32Array(order.length);
  const children: number[][] = order.map(() => []);
  successors.forEach((nexts, from) => {
    if (from !== hub) children[graph.dominator[from]!]!.push(from);
    for (const to of nexts) {
      if (to <= from) loops[to] = 1;
      else arrivals[to]!++;
    }
  });
  for (let node = order.length - 1; node > hub; node--) {
    let rest = 0;
    for (const next of successors[node]!) {
      if (next > node && loops[next] === 0 && !targets.has(next)) rest = Math.max(rest, longest[next]!);
    }
    longest[node] = rest + blocks[node]!.instructions.length;
  }
  return {
    blocks, targets, children,
    nodeAt: (pc) => numbers.get(pc),
    isLoop: (node) => loops[node] === 1,
    isMerge: (node) => targets.has(node) || arrivals[node]! >= 2,
    goesThroughHub: (from, to) => !successors[from]!.includes(to),
    longestPath: (node) => longest[node]!,
  };
}
