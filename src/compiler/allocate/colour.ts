/**
 * Register allocation by graph colouring: copies are coalesced where that cannot cost a register, then registers are
 * handed out after Chaitin (1982) and Briggs (1994). What gets none is remade at each use if it is a constant or an
 * address, else lives in the frame.
 */
import type { Instruction, Register, Routine } from '../ir/ir.ts';
import { type Liveness, findLiveness } from '../ir/liveness.ts';
import { findDefinitions } from '../optimise/definitions.ts';
import { Interference } from './interference.ts';
import { calleeSaved, callerSaved, isCalleeSaved, secondScratch } from './registers.ts';

/** Where a virtual register is. */
export type Home =
  | { readonly kind: 'register'; readonly number: number }
  /** The n-th word of the frame's spill area. */
  | { readonly kind: 'spilled'; readonly index: number }
  /** Made again at each use. */
  | { readonly kind: 'remade'; readonly by: Instruction };

export interface Allocation {
  /** By virtual register; undefined for one that does not occur. */
  readonly homes: readonly (Home | undefined)[];
  readonly spills: number;
  /** Callee-saved registers that are used. */
  readonly saved: readonly number[];
  readonly liveness: Liveness;
}

export function allocate(routine: Routine): Allocation {
  const colouring = new Colouring(routine);
  const first = colouring.run(true);
  // Values in memory pass through the second scratch register, which then cannot hold anything else.
  return first.spills > 0 || first.homes.some((home) => home?.kind === 'remade') ? colouring.run(false) : first;
}

class Colouring {
  readonly #routine: Routine;
  readonly #liveness: Liveness;
  readonly #interference: Interference;
  readonly #parent: Int32Array;
  readonly #remake: (Instruction | undefined)[];

  constructor(routine: Routine) {
    this.#routine = routine;
    this.#liveness = findLiveness(routine);
    this.#interference = new Interference(routine, this.#liveness);
    this.#parent = Int32Array.from({ length: routine.registers }, (_, register) => register);
    this.#remake =
      findDefinitions(routine).single.map((made) => (made !== undefined && isRemakeable(made) ? made : undefined));
    this.#coalesce();
  }

  #find(register: Register): Register {
    let at = register;
    while (this.#parent[at] !== at) at = this.#parent[at] = this.#parent[this.#parent[at]!]!;
    return at;
  }

