/** What the debugger is told: types, the places of variables, line rows, frames. */
import type { Allocation, Home } from '../allocate/colour.ts';
import type { Routine } from '../ir/ir.ts';
import { atEnd, has, stepBack } from '../ir/liveness.ts';
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
function variablesOf(
  routine: Routine, { homes, liveness }: Allocation, emitted: Emitted, settled: Settled,
): Variable[] {
  const start = settled.offsetOf(emitted.start);
  const tracked = routine.variables.flatMap((variable) => {
    const places = variable.registers.map((register) => homes[register]);
    const location = places.every((home) => home !== undefined) ? locationOf(places, emitted) : undefined;
    return location === undefined ? [] : [{ variable, location, ranges: [] as Range[] }];
  });
  for (const block of routine.blocks) {
    if (tracked.length === 0) break;
    const positions = emitted.positions.get(block)!;
    const live = atEnd(block, liveness.liveOut.get(block)!);
    for (let index = block.instructions.length; index >= 0; index--) {
      if (index < block.instructions.length) stepBack(live, block.instructions[index]!);
      const from = settled.offsetOf(positions[index]!) - start;
      const to = settled.offsetOf(positions[index + 1] ?? positions[index]! + 1) - start;
      for (const { variable, location, ranges } of tracked) {
        if (variable.registers.every((register) => has(live, register))) extend(ranges, from, to, location);
      }
    }
  }
  return tracked.map(({ variable: { local }, ranges }) => ({
    name: local.name, type: debugType(local.type), parameter: local.parameter,
    ranges: joined(ranges.toSorted((one, other) => one.from - other.from)),
  }));
}

/** Ranges come from the end of each block to its start. */
function extend(ranges: Range[], from: number, to: number, location: Location): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.from === to) last.from = from;
  else if (to > from) ranges.push({ from, to, location });
}

function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last !== undefined && last.to === range.from) last.to = range.to;
    else result.push({ ...range });
  }
  return result;
}

function locationOf(homes: readonly (Home | undefined)[], { layout }: Emitted): Location | undefined {
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

function resultType({ type: { result } }: FunctionNode): DebugType | undefined {
  return result.kind === 'void' || result.kind === 'never' ? undefined : debugType(result);
}

/** A compiled function's entry in the debug information. */
export function functionInfo(
  node: FunctionNode, section: string, routine: Routine, allocation: Allocation, emitted: Emitted, settled: Settled,
): FunctionInfo {
  const offset = settled.offsetOf(emitted.start);
  const variables = variablesOf(routine, allocation, emitted, settled);
  return {
    name: node.symbol, section, offset, size: settled.offsetOf(emitted.end) - offset,
    file: node.place.file, line: node.place.line, result: resultType(node),
    variables: [...variables.filter(({ parameter }) => parameter), ...variables.filter(({ parameter }) => !parameter)],
    frame: frameRows(emitted, settled),
  };
}
