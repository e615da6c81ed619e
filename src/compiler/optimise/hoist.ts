/**
 * Moves what does not change in a loop to before the loop: constants, addresses, arithmetic on what comes from outside.
 */
import { assert } from '../../assert.ts';
import { type Graph, type Loop, findLoops } from '../ir/graph.ts';
import {
  type Block, type Instruction, type Register, type Routine, definitions, isPure, successors,
} from '../ir/ir.ts';
import { findDefinitions } from './definitions.ts';

/** Values kept in registers for a loop by this, beyond which others would have to leave theirs. */
const mostHoisted = 10;
const mostHoistedAroundCalls = 5;

/** Yields whether anything moved. Block depths are set as well. */
export function hoist(routine: Routine, graph: Graph): boolean {
  const { count } = findDefinitions(routine);
  let moved = false;
  // Outermost first, so that what leaves an inner loop leaves the outer one in one go where it can.
  for (const loop of findLoops(routine, graph)) {
    const set = definedIn(loop);
    const calls = [...loop.blocks].some(({ instructions }) => instructions.some(({ call }) => call !== undefined));
    let budget = calls ? mostHoistedAroundCalls : mostHoisted;
    const outside: Instruction[] = [];
    for (const block of graph.order) {
      if (!loop.blocks.has(block)) continue;
      block.instructions = block.instructions.filter((instruction) => {
        if (budget <= 0 || !isInvariant(instruction, set, count)) return true;
        outside.push(instruction);
        set.delete(instruction.to);
        budget--;
        return false;
      });
    }
    if (outside.length === 0) continue;
    moved = true;
    preheader(routine, loop).instructions.push(...outside);
  }
  return moved;
}

function definedIn({ blocks }: Loop): Set<Register> {
  const set = new Set<Register>();
  for (const { instructions } of blocks) {
    for (const instruction of instructions) for (const register of definitions(instruction)) set.add(register);
  }
  return set;
}

function isInvariant(instruction: Instruction, set: ReadonlySet<Register>, count: Int32Array): boolean {
  return isPure(instruction) && instruction.op !== 'copy' && count[instruction.to] === 1
    && instruction.from.every((register) => !set.has(register));
}

/** The block that control comes from when it enters the loop, made if there is none of its own. */
function preheader(routine: Routine, { header, blocks }: Loop): Block {
  assert(header !== routine.entry, 'nothing jumps back to where a function is entered');
  const outside = routine.blocks.filter((block) => !blocks.has(block) && successors(block).includes(header));
  const [only] = outside;
  if (outside.length === 1 && only!.end.op === 'jump') return only!;
  const made: Block = {
    id: Math.max(...routine.blocks.map(({ id }) => id)) + 1, instructions: [], depth: Math.max(0, header.depth - 1),
    end: { op: 'jump', to: header, place: header.end.place },
  };
  for (const block of outside) retarget(block, header, made);
  routine.blocks.splice(routine.blocks.indexOf(header), 0, made);
  return made;
}

function retarget({ end }: Block, from: Block, to: Block): void {
  switch (end.op) {
    case 'jump': end.to = to; break;
    case 'branch':
      if (end.yes === from) end.yes = to;
      if (end.no === from) end.no = to;
      break;
    case 'table':
      end.targets.forEach((target, index) => { if (target === from) end.targets[index] = to; });
      break;
    default:
  }
}

