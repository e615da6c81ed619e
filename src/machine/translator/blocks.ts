import { type Instruction } from '../../isa/instruction.ts';

/** How a block ends, beside what its last instruction says. */
export type Ending =
  | 'branch' | 'jump' | 'indirect'
  /** Runs on into the next block. */
  | 'fall'
  /** Before an instruction that only the interpreter can do. */
  | 'interpret'
  /** Where the region ends: the code there is not part of it. */
  | 'leave';

export interface Block {
  readonly pc: number;
  /** The instructions translated, the jump at the end among them. */
  readonly instructions: readonly Instruction[];
  readonly ending: Ending;
  /** Successors inside or outside the region: the branch target and then the fall-through. */
  readonly successors: readonly number[];
}

/** The control flow of a region. */
export interface Region {
  readonly blocks: ReadonlyMap<number, Block>;
  /** Blocks that can be entered from outside or by an indirect jump: entries, and where calls return to. */
  readonly entries: ReadonlySet<number>;
  /** The virtual pages its code lies in. */
  readonly pages: ReadonlySet<number>;
}

/** Limits of one region: instructions, and pages of 4 KiB. */
export interface Limits { readonly instructions: number; readonly pages: number }

/** The instruction at an address; undefined when there is none that may be translated into this region. */
export type Fetch = (pc: number) => Instruction | undefined;

const interpreted = new Set(['ecall', 'ebreak', 'mret', 'sret', 'wfi', 'fence.i', 'sfence.vma',
  'csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci', 'amomin.w', 'amomax.w', 'amominu.w', 'amomaxu.w']);

/** Whether the translator leaves an instruction to the interpreter: rare ones, and jumps to odd places. */
function isInterpreted({ encoding, imm }: Instruction): boolean {
  const { format, mnemonic } = encoding;
  return interpreted.has(mnemonic) || ((format === 'B' || format === 'J') && (imm & 2) !== 0);
}

interface Scan {
  readonly instructions: Instruction[];
  ending: Ending;
  /** Where a jump or branch goes, and where it goes on. */
  targets: number[];
  /** Where a call goes, where that is known, and where it returns to. */
  calls: number[];
}

const at = (pc: number) => pc >>> 0;

/** The straight line from `pc` to its first jump, or to where it cannot go on. */
function scan(pc: number, fetch: Fetch, budget: number): Scan {
  const found: Scan = { instructions: [], ending: 'leave', targets: [], calls: [] };
  for (let here = pc; found.instructions.length < budget; here = at(here + 4)) {
    const instruction = fetch(here);
    if (!instruction) return found;
    if (isInterpreted(instruction)) {
      found.ending = 'interpret';
      return found;
    }
    found.instructions.push(instruction);
    const { encoding: { format, mnemonic }, imm, rd } = instruction;
    if (format === 'B') {
      found.ending = 'branch';
      found.targets = [at(here + imm), at(here + 4)];
      return found;
    }
    if (format === 'J') {
      found.ending = 'jump';
      if (rd === 0) found.targets = [at(here + imm)];
      else found.calls = [at(here + imm), at(here + 4)];
      return found;
    }
    if (mnemonic === 'jalr') {
      found.ending = 'indirect';
      if (rd !== 0) found.calls = [at(here + 4)];
      return found;
    }
  }
  return found;
}

/**
 * The region reachable from `seeds` by direct jumps: first what needs no call, then where calls go and return to, until
 * a limit is met.
 */
export function discover(seeds: readonly number[], fetch: Fetch, limits: Limits): Region {
  const lines = new Map<number, Scan>();
  const leaders = new Set<number>(seeds);
  const entries = new Set<number>(seeds);
  const pages = new Set<number>();
  const near = [...seeds].reverse(), far: number[] = [];
  let left = limits.instructions;
  const within: Fetch = (pc) => {
    const page = pc >>> 12;
    if (!pages.has(page) && pages.size === limits.pages) return undefined;
    const instruction = fetch(pc);
    if (instruction) pages.add(page);
    return instruction;
  };
  for (;;) {
    const pc = near.pop() ?? far.shift();
    if (pc === undefined || left <= 0) break;
    if (lines.has(pc)) continue;
    const line = scan(pc, within, left);
    if (line.instructions.length === 0 && !entries.has(pc)) continue;
    lines.set(pc, line);
    left -= line.instructions.length;
    for (const target of line.targets.toReversed()) near.push(target);
    for (const target of line.targets) leaders.add(target);
    for (const target of line.calls) {
      far.push(target);
      leaders.add(target);
    }
    // Where a call returns to is reached by an indirect jump.
    const back = line.calls.at(-1);
    if (back !== undefined) entries.add(back);
  }
  return split(lines, leaders, entries, pages);
}

/** Cuts the straight lines where others jump into them, so that no instruction is in two blocks. */
function split(lines: Map<number, Scan>, leaders: Set<number>, entries: Set<number>, pages: Set<number>): Region {
  const blocks = new Map<number, Block>();
  for (const [start, line] of lines) {
    if (blocks.has(start)) continue;
    let from = 0;
    for (let index = 1; index <= line.instructions.length; index++) {
      const pc = at(start + index * 4);
      const last = index === line.instructions.length;
      if (!last && !leaders.has(pc)) continue;
      const block = at(start + from * 4);
      if (blocks.has(block)) break;
      const instructions = line.instructions.slice(from, index);
      if (last) {
        const ending = line.ending === 'leave' && leaders.has(pc) ? 'fall' : line.ending;
        blocks.set(block, { pc: block, instructions, ending, successors: successorsOf(ending, line, pc) });
      } else {
        blocks.set(block, { pc: block, instructions, ending: 'fall', successors: [pc] });
      }
      from = index;
    }
    if (line.instructions.length > 0) continue;
    blocks.set(start, { pc: start, instructions: [], ending: line.ending, successors: [] });
  }
  const isEntry = (pc: number) => (blocks.get(pc)?.instructions.length ?? 0) > 0;
  return { blocks, pages, entries: new Set([...entries].filter(isEntry)) };
}

function successorsOf(ending: Ending, line: Scan, after: number): readonly number[] {
  switch (ending) {
    case 'branch': return line.targets;
    case 'jump': return line.calls.length > 0 ? line.calls.slice(0, 1) : line.targets;
    case 'fall': return [after];
    default: return [];
  }
}
