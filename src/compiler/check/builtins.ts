/** The prelude's functions that are not functions at run time: sizes, addresses, casts, halves, intrinsics. */
import { csrNumber } from '../../isa/csrs.ts';
import { csrIntrinsic, intrinsics, type Intrinsic } from '../intrinsics.ts';
import { placeOf, ts } from '../parser.ts';
import type { Expression, Memory } from '../tree.ts';
import {
  type Type, i64, isAddress, isWide, plain, showType, sizeOf, u32, u64, usize, valueType,
} from '../types.ts';
import type { Body } from './body.ts';
import { freeConstant, isNumeric, reinterpret, settle } from './convert.ts';
import { expression, valueFor } from './expressions.ts';
import { memoryOf, place } from './places.ts';
import { constantOf } from './unit.ts';

type Builtin = (body: Body, node: ts.CallExpression, want: Type | undefined) => Expression;

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['sizeof', (body, node) => {
    const type = typeArgument(body, node, 0);
    if (type === undefined) return mistake(node);
    const cell = type.kind === 'reference' ? type.struct : type;
    return constantOf(BigInt(sizeOf(cell)), u32, { place: placeOf(node) });
  }],
  ['offsetof', offsetOf],
  ['cast', castTo],
  ['addr', addressOf],
  ['ptr', (body, node) => {
    const memory = countIs(body, node, 1) ? cellOf(body, node.arguments[0]!) : undefined;
    if (memory === undefined) return body.fail(node, 'ptrOperand');
    const element: Type = memory.volatile ? { kind: 'volatile', of: memory.cell } : memory.cell;
    return { kind: 'address', type: { kind: 'pointer', element }, place: placeOf(node), memory };
  }],
  ['local', storage],
  ['cells', (body, node) => {
    const [rest] = node.arguments;
    const variadic = body.function?.variadic;
    if (rest === undefined || !ts.isIdentifier(rest) || rest.text !== body.restName || variadic === undefined) {
      return body.fail(node, 'cellsOperand');
    }
    return { kind: 'read', type: variadic.type, place: placeOf(node), target: { kind: 'local', local: variadic } };
  }],
  ['char', (body, node) => {
    const [character] = node.arguments;
    const text = character !== undefined && ts.isStringLiteralLike(character) ? character.text : '';
    if (!/^[\x00-\x7f]$/.test(text)) return body.fail(node, 'characterForm');
    return freeConstant(body, node, BigInt(text.charCodeAt(0)), false);
  }],
  ['lo32', (body, node) => half(body, node, 0n)],
  ['hi32', (body, node) => half(body, node, 32n)],
  ['u64of', (body, node) => widen(body, node, u64)],
  ['i64of', (body, node) => widen(body, node, i64)],
  ['wide', wide],
]);

const mistake = (node: ts.Node): Expression =>
  ({ kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n });

function countIs(body: Body, node: ts.CallExpression, count: number): boolean {
  if (node.arguments.length === count) return true;
  body.unit.report(node, 'argumentCount', node.expression.getText(), count, node.arguments.length);
  return false;
}

function typeArgument(body: Body, node: ts.CallExpression, count: number): Type | undefined {
  if (!countIs(body, node, count)) return undefined;
  const [argument] = node.typeArguments ?? [];
  if (argument === undefined || node.typeArguments!.length !== 1) {
    body.unit.report(node, 'typeArguments', node.expression.getText(), 1);
    return undefined;
  }
  const type = plain(body.type(argument));
  return type.kind === 'never' ? undefined : type;
}

function offsetOf(body: Body, node: ts.CallExpression): Expression {
  const type = typeArgument(body, node, 1);
  if (type === undefined) return mistake(node);
  const [name] = node.arguments;
  const field = type.kind === 'reference' && name !== undefined && ts.isStringLiteralLike(name)
    ? type.struct.fields.get(name.text) : undefined;
  if (field === undefined) return body.fail(node, 'offsetField');
  return constantOf(BigInt(field.offset), u32, { place: placeOf(node) });
}

/** `cast<T>(x)`: between addresses of different things and 32-bit integers. */
function castTo(body: Body, node: ts.CallExpression, want: Type | undefined): Expression {
  if (!countIs(body, node, 1)) return mistake(node);
  const [argument] = node.typeArguments ?? [];
  const to = argument === undefined ? want : plain(body.type(argument));
  const operand = settle(expression(body, node.arguments[0]!));
  if (to === undefined) return body.fail(node, 'castType');
  if (operand.type.kind === 'never' || to.kind === 'never') return { ...operand, type: valueType(to) } as Expression;
  for (const type of [operand.type, valueType(plain(to))]) {
    if (!isAddress(type) && !(type.kind === 'int' && type.size === 4)) {
      return body.fail(node, 'castOperand', showType(type));
    }
  }
  return reinterpret(operand, valueType(plain(to)));
}

