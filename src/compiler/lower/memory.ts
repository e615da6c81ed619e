/** Reading and writing cells and variables. */
import type { LoadOperation, StoreOperation } from '../ir/ir.ts';
import type { Assign, Expression, Memory, Update } from '../tree.ts';
import { type Type, isWide, sizeOf } from '../types.ts';
import { operand, value } from './expressions.ts';
import { type Lowering, word, words } from './lowering.ts';
import { type Operand, type Value, constant, inRegister, pair } from './operand.ts';

/** The address of a cell. */
export function addressOf(at: Lowering, memory: Memory): Operand {
  const b = at.builder;
  let address = operand(at, memory.base);
  if (memory.index !== undefined) {
    const index = operand(at, memory.index);
    address = b.binary('add', address, scaled(at, index, memory.scale));
  }
  return b.binary('add', address, constant(memory.offset));
}

/** index * scale; a constant part of the index becomes a constant part of the address. */
function scaled(at: Lowering, index: Operand, scale: number): Operand {
  const b = at.builder;
  if (index.kind !== 'offset') return b.binary('mul', index, constant(scale));
  const product = b.binary('mul', inRegister(index.register), constant(scale));
  return b.binary('add', product, constant(Math.imul(index.offset, scale)));
}

function loadOperation(cell: Type): LoadOperation {
  const signed = cell.kind === 'int' && cell.signed;
  switch (sizeOf(cell)) {
    case 1: return signed ? 'lb' : 'lbu';
    case 2: return signed ? 'lh' : 'lhu';
    default: return 'lw';
  }
}

function storeOperation(cell: Type): StoreOperation {
  const size = sizeOf(cell);
  return size === 1 ? 'sb' : size === 2 ? 'sh' : 'sw';
}

export function load(at: Lowering, memory: Memory): Value {
  return loadFrom(at, memory, addressOf(at, memory));
}

function loadFrom(at: Lowering, { cell, volatile }: Memory, address: Operand): Value {
  const b = at.builder;
  if (!isWide(cell)) return b.load(loadOperation(cell), address, volatile);
  const low = b.load('lw', address, volatile);
  return pair(low, b.load('lw', b.binary('add', address, constant(4)), volatile));
}

function store(at: Lowering, { cell }: Memory, address: Operand, given: Value): void {
  const b = at.builder;
  if (!isWide(cell)) {
    b.store(storeOperation(cell), address, word(given));
    return;
  }
  const { low, high } = words(given);
  b.store('sw', address, low);
  b.store('sw', b.binary('add', address, constant(4)), high);
}

/** An address whose register is made now, because it will be used more than once or after other code. */
function fixed(at: Lowering, memory: Memory): Operand {
  const address = addressOf(at, memory);
  return address.kind === 'symbol' && isWide(memory.cell) ? at.builder.toRegister(address) : address;
}

/** The value to store, without a truncation that the store makes anyway. */
function stored(cell: Type, node: Expression): Expression {
  if (node.kind !== 'convert' || node.to.kind !== 'int' || node.to.size >= 4) return node;
  return sizeOf(cell) <= node.to.size && !isWide(node.operand.type) ? node.operand : node;
}

export function lowerAssign(at: Lowering, node: Assign, used: boolean): Value {
  const b = at.builder;
  const { target } = node;
  if (target.kind === 'local') {
    const given = value(at, node.value);
    b.place = node.place;
    at.assign(target.local, given);
    return given;
  }
  const address = fixed(at, target);
  const given = value(at, used ? node.value : stored(target.cell, node.value));
  b.place = node.place;
  store(at, target, address, given);
  return given;
}

export function lowerUpdate(at: Lowering, node: Update, used: boolean): Value {
  const b = at.builder;
  const { target, held } = node;
  if (target.kind === 'local') {
    const old = at.read(target.local);
    at.held.set(held.id, old);
    const given = value(at, node.value);
    b.place = node.place;
    at.assign(target.local, given);
    return node.result === 'old' ? old : given;
  }
  const address = fixed(at, target);
  const old = loadFrom(at, target, address);
  at.held.set(held.id, old);
  const needsNew = used && node.result === 'new';
  const given = value(at, needsNew ? node.value : stored(target.cell, node.value));
  b.place = node.place;
  store(at, target, address, given);
  return node.result === 'old' ? old : given;
}
