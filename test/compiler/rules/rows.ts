/**
 * For every rule of the dialect a program that breaks it, and the sentence it is refused with. A row is the rule, the
 * text of
 * `main.ts` and the message. Where a rule has several forms there are several rows. `outside.ts` belongs to another
 * image.
 */
import type { Rule } from '../../../src/compiler/rules.ts';

export type Row = readonly [rule: Rule, text: string, message: string];

/** The body of a function with something of everything to work on. */
function inside(body: string): string {
  return `class Pair { x: u32; y: i32; wide: u64; next: Pair | null; cells: Arr<u8, 4>; f: (a: u32) => u32;
  size(): u32 { return this.x; } }
enum Color { Red, Green }
const LIMIT = 4;
let counter: u32 = 0;
function idle(): void {}
function twice(a: u32): u32 { return a * 2; }
function make<T>(): Ptr<T> { return cast<Ptr<T>>(0); }
export function test(a: u32, b: i32, w: u64, s: i64, p: Pair, q: Ptr<u32>, t: cstr, ok: bool): void { ${body} }
`;
}

/** Files beside main.ts. */
export const files: Readonly<Record<string, string>> = {
  'other.ts': 'export const SIZE = 4;\nfunction hidden(): void {}\n',
  'outside.ts': `let secret: u32 = 0;
/** @inline */
export function peek(): u32 { return secret; }
export function visible(): void {}
`,
};

export const modules: readonly Row[] = [
  ['syntax', 'let x: u32 = 1;\n}', 'Declaration or statement expected.'],
  ['statementAtTop', 'let x: u32 = 0; x = 1;', 'only declarations may stand at the top level of a file'],
  ['importForm', "import * as other from './other.ts';", 'an import must name what it takes'],
  ['importForm', "import './other.ts';", 'an import must name what it takes'],
  ['importMissing', "import { a } from './nowhere.ts';", 'nowhere.ts is not a file that this image may import'],
  ['importUnknown', "import { hidden } from './other.ts';", 'other.ts exports no hidden'],
  ['exportForm', 'function f(): void {}\nexport { f };', 'only declarations may be exported'],
  ['exportForm', 'export default 4;', 'only declarations may be exported'],
  ['duplicateName', 'let x: u32 = 0; let x: u32 = 1;', 'x is declared twice'],
  ['duplicateName', 'class A { x: u32; x: u32; }', 'x is declared twice'],
  [
    'duplicateSymbol',
    "import { visible as shown } from './outside.ts';\nexport function visible(): void {}",
    'visible of outside.ts and visible of main.ts would have the same symbol visible',
  ],
  [
    'notExported',
    "import { peek } from './outside.ts';\nexport function f(): u32 { return peek(); }",
    'secret belongs to another image and is not exported',
  ],
];

export const names: readonly Row[] = [
  ['unknownName', inside('missing;'), 'there is no missing'],
  ['unknownName', inside('missing(1);'), 'there is no missing'],
  ['unknownType', 'let x: Missing = 0;', 'there is no type Missing'],
  ['notAValue', inside('const x = Pair;'), 'Pair is a type, not a value'],
  ['notAType', 'const LIMIT = 4; let x: LIMIT = 0;', 'LIMIT is not a type'],
];

