/** Cells in memory: fields, elements, globals. */
import { placeOf, ts } from '../parser.ts';
import type { Expression, Global, Memory } from '../tree.ts';
import {
  type Type, isWide, plain, showType, sizeOf, u8, usize, valueType,
} from '../types.ts';
import type { Body } from './body.ts';
import { isNumeric, reinterpret } from './convert.ts';
import { expression } from './expressions.ts';
import { isFree } from './unit.ts';

/** The cell of a global. */
export function memoryOf(node: ts.Node, global: Global): Memory {
  const base: Expression = { kind: 'global', type: usize, place: placeOf(node), global };
  return cellAt(base, 0, global.type);
}

function cellAt(base: Expression, offset: number, type: Type): Memory {
  // The address of a cell inside another cell is that other cell's address, further on.
  if (base.kind === 'address') return { ...base.memory, offset: base.memory.offset + offset, ...cellType(type) };
  return { kind: 'memory', base, index: undefined, scale: 0, offset, ...cellType(type) };
}

function cellType(type: Type): { cell: Type; volatile: boolean } {
  return { cell: plain(type), volatile: type.kind === 'volatile' };
}

/** What reading a cell yields: its value, or its address when it is a struct or an array. */
export function readOf(node: ts.Node, memory: Memory): Expression {
  const type = valueType(memory.cell);
  const place = placeOf(node);
  if (memory.cell.kind === 'struct' || memory.cell.kind === 'array') return { kind: 'address', type, place, memory };
  return { kind: 'read', type, place, target: memory };
}

/** The cell that `a.b` or `a[i]` is; undefined after reporting that it is none. */
export function place(body: Body, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Memory | undefined {
  return ts.isPropertyAccessExpression(node) ? field(body, node) : element(body, node);
}

function field(body: Body, node: ts.PropertyAccessExpression): Memory | undefined {
  return fieldOf(body, node, expression(body, node.expression));
}

/** The cell of `node`'s field in the struct that `base` is the address of. */
export function fieldOf(body: Body, node: ts.PropertyAccessExpression, base: Expression): Memory | undefined {
  if (base.type.kind === 'never') return undefined;
  if (base.type.kind !== 'reference') {
    body.unit.report(node, 'notAStruct', showType(base.type));
    return undefined;
  }
  const { struct } = base.type;
  const found = struct.fields.get(node.name.text);
  if (found !== undefined) return cellAt(base, found.offset, found.type);
  const isMethod = body.checker.classOf(struct)?.methods.has(node.name.text) ?? false;
  if (isMethod) body.unit.report(node, 'methodValue');
  else body.unit.report(node.name, 'unknownField', struct.name, node.name.text);
  return undefined;
}

/** The type of the elements that a value has; undefined when it has none. */
function elementType(type: Type): Type | undefined {
  if (type.kind === 'pointer') return type.element;
  return type.kind === 'cstr' ? u8 : undefined;
}

function element(body: Body, node: ts.ElementAccessExpression): Memory | undefined {
  const base = expression(body, node.expression);
  const index = expression(body, node.argumentExpression, usize);
  if (base.type.kind === 'never' || index.type.kind === 'never') return undefined;
  const type = elementType(base.type);
  if (type === undefined) {
    body.unit.report(node, 'notIndexable', showType(base.type));
    return undefined;
  }
  if (!isNumeric(index.type) || (isWide(index.type) && !isFree(index))) {
    body.unit.report(node.argumentExpression, 'indexType', showType(index.type));
    return undefined;
  }
  const scale = sizeOf(type);
  if (index.kind === 'constant') {
    const array = base.kind === 'address' ? base.memory.cell : undefined;
    if (array?.kind === 'array' && (index.value < 0n || index.value >= BigInt(array.count))) {
      body.unit.report(node.argumentExpression, 'indexRange', index.value, showType(array));
    }
    return cellAt(base, Number(BigInt.asIntN(32, index.value)) * scale, type);
  }
  const by = reinterpret(index, index.type.kind === 'enum' ? usize : index.type);
  if (base.kind === 'address' && base.memory.index === undefined) {
    return { ...base.memory, index: by, scale, ...cellType(type) };
  }
  return { kind: 'memory', base, index: by, scale, offset: 0, ...cellType(type) };
}

