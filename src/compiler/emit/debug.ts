/** What the debugger is told: types, the places of variables, line rows, frames. */
import type { Allocation, Home } from '../allocate/colour.ts';
import type { Block, Routine } from '../ir/ir.ts';
import { type Bits, atEnd, findLiveness, has, stepBack } from '../ir/liveness.ts';
import type { DebugType, FrameRow, FunctionInfo, Location, StructInfo, Variable } from '../object.ts';
import type { FunctionNode } from '../tree.ts';
import { type StructType, type Type, sizeOf } from '../types.ts';
import type { Settled } from './code.ts';
import type { Emitted } from './emitter.ts';

export function debugType(type: Type): DebugType {
  switch (type.kind) {
    case 'int': return { kind: 'int', name: type.name, size: type.size, signed: type.signed };
    case 'bool': case 'cstr': case 'function': return { kind: type.kind };
    case 'enum': {
      const members = Object.fromEntries([...type.members].map(([name, value]) => [name, Number(value)]));
      return { kind: 'enum', name: type.name, members };
    }
    case 'struct': return { kind: 'struct', name: type.name };
    case 'reference': return { kind: 'pointer', to: { kind: 'struct', name: type.struct.name } };
    case 'pointer': return { kind: 'pointer', to: debugType(type.element) };
    case 'array': return { kind: 'array', of: debugType(type.element), count: type.count };
    case 'volatile': return debugType(type.of);
    case 'opaque': case 'void': case 'never': return { kind: 'pointer', to: undefined };
  }
}

export function structInfo(struct: StructType): StructInfo {
  const fields = [...struct.fields.values()].map(({ name, offset, type }) =>
    ({ name, offset, size: sizeOf(type), type: debugType(type) }));
  return { name: struct.name, size: struct.size, align: struct.align, fields };
}

interface Range { from: number; to: number; readonly location: Location }

/** Where the routine's variables are, by offsets from its start. */
function variablesOf(routine: Routine, { homes }: Allocation, emitted: Emitted, settled: Settled): Variable[] {
  const start = settled.offsetOf(emitted.start);
  const tracked = routine.variables.filter(({ registers }) => registers.every((register) => homes[register] !== undefined));
  const ranges = new Map(tracked.map((variable) => [variable, [] as Range[]]));
  const { liveOut } = findLiveness(routine);
  for (const block of routine.blocks) {
    const positions = emitted.positions.get(block)!;
    const live = liveBefore(block, liveOut.get(block)!);
    for (const variable of tracked) {
      const location = locationOf(variable.registers.map((register) => homes[register]!), emitted);
      if (location === undefined) continue;
      live.forEach((bits, index) => {
        if (!variable.registers.every((register) => has(bits, register))) return;
        const from = settled.offsetOf(positions[index]!) - start;
        const to = settled.offsetOf(positions[index + 1] ?? positions[index]! + 1) - start;
        extend(ranges.get(variable)!, from, to, location);
      });
    }
  }
  return tracked.map((variable) => ({
    name: variable.local.name, type: debugType(variable.local.type), parameter: variable.local.parameter,
    ranges: ranges.get(variable)!,
  }));
}

/** What is live before each instruction and before the terminator. */
function liveBefore(block: Block, liveOut: Bits): Bits[] {
  const { instructions } = block;
  const count = instructions.length;
  const result: Bits[] = new Array(count + 1);
  let live = atEnd(block, liveOut);
  result[count] = live;
  for (let index = count - 1; index >= 0; index--) {
    live = live.slice();
    stepBack(live, instructions[index]!);
    result[index] = live;
  }
  return result;
}

function extend(ranges: Range[], from: number, to: number, location: Location): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.to === from) last.to = to;
  else if (to > from) ranges.push({ from, to, location });
}

function locationOf(homes: readonly Home[], { layout }: Emitted): Location | undefined {
  const [first, second] = homes;
  if (second !== undefined) {
    if (first?.kind !== 'register' || second.kind !== 'register') return undefined;
    return { kind: 'registers', low: first.number, high: second.number };
  }
  switch (first?.kind) {
    case 'register': return { kind: 'register', register: first.number };
    case 'spilled': return { kind: 'frame', cfaOffset: layout.spill(first.index) - layout.size };
    case 'remade': return first.by.op === 'constant' ? { kind: 'constant', value: first.by.immediate } : undefined;
    default: return undefined;
  }
}

function frameRows({ frame, start }: Emitted, settled: Settled): FrameRow[] {
  const base = settled.offsetOf(start);
  const rows = frame.map(({ position, cfaOffset, saved }) =>
    ({ offset: settled.offsetOf(position) - base, cfaOffset, saved }));
  return rows.filter(({ offset }, index) => rows[index + 1]?.offset !== offset);
}

/** A compiled function's entry in the debug information. */
export function functionInfo(
  node: FunctionNode, section: string, routine: Routine, allocation: Allocation, emitted: Emitted, settled: Settled,
): FunctionInfo {
  const offset = settled.offsetOf(emitted.start);
  const variables = variablesOf(routine, allocation, emitted, settled);
  return {
    name: node.symbol, section, offset, size: settled.offsetOf(emitted.end) - offset,
    file: node.place.file, line: node.place.line,
    variables: [...variables.filter(({ parameter }) => parameter), ...variables.filter(({ parameter }) => !parameter)],
    frame: frameRows(emitted, settled),
  };
}