export const types: readonly Row[] = [
  ['typeForm', 'let x: [u32, u32];', 'this form of type is outside the dialect'],
  ['typeForm', 'function f(x: { a: u32 }): void {}', 'this form of type is outside the dialect'],
  ['anyType', 'function f(x: any): void {}', 'any is outside the dialect'],
  ['numberType', 'let x: number = 0;', 'number does not say how many bits'],
  ['numberType', 'let x: bigint = 0n;', 'bigint does not say how many bits'],
  ['stringType', "let x: string = 'a';", 'string is not a guest type'],
  ['unionType', 'let x: u32 | i32 = 0;', 'a union may only add null to an address type'],
  ['nullableInteger', 'let x: u32 | null = null;', 'u32 cannot be null'],
  ['typeArguments', 'let x: Ptr<u8, u8>;', 'Ptr takes 1 type argument(s)'],
  ['typeArguments', 'let x: Arr<u8>;', 'Arr takes 2 type argument(s)'],
  ['embedClass', 'class A { x: Embed<u32>; }', 'Embed takes a class'],
  ['arrayCount', 'class A { x: Arr<u8, 0>; }', 'the length of an Arr must be a constant of at least 1'],
  [
    'byValue',
    'class A { x: u32; } function f(a: Embed<A>): void {}',
    'a Embed<A> cannot be passed, returned or assigned as a value',
  ],
  [
    'byValue',
    inside('const r = local<Arr<u8, 4>>(); p.cells = r;'),
    'a Arr<u8, 4> cannot be passed, returned or assigned as a value',
  ],
  ['voidType', 'let x: void;', 'void is only the result of a function'],
  ['missingType', 'function f(x): void {}', 'x needs a type'],
  ['missingType', 'class A { x; }', 'x needs a type'],
  ['recursiveStruct', 'class A { a: Embed<A>; }', 'A contains itself'],
  ['recursiveStruct', 'class A { b: Embed<B>; } class B { a: Arr<Embed<A>, 2>; }', 'A contains itself'],
];

export const declarations: readonly Row[] = [
  ['nestedFunction', inside('const f = (x: u32): u32 => x;'), 'a function cannot be made inside a function'],
  ['nestedFunction', inside('function g(): void {}'), 'a function cannot be made inside a function'],
  ['functionForm', 'async function f(): void {}', 'async functions are outside the dialect'],
  ['functionForm', 'function* f(): void {}', 'generator functions are outside the dialect'],
  ['parameterForm', 'function f({ x }: A): void {} class A { x: u32; }', 'a parameter must be a name and a type'],
  ['parameterDefault', 'let y: u32 = 0; function f(x: u32 = y): void {}', 'a default must be a constant'],
  ['restForm', 'function f(...x: u32[]): void {}', 'further arguments must be declared as ...args: VarArg[], last'],
  ['missingReturn', 'function f(x: u32): u32 { if (x > 2) return 1; }', 'f may end without returning a u32'],
  ['returnValue', 'function f(): void { return 1; }', 'f returns nothing'],
  ['returnMissing', 'function f(): u32 { return; }', 'a u32 must be returned'],
  ['classForm', 'class A { x: u32; } class B extends A { y: u32; }', 'classes have no inheritance'],
  ['classForm', 'class A { constructor() {} }', 'classes have no constructors'],
  ['classForm', 'class A { static x: u32; }', 'classes have no static members'],
  ['classForm', 'class A { get x(): u32 { return 1; } }', 'classes have no accessors'],
  ['fieldForm', 'class A { x: u32 = 4; }', 'a field is a name and a type'],
  [
    'tooLarge',
    'class A { x: Arr<Arr<u8, 65536>, 65536>; }',
    'Arr<Arr<u8, 65536>, 65536> is larger than the address space',
  ],
  ['tooLarge', 'class A { x: Arr<u8, 0x60000000>; y: Arr<u8, 0x60000000>; }', 'A is larger than the address space'],
  ['templateUse', inside('const f = make;'), 'make is a template'],
  [
    'templateDepth',
    'function f<T>(): void { f<Ptr<T>>(); } export function g(): void { f<u8>(); }',
    'the templates called from f do not end',
  ],
  ['variableForm', inside('const { x } = p;'), 'a variable must be one name'],
  ['varKeyword', inside('var x: u32 = 0;'), 'var is outside the dialect'],
  ['varKeyword', 'var x: u32 = 0;', 'var is outside the dialect'],
  [
    'initialConstant',
    'function f(): u32 { return 1; } let x: u32 = f();',
    'the first value of a global must be known at link time',
  ],
  ['constInitial', 'const x: u32;', 'x has no value'],
  ['aggregateInitial', 'class A { x: u32; } let a: Embed<A> = 4;', 'Embed<A> must be written as { field: value, ... }'],
  ['unknownField', 'class A { x: u32; } let a: Embed<A> = { z: 4 };', 'A has no field z'],
  ['unknownField', inside('p.missing;'), 'Pair has no field missing'],
  ['tooManyElements', 'let a: Arr<u8, 2> = [1, 2, 3];', '3 elements do not fit in Arr<u8, 2>'],
  [
    'storageLocal',
    inside('let x: Arr<u8, 4>;'),
    'a local variable holds an integer, bool or address, not a Arr<u8, 4>',
  ],
  ['asmForm', inside('asm`nop`; counter = 1;'), 'asm must be the whole body of a function'],
  [
    'asmSubstitution',
    'function f(a: u32): void { asm`mv a0, ${a}`; }',
    'asm text may mention only constants, functions and globals',
  ],
  ['asmText', 'export function f(): void { asm`frobnicate a0`; }', 'frobnicate is not an instruction of RV32IMA.'],
  ['tagForm', '/** @section */ function f(): void {}', '@section takes the name of a section, such as .init'],
  ['tagForm', '/**\n * @inline\n * @noinline\n */\nfunction f(): void {}', '@inline contradicts @noinline'],
];

