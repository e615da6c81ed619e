import { leaving } from '../core/region.ts';
import { Fn, type Label, type Local } from '../wasm/function.ts';
import { hartWords } from '../words/hart.ts';
import { codePage, tables } from '../words/layout.ts';
import type { Block, Region } from './blocks.ts';
import { type Flow, flowOf, hub } from './flow.ts';
import { type RegionState, translate } from './translating.ts';

export interface Placement {
  /** The physical page behind each virtual page of the region. */
  readonly physical: (page: number) => number;
  readonly shared: boolean;
}

/** Translates a region: a function (hart, left) -> left, which leaves the next pc in `hart.pc`. */
export function emitRegion(region: Region, placement: Placement): Fn {
  return new RegionEmitter(region, placement).emit();
}

class RegionEmitter {
  readonly #region: Region;
  readonly #flow: Flow;
  readonly #placement: Placement;
  readonly #f = new Fn(2);
  readonly #s: RegionState;
  readonly #written: boolean[] = [];
  readonly #labels = new Map<number, Label>();
  readonly #heads = new Map<number, Label>();
  #exit!: Label;
  #hub!: Label;

  constructor(region: Region, placement: Placement) {
    this.#region = region;
    this.#flow = flowOf(region);
    this.#placement = placement;
    const f = this.#f;
    const [h, left] = f.parameters as [Local, Local];
    const registers = this.#registersOf(region);
    this.#s = {
      f, h, left, registers, shared: placement.shared, target: f.local(), dataTables: f.local(),
      address: f.local(), entry: f.local(), value: f.local(),
    };
  }

  /** A local for every register the region reads or writes, by number. */
  #registersOf({ blocks }: Region): (Local | undefined)[] {
    const registers: (Local | undefined)[] = Array.from({ length: 32 });
    const use = (register: number) => void (registers[register] ??= this.#f.local());
    for (const { instructions } of blocks.values()) {
      for (const { encoding: { operands }, rd, rs1, rs2 } of instructions) {
        if (rs1 !== 0 && operands.includes('s')) use(rs1);
        if (rs2 !== 0 && operands.includes('t')) use(rs2);
        if (rd === 0 || !operands.includes('d')) continue;
        use(rd);
        this.#written[rd] = true;
      }
    }
    return registers;
  }

  emit(): Fn {
    const f = this.#f, { h, left, target, dataTables, registers } = this.#s;
    f.set(target, f.load(h, hartWords.offset.pc));
    if (this.#region.pages.size > 1) this.#guard();
    f.set(dataTables, f.load(h, hartWords.offset.dataTables));
    registers.forEach((local, number) => {
      if (local) f.set(local, f.load(h, hartWords.offset.x + number * 4));
    });
    this.#exit = f.open('block');
    this.#hub = f.open('loop');
    this.#tree(hub);
    f.close();
    f.unreachable();
    f.close();
    registers.forEach((local, number) => {
      if (local && this.#written[number]) f.store(h, local, hartWords.offset.x + number * 4);
    });
    f.store(h, target, hartWords.offset.pc);
    f.return(left);
    f.unreachable();
    return f;
  }

  /** A region of several pages holds only while all of them are mapped as they were when it was made. */
  #guard(): void {
    const f = this.#f, { h, left, target, entry } = this.#s;
    const mapped = f.let(f.load(h, hartWords.offset.codeTables));
    for (const page of this.#region.pages) {
      f.set(entry, f.load(f.add(mapped, f.constant(page * 4)), tables.fetch));
      // Address 0 holds zeroes, so an unmapped page has no physical address of code either.
      f.if(f.ne(f.load(entry, codePage.physical), f.constant(this.#placement.physical(page))), () => {
        f.store(h, f.or(target, f.constant(leaving.interpret | leaving.remapped)), hartWords.offset.pc);
        f.return(left);
      });
    }
  }

  /** Emits a node and everything it dominates. */
  #tree(node: number): void {
    const f = this.#f, flow = this.#flow;
    const isLoop = flow.isLoop(node);
    if (isLoop) this.#heads.set(node, f.open('loop'));
    const merges = flow.children[node]!.filter((child) => flow.isMerge(child));
    for (const merge of merges.toReversed()) this.#labels.set(merge, f.open('block'));
    if (node === hub) this.#dispatch();
    else this.#block(node, flow.blocks[node]!);
    for (const merge of merges) {
      f.close();
      this.#tree(merge);
    }
    if (isLoop) {
      f.close();
      f.unreachable();
    }
  }

  /** From `target` to the block there, or out of the region. */
  #dispatch(): void {
    const nodes = [...this.#flow.targets].sort((a, b) => this.#pc(a) - this.#pc(b));
    this.#search(nodes);
    this.#f.br(this.#exit);
  }

  #search(nodes: readonly number[]): void {
    const f = this.#f, { target } = this.#s;
    if (nodes.length <= 3) {
      for (const node of nodes) f.brIf(f.eq(target, f.constant(this.#pc(node))), this.#labels.get(node)!);
      return;
    }
    const middle = nodes.length >> 1;
    f.if(f.ltu(target, f.constant(this.#pc(nodes[middle]!))),
      () => this.#search(nodes.slice(0, middle)), () => this.#search(nodes.slice(middle)));
  }

  #pc(node: number): number {
    return this.#flow.blocks[node]!.pc;
  }

  #block(node: number, block: Block): void {
    const f = this.#f, { left } = this.#s;
    const { pc, instructions } = block;
    const count = instructions.length;
    if (this.#flow.isLoop(node) || this.#flow.targets.has(node)) {
      f.if(f.lt(left, f.constant(this.#flow.longestPath(node))), () => this.#leave(pc | leaving.interpret));
    }
    if (count > 0) f.set(left, f.sub(left, f.constant(count)));
    const step = (index: number) => translate(this.#s, instructions[index]!, pc + index * 4, () => {
      f.set(left, f.add(left, f.constant(count - index)));
      this.#leave((pc + index * 4) | leaving.interpret);
    });
    const endsWithJump = block.ending === 'branch' || block.ending === 'jump' || block.ending === 'indirect';
    for (let index = 0; index < count - (endsWithJump ? 1 : 0); index++) step(index);
    this.#finish(node, block, endsWithJump ? step(count - 1) : undefined);
  }

  #finish(node: number, block: Block, outcome: ReturnType<typeof translate> | undefined): void {
    const f = this.#f;
    const after = block.pc + block.instructions.length * 4;
    if (outcome?.kind === 'branch') {
      const [taken, not] = block.successors as [number, number];
      if (taken !== not) f.if(outcome.taken, () => this.#goto(node, taken));
      this.#goto(node, not);
    } else if (block.ending === 'jump' || block.ending === 'fall') {
      this.#goto(node, block.successors[0]!);
    } else if (block.ending === 'indirect') {
      f.br(this.#hub);
    } else {
      this.#leave(block.ending === 'interpret' ? after | leaving.interpret : after);
    }
  }

  #goto(from: number, pc: number): void {
    const f = this.#f, flow = this.#flow;
    const to = flow.nodeAt(pc);
    if (to === undefined) {
      this.#leave(pc);
    } else if (flow.goesThroughHub(from, to)) {
      f.set(this.#s.target, f.constant(pc));
      f.br(this.#hub);
    } else if (to <= from) {
      f.br(this.#heads.get(to)!);
    } else if (flow.isMerge(to)) {
      f.br(this.#labels.get(to)!);
    } else {
      this.#tree(to);
    }
  }

  #leave(pc: number): void {
    this.#f.set(this.#s.target, this.#f.constant(pc));
    this.#f.br(this.#exit);
  }
}
