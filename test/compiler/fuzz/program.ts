/** Batches of random functions with what they share: structs, globals, helpers, and a harness that runs and hashes. */
import { Expressions } from './expressions.ts';
import { type Part, print, text, type TextNode } from './node.ts';
import { Random } from './random.ts';
import type { Callee, Scope, Variable } from './scope.ts';
import { fillText, type MemoryType, memoryTypes, promoted, randomStructs } from './shapes.ts';
import { Shared } from './shared.ts';
import { Statements } from './statements.ts';

/** A batch: text common to all, and the functions with the helpers that only they call. */
export interface Batch {
  readonly seed: number;
  readonly shared: string;
  /** Texts of `f0`, `f1`... with their helpers before them. */
  readonly functions: readonly TextNode[];
}

/** Inputs each function is run with. */
export const rounds = 8;

const testParameters = 'm: S2, a: u32, b: i32, c: u64, d: i64';
const parameters: readonly Variable[] = [
  { name: 'a', type: 'u32', mutable: true },
  { name: 'b', type: 'i32', mutable: true },
  { name: 'c', type: 'u64', mutable: true },
  { name: 'd', type: 'i64', mutable: true },
];

export function randomBatch(seed: number, count: number): Batch {
  const random = new Random(seed);
  const structs = randomStructs(random);
  const shared = new Shared(random, structs);
  return {
    seed,
    shared: shared.text + sharedHarness(shared),
    functions: Array.from({ length: count }, (_, index) => randomFunction(new Random(seed, index + 1), index, shared)),
  };
}

/** The batch's program, or with `only` that of some functions, which keep their numbers. */
export function programText(batch: Batch, only?: ReadonlyMap<number, TextNode>): string {
  const chosen = only ?? new Map(batch.functions.map((node, index) => [index, node]));
  const numbers = [...chosen.keys()];
  return batch.shared + [...chosen.values()].map(print).join('\n') + harness(numbers);
}

function randomFunction(random: Random, index: number, shared: Shared): TextNode {
  const statements = new Statements(new Expressions(random));
  const helpers: Callee[] = [];
  const parts: Part[] = [];
  const count = random.weighted([
    [4, 0],
    [4, 1],
    [2, 2],
    [1, 3],
  ] as const);
  for (let k = 0; k < count; k++) parts.push(helper(statements, `h${index}_${k}`, helpers, shared));
  const bases = [
    { text: 'm', struct: shared.largest },
    { text: 'other', struct: shared.largest },
  ];
  const scope = shared.scope(parameters, bases, helpers, 'u64');
  const pointer = helpers.length > 0 && random.oneIn(2) ? functionPointer(statements, scope, random) : [];
  const body = [...pointer, ...statements.list(random.weighted(sizes)(random), 3, scope, '  ')];
  parts.push(`function f${index}(${testParameters}): u64 {\n`, ...body, ...mix(scope.variables, 'u64'), '}\n');
  return text(...parts);
}

/** Statements of a function: mostly few, so that there can be many functions; some with all registers taken. */
const sizes: readonly (readonly [number, (random: Random) => number])[] = [
  [6, (random) => 1 + random.below(4)],
  [3, (random) => 4 + random.below(6)],
  [1, (random) => 10 + random.below(20)],
];

/** A function with its own parameters and result; every kind of type, sometimes more than fit in registers. */
function helper(statements: Statements, name: string, helpers: Callee[], shared: Shared): TextNode {
  const random = statements.expressions.random;
  const bounded = random.oneIn(4);
  const parameters: MemoryType[] = Array.from({ length: random.oneIn(4) ? random.below(14) : random.below(5) }, () =>
    random.pick(memoryTypes),
  );
  if (bounded) parameters.unshift('u32');
  const result: MemoryType | 'void' = random.oneIn(6) ? 'void' : random.pick(memoryTypes);
  const value = result === 'void' ? 'void' : promoted(result);
  const own = parameters.map((type, index) => ({ name: `q${index}`, type, mutable: !(bounded && index === 0) }));
  const callees = helpers.filter((each) => !each.bounded).slice(-1);
  const scope = shared.scope(own, [{ text: 'other', struct: shared.largest }], callees, result);
  const tag = random.pick(['', '', '/** @inline */ ', '/** @noinline */ ']);
  const list = own.map((each) => `${each.name}: ${each.type}`).join(', ');
  const callee: Callee = { name, parameters, result, bounded };
  const first = bounded ? recursion(statements, callee, scope) : [];
  const body = [...first, ...statements.list(1 + random.below(5), 1, scope, '  ')];
  const end = value === 'void' ? [] : mix(scope.variables, value);
  helpers.push(callee);
  return text(
    `${bounded && tag.includes('@inline') ? '' : tag}function ${name}(${list}): ${result} {\n`,
    ...body,
    ...end,
    '}\n',
  );
}

/** Returns at zero; otherwise calls itself once with a smaller first argument and keeps the result. */
function recursion(statements: Statements, callee: Callee, scope: Scope): Part[] {
  const { expressions } = statements;
  const stop = callee.result === 'void' ? 'return' : text('return ', expressions.valueFor(callee.result, 2, scope));
  const rest = callee.parameters.slice(1).flatMap((parameter) => [', ', expressions.valueFor(parameter, 2, scope)]);
  const call = [`${callee.name}(q0 - 1`, ...rest, ')'];
  const parts: Part[] = ['  if (q0 === 0 || q0 > 7) ', stop, ';\n'];
  if (callee.result === 'void') return [...parts, '  ', ...call, ';\n'];
  const name = statements.fresh('w');
  scope.variables.push({ name, type: callee.result, mutable: true });
  return [...parts, `  let ${name}: ${callee.result} = `, ...call, ';\n'];
}