/** The cell that an expression denotes; undefined when it denotes none. */
function cellOf(body: Body, node: ts.Expression): Memory | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return cellOf(body, node.expression);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return place(body, node);
  if (!ts.isIdentifier(node) || body.local(node.text) !== undefined) return undefined;
  const entity = body.entity(node.text);
  if (entity?.kind !== 'variable') return undefined;
  const known = body.checker.variables.of(entity, node);
  return known === undefined || 'value' in known ? undefined : memoryOf(node, known.global);
}

function addressOf(body: Body, node: ts.CallExpression): Expression {
  if (!countIs(body, node, 1)) return mistake(node);
  const argument = node.arguments[0]!;
  const given = expression(body, argument);
  if (given.type.kind === 'never') return given;
  if (isAddress(given.type)) return reinterpret(given, usize);
  if (given.kind === 'read' && given.target.kind === 'memory') {
    return { kind: 'address', type: usize, place: placeOf(node), memory: given.target };
  }
  return body.fail(node, 'addrOperand', argument.getText());
}

function storage(body: Body, node: ts.CallExpression, want: Type | undefined): Expression {
  const given = node.typeArguments === undefined ? want : typeArgument(body, node, 0);
  if (given === undefined) return mistake(node);
  const cell = given.kind === 'reference' ? given.struct : given;
  if ((cell.kind !== 'struct' && cell.kind !== 'array') || body.function === undefined) {
    return body.fail(node, 'storageType', showType(given));
  }
  return { kind: 'storage', type: valueType(cell), place: placeOf(node), cell };
}

function half(body: Body, node: ts.CallExpression, shift: bigint): Expression {
  if (!countIs(body, node, 1)) return mistake(node);
  const operand = settle(expression(body, node.arguments[0]!, u64));
  if (operand.type.kind === 'never') return operand;
  if (!isWide(operand.type)) {
    return body.fail(node, 'operandType', node.expression.getText(), showType(operand.type), 'it has 32 bits already');
  }
  if (operand.kind === 'constant') return constantOf(operand.value >> shift, u32, operand);
  const place = placeOf(node);
  if (shift === 0n) return { kind: 'convert', type: u32, place, to: u32, operand };
  const shifted: Expression = {
    kind: 'binary', type: operand.type, place, operator: 'shr', left: operand, right: constantOf(shift, u32, operand),
  };
  return { kind: 'convert', type: u32, place, to: u32, operand: shifted };
}

function widen(body: Body, node: ts.CallExpression, to: Type): Expression {
  if (!countIs(body, node, 1)) return mistake(node);
  const operand = expression(body, node.arguments[0]!);
  if (operand.type.kind === 'never') return operand;
  if (operand.kind === 'constant' && isNumeric(operand.type)) return constantOf(operand.value, to, operand);
  if (operand.type.kind !== 'bool' && (!isNumeric(operand.type) || isWide(operand.type))) {
    const advice = isWide(operand.type) ? 'write x as u64 or x as i64' : 'take its address with addr()';
    return body.fail(node, 'operandType', node.expression.getText(), showType(operand.type), advice);
  }
  return { kind: 'convert', type: to, place: placeOf(node), to, operand };
}

/** `wide(high, low)`. */
function wide(body: Body, node: ts.CallExpression): Expression {
  if (!countIs(body, node, 2)) return mistake(node);
  const place = placeOf(node);
  const [high, low] = node.arguments.map((argument): Expression =>
    ({ kind: 'convert', type: u64, place, to: u64, operand: unsigned(valueFor(body, argument, u32)) }));
  const shifted: Expression = {
    kind: 'binary', type: u64, place, operator: 'shl', left: high!, right: constantOf(32n, u32, { place }),
  };
  return { kind: 'binary', type: u64, place, operator: 'or', left: shifted, right: low! };
}

const unsigned = (operand: Expression): Expression => reinterpret(operand, u32);

/** A call of an intrinsic; undefined when there is none of that name. */
export function intrinsicCall(body: Body, node: ts.CallExpression, name: string): Expression | undefined {
  const access = csrIntrinsic(name);
  const shape = access?.shape ?? intrinsics.get(name);
  if (shape === undefined) return undefined;
  if (access !== undefined) {
    const number = csrNumber(access.csr);
    if (number === undefined) return body.fail(node, 'csrUnknown', access.csr);
    // Privileged Architecture, section 2.1: bits 11:10 of the number are 11 for a read-only register.
    if (number >>> 10 === 3 && access.operation !== 'csrr') return body.fail(node, 'csrReadOnly', access.csr);
  }
  const { length } = node.arguments;
  if (length < shape.required || length > shape.parameters.length) {
    return body.fail(node, 'argumentCount', name, expected(shape), length);
  }
  const given = node.arguments.map((argument, index) => valueFor(body, argument, shape.parameters[index]!));
  return { kind: 'intrinsic', type: shape.result, place: placeOf(node), name, arguments: given };
}

function expected({ parameters, required }: Intrinsic): string {
  return required === parameters.length ? `${required}` : `${required} to ${parameters.length}`;
}