  #available(register: Register): number {
    return this.#interference.acrossCall[register] ? calleeSaved.length : calleeSaved.length + callerSaved.length - 1;
  }

  /** Joins the two ends of copies, the busiest first, unless that could make the rest uncolourable. */
  #coalesce(): void {
    const { adjacent, acrossCall, cost, hints, moves } = this.#interference;
    for (const { to, from } of moves.toSorted((a, b) => b.weight - a.weight)) {
      const a = this.#find(to);
      const b = this.#find(from);
      if (a === b || a === 0 || b === 0 || adjacent[a]!.has(b) || !this.#mayJoin(a, b)) continue;
      this.#parent[b] = a;
      for (const other of adjacent[b]!) {
        adjacent[other]!.delete(b);
        adjacent[other]!.add(a);
        adjacent[a]!.add(other);
      }
      adjacent[b]!.clear();
      acrossCall[a]! |= acrossCall[b]!;
      cost[a]! += cost[b]!;
      for (const [machine, weight] of hints[b] ?? []) {
        const joined = hints[a] ??= new Map();
        joined.set(machine, (joined.get(machine) ?? 0) + weight);
      }
      this.#interference.present[a] = 1;
      // It has two definitions now.
      this.#remake[a] = undefined;
    }
  }

  /** Briggs: safe when fewer neighbours than registers would themselves be hard to place. */
  #mayJoin(a: Register, b: Register): boolean {
    const { adjacent, acrossCall } = this.#interference;
    const [ofA, ofB] = [adjacent[a]!, adjacent[b]!];
    const available = acrossCall[a] || acrossCall[b] ? calleeSaved.length : this.#available(a);
    if (ofA.size + ofB.size < available) return true;
    let hard = 0;
    for (const other of ofA) {
      const shared = ofB.has(other) ? 1 : 0;
      if (adjacent[other]!.size - shared >= this.#available(other) && ++hard === available) return false;
    }
    for (const other of ofB) {
      if (ofA.has(other)) continue;
      if (adjacent[other]!.size >= this.#available(other) && ++hard === available) return false;
    }
    return true;
  }

  run(withSecondScratch: boolean): Allocation {
    const { present } = this.#interference;
    const nodes: Register[] = [];
    for (let register = 1; register < this.#routine.registers; register++) {
      if (this.#find(register) === register && present[register]) nodes.push(register);
    }
    const colours = this.#select(this.#simplify(nodes), withSecondScratch);
    return this.#homes(colours);
  }

  /** The order in which to hand out registers, last first: the easy ones were taken out first. */
  #simplify(nodes: readonly Register[]): Register[] {
    const { adjacent, cost } = this.#interference;
    const degree = new Int32Array(this.#routine.registers);
    const waiting = new Set(nodes);
    const easy: Register[] = [];
    for (const node of nodes) {
      degree[node] = adjacent[node]!.size;
      if (degree[node]! < this.#available(node)) easy.push(node);
    }
    const stack: Register[] = [];
    const take = (node: Register) => {
      waiting.delete(node);
      stack.push(node);
      for (const other of adjacent[node]!) {
        if (waiting.has(other) && degree[other]!-- === this.#available(other)) easy.push(other);
      }
    };
    while (waiting.size > 0) {
      const next = easy.pop();
      if (next !== undefined) {
        if (waiting.has(next)) take(next);
        continue;
      }
      let cheapest = 0;
      let lowest = Infinity;
      for (const node of waiting) {
        const price = (cost[node]! * (this.#remake[node] === undefined ? 1 : 0.3)) / (degree[node]! + 1);
        if (price >= lowest) continue;
        lowest = price;
        cheapest = node;
      }
      take(cheapest);
    }
    return stack;
  }

  #select(stack: Register[], withSecondScratch: boolean): Int32Array {
    const { adjacent } = this.#interference;
    const colours = new Int32Array(this.#routine.registers);
    const saved = new Set<number>();
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      let taken = withSecondScratch ? 0 : 1 << secondScratch;
      for (const other of adjacent[node]!) taken |= 1 << colours[other]!;
      const colour = this.#choices(node, saved).find((each) => ((taken >>> each) & 1) === 0);
      if (colour === undefined) continue;
      colours[node] = colour;
      if (isCalleeSaved(colour)) saved.add(colour);
    }
    return colours;
  }

  #choices(node: Register, saved: ReadonlySet<number>): number[] {
    const { acrossCall, hints } = this.#interference;
    if (acrossCall[node]) return [...saved, ...calleeSaved];
    const hinted = [...hints[node] ?? []].sort((a, b) => b[1] - a[1]).map(([machine]) => machine);
    return [...hinted, ...callerSaved, ...saved, ...calleeSaved];
  }

  #homes(colours: Int32Array): Allocation {
    const saved = new Set<number>();
    const spilled = new Map<Register, Home>();
    let spills = 0;
    const homes = Array.from({ length: this.#routine.registers }, (_, register): Home | undefined => {
      if (register === 0) return { kind: 'register', number: 0 };
      const node = this.#find(register);
      if (!this.#interference.present[node]) return undefined;
      const colour = colours[node]!;
      if (colour !== 0) {
        if (isCalleeSaved(colour)) saved.add(colour);
        return { kind: 'register', number: colour };
      }
      const known = spilled.get(node);
      if (known !== undefined) return known;
      const by = this.#remake[node];
      const home: Home = by === undefined ? { kind: 'spilled', index: spills++ } : { kind: 'remade', by };
      spilled.set(node, home);
      return home;
    });
    return { homes, spills, saved: calleeSaved.filter((register) => saved.has(register)), liveness: this.#liveness };
  }
}

/** Whether an instruction makes the same value whenever it runs. */
function isRemakeable({ op }: Instruction): boolean {
  return op === 'constant' || op === 'symbol' || op === 'frame' || op === 'high';
}
