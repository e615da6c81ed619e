import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generateWrappers, interfaceNames } from '../../../src/compiler/wrappers/generate.ts';
import { readHeaders } from '../../../src/compiler/wrappers/read.ts';
import { usageOf, wrapperStatistics } from '../../../src/compiler/wrappers/statistics.ts';

const guest = new URL('guest/', import.meta.url);
const interfacePath = '../../../../src/guest/nooks/interface.ts';
const libraryPath = '../../../../src/guest/lib/memory.ts';

function read(name: string): string {
  return readFileSync(new URL(name, guest), 'utf8');
}

function generate(text: string, bodies: ReadonlyMap<string, string> = new Map()) {
  const { headers, problems } = readHeaders([{ file: './net.ts', text }]);
  const generated = generateWrappers({ headers, bodies, interfacePath, libraryPath });
  return { ...generated, headers, problems: [...problems, ...generated.problems] };
}

/** `UPDATE=1` rewrites the goldens; the difference is read in review. */
function expectGolden(name: string, text: string | undefined): void {
  if (process.env['UPDATE'] && text !== undefined) writeFileSync(new URL(name, guest), text);
  expect(text).toBe(read(name));
}

test.each(['net.wrappers.ts', 'objects.wrappers.ts'])('entry code of the sample header is the golden %s', (name) => {
  expectGolden(name, generate(read('net.ts')).entries.get(name));
});

test('skeletons of all bodies are the golden net.bodies.ts when there is none', () => {
  expectGolden('net.bodies.ts', generate(read('net.ts')).bodies.get('net.bodies.ts'));
});

test('generated lines fit 120 columns', () => {
  const { entries, bodies } = generate(read('net.ts'));
  for (const text of [...entries.values(), ...bodies.values()]) {
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  }
});

test('a body file that lacks nothing is left alone', () => {
  const { bodies, appended } = generate(read('net.ts'), new Map([['net.bodies.ts', read('net.bodies.ts')]]));
  expect([...bodies]).toEqual([]);
  expect(appended).toEqual([]);
});

test('a new function gains a skeleton below what was written by hand, which stays as it is', () => {
  const byHand = read('net.bodies.ts').replace(
    'return kmalloc(size, flags);',
    'return kmalloc(size + 4, flags); // by hand',
  );
  const added = '/** @inout dev */\nexport function netif_stop(dev: NetDevice, why: Link): void {}\n';
  const header = `${read('net.ts')}\n${added}`;
  const { bodies, appended } = generate(header, new Map([['net.bodies.ts', byHand]]));
  const text = bodies.get('net.bodies.ts') ?? '';
  expect(appended).toEqual(['nooks_wb_netif_stop']);
  expect(text.startsWith(byHand.trimEnd())).toBe(true);
  const appendix = text.slice(byHand.trimEnd().length);
  expect(appendix).toContain('export function nooks_wb_netif_stop(dev: NetDevice, why: Link): void {');
  // Names the file already imports are not imported twice.
  expect(appendix.match(/^import .*/gm)).toEqual(["import { Link, netif_stop } from './net.ts';"]);
});

test('a body written in another hand-written file counts as written', () => {
  const others = new Map([['timers.bodies.ts', generate(read('net.ts')).bodies.get('net.bodies.ts') ?? '']]);
  expect(generate(read('net.ts'), others).appended).toEqual([]);
});

test.each([
  ['/** @in skb */ export function f(x: u32): void {}', "@in names 'skb', which is not a parameter: write one of x"],
  [
    '/** @in x forever */ export function f(x: u32): void {}',
    "@in: 'forever' is not a lifetime (call, explicit, semantic), 'as Type' or 'size expression'",
  ],
  [
    '/** @object freed by f */ export class A { x: u32; }',
    '@object freed by f: write @object, @object release <function>, and mapped after it',
  ],
  [
    'export function f<T>(): T { return local<T>(); }',
    'f is a template, which is inlined into the extension: mark it @internal',
  ],
  [
    '/** @deferred */ export function f(x: u32): u32 { return x; }',
    'f is @deferred but returns u32: a call run later returns nothing',
  ],
  [
    'export function f(...x: VarArg[]): void {}',
    'f takes any number of arguments: name the function that takes their cells, @cells vf',
  ],
  [
    'export class A { f: (a: u64, b: u64, c: u64, d: u64) => void; }',
    'A_f takes 8 words: a function given to the kernel takes at most 7, pass a struct',
  ],
])('%s is refused', (text, message) => {
  const { problems } = generate(text);
  expect(problems).toEqual([{ place: { file: './net.ts', line: 1 }, message }]);
});

test('interface.ts declares exactly what generated code may import', () => {
  const text = readFileSync(new URL('../../../src/guest/nooks/interface.ts', import.meta.url), 'utf8');
  const declared = [...text.matchAll(/^export (?:declare function|class|const) (\w+)/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(declared.sort()).toEqual([...interfaceNames].sort());
});

test('statistics count wrappers, lines, and what two extensions share', () => {
  const { headers, entries, bodies } = generate(read('net.ts'));
  const nic = 'const ops: NetDeviceOps = { open, stop, xmit }; register_netdev(dev); netif_rx(skb); kmalloc(1, 2);';
  const timer = 'add_timer(t, 1n); kmalloc(3, 0); jiffies();';
  const usage = new Map([
    ['nic', usageOf(headers, [nic])],
    ['timer', usageOf(headers, [timer])],
  ]);
  const statistics = wrapperStatistics(headers, entries, bodies, usage);
  expect(statistics).toMatchObject({
    kernelFunctions: 13,
    extensionFunctions: 6,
    direct: 1,
    objectTypes: 5,
    shared: 1,
  });
  expect(statistics.byExtension).toEqual({
    nic: { kernel: 3, extension: 3, unshared: 5 },
    timer: { kernel: 2, extension: 0, unshared: 1 },
  });
  expect(statistics.generatedLines).toBe(linesOf(entries));
  expect(statistics.handLines).toBe(linesOf(bodies));
});

function linesOf(files: ReadonlyMap<string, string>): number {
  return [...files.values()].join('').split('\n').length - 1;
}