export const statements: readonly Row[] = [
  ['statementForm', inside('for (const x in p) {}'), 'for ... in is outside the dialect'],
  ['statementForm', inside('for (const x of q) {}'), 'for ... of is outside the dialect'],
  ['statementForm', inside('try { a; } finally {}'), 'try is outside the dialect'],
  ['statementForm', inside('throw a;'), 'throw is outside the dialect'],
  ['labelUnknown', inside('while (ok) break away;'), 'there is no loop or switch called away here'],
  ['jumpOutside', inside('continue;'), 'continue outside a loop'],
  ['jumpOutside', inside('break;'), 'break outside a loop'],
  ['switchType', inside('switch (w) { case 1n: break; }'), 'switch takes a 32-bit integer or an enum, not u64'],
  ['caseConstant', inside('switch (a) { case counter: break; }'), 'a case must be a constant'],
  ['caseTwice', inside('switch (a) { case 4: break; case LIMIT: break; }'), 'case 4 appears twice'],
];

export const expressions: readonly Row[] = [
  ['expressionForm', inside('new Pair();'), 'new is outside the dialect'],
  ['expressionForm', inside('p?.x;'), 'optional chaining is outside the dialect'],
  ['expressionForm', inside('a ** 2;'), 'the operator ** is outside the dialect'],
  ['expressionForm', inside('typeof a;'), 'typeof is outside the dialect'],
  ['expressionForm', inside('const x = `${a}`;'), 'a template with substitutions is outside the dialect'],
  ['expressionForm', inside('const x = a ?? 1;'), '?? is outside the dialect'],
  ['expressionForm', inside('counter = 1, counter = 2;'), 'the comma operator is outside the dialect'],
  ['literalForm', inside('const x: u32 = 1.5;'), '1.5 is not an integer'],
  ['literalRange', inside('const x: u8 = 256;'), '256 does not fit in u8'],
  ['literalRange', inside('const x: u8 = -129;'), '-129 does not fit in u8'],
  ['literalDivision', inside('const x: u32 = 5 % (2 - 2);'), 'a constant is divided by zero'],
  ['literalDivision', 'const X = 4 / 0;', 'a constant is divided by zero'],
  ['characterForm', inside("const x = char('ab');"), 'char takes one ASCII character'],
  ['notAssignable', inside('const x: Pair = q;'), 'a Ptr<u32> is not a Pair'],
  ['notAssignable', inside('const x: u32 = ok;'), 'a bool is not a u32'],
  ['mixedWidths', inside('const x = a + w;'), 'u32 and u64 cannot be mixed'],
  ['mixedSigns', inside('const x = a < b;'), '< of u32 and i32 would depend on which sign is meant'],
  ['mixedSigns', inside('const x = a / b;'), '/ of u32 and i32 would depend on which sign is meant'],
  ['mixedSigns', inside('const x = w > s;'), '> of u64 and i64 would depend on which sign is meant'],
  ['operandType', inside('const x = t * 2;'), '* does not apply to cstr'],
  ['operandType', inside('const x = -ok;'), '- does not apply to bool'],
  ['comparedTypes', inside('const x = p === q;'), 'Pair and Ptr<u32> cannot be compared'],
  ['comparedTypes', inside('const x = a === ok;'), 'u32 and bool cannot be compared'],
  ['conditionType', inside('if (idle()) counter = 1;'), 'a void is not a condition'],
  ['logicalValue', inside('const x = a && b;'), '&& and || of u32 have no value here'],
  ['assignTarget', inside('Color.Red = 1;'), 'this cannot be assigned to'],
  ['assignTarget', inside('twice(a) = 2;'), 'this cannot be assigned to'],
  ['assignConst', inside('const x: u32 = 1; x = 2;'), 'x is a const'],
  ['assignConst', inside('LIMIT = 2;'), 'LIMIT is a const'],
  ['indexType', inside('const x = q[w];'), 'an index must be a 32-bit integer, not u64'],
  ['notIndexable', inside('const x = a[0];'), 'u32 has no elements'],
  ['notIndexable', inside('const x = p[0];'), 'Pair has no elements'],
  ['indexRange', inside('const x = p.cells[4];'), 'index 4 is outside Arr<u8, 4>'],
  ['notAStruct', inside('const x = a.y;'), 'u32 has no fields'],
  ['methodValue', inside('const f = p.size;'), 'a method is not a value'],
  ['intrinsicValue', inside('const f = readl;'), 'readl is not a function that has an address'],
  ['notCallable', inside('a();'), 'u32 cannot be called'],
  ['argumentCount', inside('twice(1, 2);'), 'twice takes 1 argument(s), not 2'],
  ['argumentCount', inside('twice();'), 'twice takes 1 argument(s), not 0'],
  ['argumentCount', inside('p.f();'), 'the function takes 1 argument(s), not 0'],
  ['castForm', inside('const x = w as u32;'), 'u64 cannot become u32 by as'],
  ['castForm', inside('const x = p as u32;'), 'Pair cannot become u32 by as'],
  ['castType', inside('const x = cast(q);'), 'the type that cast makes is not known here'],
  ['castOperand', inside('const x = cast<Pair>(w);'), 'cast takes an address, usize or u32, and makes one, not u64'],
  ['castOperand', inside('const x = cast<i64>(q);'), 'cast takes an address, usize or u32, and makes one, not i64'],
  ['addrOperand', inside('const x = addr(a);'), 'a has no address'],
  ['ptrOperand', inside('const x = ptr(a);'), 'ptr takes something in memory'],
  ['storageType', inside('const x = local<u32>();'), 'local takes a class or an Arr, not u32'],
  [
    'offsetField',
    inside("const x = offsetof<Pair>('missing');"),
    'offsetof takes a class and the name of one of its fields',
  ],
  ['cellsOperand', inside('const x = cells(q);'), 'cells takes the ...rest parameter of the function it is in'],
  [
    'restUse',
    'function f(...args: VarArg[]): void { const x = args[0]; }',
    'further arguments can only be read by cells(args)',
  ],
  [
    'variadicType',
    'function f(...args: VarArg[]): void {} function idle(): void {} function g(): void { f(idle()); }',
    'a void cannot be one of further arguments',
  ],
  ['csrUnknown', inside('csrr_frobnicate();'), 'there is no control and status register frobnicate'],
  ['csrReadOnly', inside('csrw_mhartid(1);'), 'mhartid is read-only'],
];

export const rows: readonly Row[] = [...modules, ...names, ...types, ...declarations, ...statements, ...expressions];
