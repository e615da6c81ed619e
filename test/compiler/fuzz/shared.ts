/** What all functions of a batch share: structs with methods, globals, tables, pointers in memory, enums. */
import { Expressions, isWide } from './expressions.ts';
import { type Part, print, text } from './node.ts';
import type { Random } from './random.ts';
import type { Base, Callee, Leaf, Row, Scope, Variable } from './scope.ts';
import { type MemoryType, memoryTypes, promoted, type StructShape, structText } from './shapes.ts';
import { Statements } from './statements.ts';

export class Shared {
  readonly structs: readonly StructShape[];
  /** The struct that test functions get. */
  readonly largest: StructShape;
  /** Declarations of all that follows. */
  readonly text: string;
  /** Statements that set all globals as they were at the start. */
  readonly reset: string;
  readonly variables: readonly Variable[] = memoryTypes.map((type, index) => ({
    name: `g${index}`,
    type,
    mutable: true,
  }));
  readonly rows: readonly Row[];
  readonly leaves: readonly Leaf[];
  readonly relinks: readonly string[];
  readonly callees: Callee[] = [];
  readonly #methods: Callee[] = [];

  constructor(random: Random, structs: readonly StructShape[]) {
    this.structs = structs;
    this.largest = structs.at(-1)!;
    this.rows = [
      ...tables.map((element) => ({ text: `t_${element}`, element, count: 8, writable: false })),
      { text: 'words', element: 'u32', count: 8, writable: true },
      { text: 'links.row', element: 'u32', count: 8, writable: true },
    ];
    this.leaves = leavesOf(structs);
    this.relinks = relinksOf(structs);
    const statements = new Statements(new Expressions(random));
    const methods = structs.map((struct) => this.#methodsOf(struct, statements));
    const functions = ['cb0', 'cb1'].map((name) => this.#callback(name, statements));
    const globals = this.variables.map(({ name, type }) => ({
      name,
      type,
      value: initialText(type, statements.expressions),
    }));
    this.reset = globals.map(({ name, value }) => `  ${name} = ${value};\n`).join('') + linkReset;
    this.text =
      enums
      + structs.map((struct, index) => structText(struct, methods[index] ?? '')).join('\n')
      + globals.map(({ name, type, value }) => `let ${name}: ${type} = ${value};\n`).join('')
      + tables.map((element) => tableText(element, random)).join('')
      + links
      + structs.map(sizesText).join('')
      + functions.join('');
  }

  /** What a function can name; `own` are its parameters. */
  scope(own: readonly Variable[], bases: readonly Base[], callees: readonly Callee[], result: Scope['result']): Scope {
    const all = [...bases, { text: 'links.s!', struct: this.structs[0]! }];
    return {
      variables: [...this.variables, ...own],
      bases: all,
      rows: [...this.rows],
      callees: [...this.callees, ...methodCalls(all, this.#methods), ...callees],
      leaves: this.leaves,
      relinks: this.relinks,
      loops: [],
      result,
    };
  }

  #methodsOf(struct: StructShape, statements: Statements): string {
    const { random } = statements.expressions;
    const parameters = [random.pick(memoryTypes), random.pick(memoryTypes)];
    const result = random.pick(memoryTypes);
    const own = parameters.map((type, index) => ({ name: `q${index}`, type, mutable: true }));
    const scope = this.scope(own, [{ text: 'this', struct }], [], result);
    const parts: Part[] = statements.list(2, 1, { ...scope, callees: [] }, '    ');
    const value = statements.expressions.valueFor(result, 2, { ...scope, callees: [] });
    this.#methods.push({ name: `${struct.name}.mix`, parameters, result, bounded: false });
    const list = own.map(({ name, type }) => `${name}: ${type}`).join(', ');
    return print(text(`\n  mix(${list}): ${result} {\n`, ...parts, '    return ', value, ';\n  }\n'));
  }

  /** A function that pointers in memory point to. */
  #callback(name: string, statements: Statements): string {
    const scope = {
      ...this.scope([{ name: 'x', type: 'u32', mutable: true }], [{ text: 'other', struct: this.largest }], [], 'u32'),
      callees: [],
    };
    const parts: Part[] = statements.list(2, 1, scope, '  ');
    const value = statements.expressions.value('u32', 2, scope);
    if (this.callees.length === 0)
      this.callees.push({ name: 'links.f', parameters: ['u32'], result: 'u32', bounded: false });
    return print(text(`function ${name}(x: u32): u32 {\n`, ...parts, '  return ', value, ';\n}\n'));
  }
}

const tables: readonly MemoryType[] = ['u8', 'i16', 'u32', 'i64'];

const enums = `enum Plain { A, B = 5, C = -3, D = 0x7fffffff }
enum High { X, Y = 0x80000000, Z }
function twice<T>(): u32 { return sizeof<T>() * 2; }
`;

const links = `class Links { s: S0 | null; row: Ptr<u32>; f: (x: u32) => u32; }
let links!: Embed<Links>;
let spare!: Embed<S0>;
let words!: Arr<u32, 8>;
`;

const linkReset = `  links.s = spare;
  links.row = words;
  links.f = cb0;
  for (let i: u32 = 0; i < 8; i++) words[i] = i * 0x9e3779b9;
`;

/** Constants: TypeScript's parser takes `a << (sizeof<T>() & b)` for the beginning of type arguments. */
function sizesText({ name, fields }: StructShape): string {
  return `const SIZE_${name} = sizeof<${name}>(), LAST_${name} = offsetof<${name}>('${fields.at(-1)!.name}');
function twice${name}(): u32 { return twice<${name}>(); }
`;
}

function leavesOf(structs: readonly StructShape[]): Leaf[] {
  const sizes = structs.flatMap(({ name }) => [`SIZE_${name}`, `LAST_${name}`, `twice${name}()`]);
  return [
    ...['(Plain.B as i32)', '(Plain.C as i32)', '(Plain.D as i32)'].map((each) => ({
      text: each,
      type: 'i32' as const,
    })),
    ...['(High.Y as u32)', '(High.Z as u32)', "(char('~') as u32)", ...sizes].map((each) => ({
      text: each,
      type: 'u32' as const,
    })),
    { text: '(links.s === null)', type: 'bool' },
    { text: '(links.row !== words)', type: 'bool' },
    { text: '(addr(other) - addr(memory))', type: 'u32' },
  ];
}

/** `links.s` may come to point into the test's own memory, `links.row` into itself: the same cells by two names. */
function relinksOf([first, ...others]: readonly StructShape[]): string[] {
  const paths = others
    .at(-1)!
    .fields.filter((field) => field.element === first)
    .map((field) => `links.s = other.${field.name}${field.count === undefined ? '' : '[1]'}`);
  return ['links.s = spare', 'links.row = words', 'links.row = links.row', 'links.f = cb1', 'links.f = cb0', ...paths];
}

function methodCalls(bases: readonly Base[], methods: readonly Callee[]): Callee[] {
  return bases.flatMap(({ text: base, struct }) =>
    methods.filter(({ name }) => name === `${struct.name}.mix`).map((method) => ({ ...method, name: `${base}.mix` })),
  );
}

function initialText(type: MemoryType, expressions: Expressions): string {
  return promoted(type) === type ? print(expressions.literal(promoted(type))) : '7';
}

function tableText(element: MemoryType, random: Random): string {
  const values = Array.from({ length: 8 }, () => (isWide(element) ? `${random.word()}n` : String(random.below(120))));
  return `const t_${element}: Arr<${element}, 8> = [${values.join(', ')}];\n`;
}