/** A variable that holds the address of a helper, or of one of two alike. */
function functionPointer(statements: Statements, scope: Scope, random: Random): Part[] {
  const helpers = scope.callees.filter((each) => /^h\d/.test(each.name));
  const target = random.pick(helpers);
  const name = statements.fresh('fp');
  const types = target.parameters.map((type, index) => `x${index}: ${type}`).join(', ');
  const others = helpers.filter((each) => sameShape(each, target));
  const value: Part[] =
    others.length > 1
      ? [statements.expressions.value('bool', 2, scope), ` ? ${random.pick(others).name} : ${target.name}`]
      : [target.name];
  scope.callees.push({ ...target, name });
  return [`  const ${name}: (${types}) => ${target.result} = `, ...value, ';\n'];
}

function sameShape(a: Callee, b: Callee): boolean {
  return a.result === b.result && a.bounded === b.bounded && a.parameters.join() === b.parameters.join();
}

/** Ends a function with a result in which every variable in scope has a part. */
function mix(variables: readonly Variable[], type: 'u64' | MemoryType): Part[] {
  const terms = variables
    .filter((variable) => !variable.name.startsWith('g'))
    .map(({ name, type: from }) => {
      const value = promoted(from);
      if (value === 'bool') return `  mixed = mixed * 31n + (${name} ? 1n : 0n);\n`;
      if (value === 'u64') return `  mixed = mixed * 31n + ${name};\n`;
      if (value === 'i64') return `  mixed = mixed * 31n + (${name} as u64);\n`;
      return `  mixed = mixed * 31n + u64of(${name});\n`;
    });
  return [text('  let mixed: u64 = 7n;\n', ...terms), `  return ${resultText(type)};\n`];
}

function resultText(type: MemoryType): string {
  switch (type) {
    case 'u64':
      return 'mixed';
    case 'i64':
      return 'mixed as i64';
    case 'bool':
      return '(mixed & 4n) !== 0n';
    case 'i32':
      return '(hi32(mixed) ^ lo32(mixed)) as i32';
    default:
      return 'hi32(mixed) ^ lo32(mixed)';
  }
}

function sharedHarness({ largest, structs: [first], reset }: Shared): string {
  return `
let memory!: Embed<S2>;
let other!: Embed<S2>;
let state: u32 = 1;

function next(): u32 {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  const choice = state & 0x700;
  if (choice === 0) return 0;
  if (choice === 0x100) return state >>> 28;
  if (choice === 0x200) return 0xffffffff;
  if (choice === 0x300) return 0x80000000;
  if (choice === 0x400) return (state >>> 24) - 128;
  return state;
}

/** @noinline */
function fill(s: S2): void {
${fillText(largest, 's', 'next()', '  ')}}

function fillSpare(): void {
${fillText(first!, 'spare', 'next()', '  ')}}

/** @noinline */
function hash(h: u32, from: usize, size: u32): u32 {
  const bytes = cast<Ptr<u8>>(from);
  for (let i: u32 = 0; i < size; i++) h = (h ^ bytes[i]) * 16777619;
  return h;
}

/** @noinline */
function reset(): void {
${reset}  fillSpare();
  fill(memory);
  fill(other);
}

function globals(): u64 {
  let mixed: u64 = 0n;
${mixGlobals()}  return mixed;
}
`;
}

function mixGlobals(): string {
  return memoryTypes.map((type, index) => `  mixed = mixed * 31n + ${globalText(type, `g${index}`)};\n`).join('');
}

function globalText(type: MemoryType, name: string): string {
  if (type === 'bool') return `(${name} ? 1n : 0n)`;
  return type === 'u64' ? name : type === 'i64' ? `(${name} as u64)` : `u64of(${name})`;
}

/** `check` runs one function on one input and gives a hash of its result and of all memory it can reach. */
function harness(numbers: readonly number[]): string {
  return `
const tests: Arr<(${testParameters}) => u64, ${numbers.length}> = [${numbers.map((number) => `f${number}`).join(', ')}];
/** Their numbers in the batch, from which their inputs follow. */
const ids: Arr<u32, ${numbers.length}> = [${numbers.join(', ')}];

export function check(index: u32, round: u32): u32 {
  state = (ids[index] * 7919 + round * 104729) | 1;
  reset();
  const a = next(), b = next() as i32, c = wide(next(), next()), d = wide(next(), next()) as i64;
  const result = tests[index](memory, a, b, c, d);
  const all = globals();
  let h: u32 = lo32(result) * 31 + hi32(result);
  h = h * 31 + lo32(all);
  h = h * 31 + hi32(all);
  h = hash(h, addr(memory), sizeof<S2>());
  h = hash(h, addr(other), sizeof<S2>());
  h = hash(h, addr(spare), sizeof<S0>());
  return hash(h, addr(words), 32);
}

export const count: u32 = ${numbers.length};
`;
}
