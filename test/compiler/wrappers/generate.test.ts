import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { layer, objectTypes } from '../../../src/compiler/wrappers/layer.ts';
import { parseList } from '../../../src/compiler/wrappers/list.ts';
import { generate, guest, sample } from './sample.ts';

/** `UPDATE=1` rewrites the goldens; the difference is read in review. */
function expectGolden(name: string, text: string | undefined): void {
  const url = new URL(`nooks/${name}`, guest);
  if (process.env['UPDATE'] && text !== undefined) {
    mkdirSync(dirname(fileURLToPath(url)), { recursive: true });
    writeFileSync(url, text);
  }
  expect(text).toBe(readFileSync(url, 'utf8'));
}

const bodies = ['interposition/net.bodies.ts', 'interposition/debug.bodies.ts'];

test.each([
  'net.wrappers.ts', 'debug.wrappers.ts', 'structs.wrappers.ts', 'extension.table.ts', 'kernel.table.ts',
  'direct.table.ts',
])('what is generated of the sample interface is the golden %s', (name) => {
  expectGolden(`generated/${name}`, generate().entries.get(`generated/${name}`));
});

test.each(bodies)('skeletons of all bodies are the golden %s when there is none', (name) => {
  expectGolden(name, generate().bodies.get(name));
});

test('generated lines fit 120 columns', () => {
  const { entries, bodies: skeletons } = generate();
  for (const text of [...entries.values(), ...skeletons.values()]) {
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  }
});

const written = () => new Map(bodies.map((name) => [name, sample(`nooks/${name}`)]));

test('body files that lack nothing are left alone', () => {
  const { bodies: changed, appended } = generate({ bodies: written() });
  expect([...changed]).toEqual([]);
  expect(appended).toEqual([]);
});

test('a new function gains a skeleton below what was written by hand, which stays as it is', () => {
  const name = 'interposition/net.bodies.ts';
  const byHand = sample(`nooks/${name}`).replace('kmalloc(size, flags);', 'kmalloc(size + 4, flags); // by hand');
  const headers = { 'net.ts': `${sample('net.ts')}\nexport function netif_stop(dev: NetDevice, why: Link): void {}\n` };
  const list = sample('nooks/interface.txt').replace('poll_net', 'poll_net netif_stop');
  const made = generate({ list, headers, bodies: written().set(name, byHand) });
  const text = made.bodies.get(name) ?? '';
  expect(made.appended).toEqual(['body_netif_stop']);
  expect(text.startsWith(byHand.trimEnd())).toBe(true);
  const appendix = text.slice(byHand.trimEnd().length);
  expect(appendix).toContain('export function body_netif_stop(dev: NetDevice, why: Link): void {');
  // Names the file already imports are not imported twice.
  expect(appendix.match(/^import .*/gm)).toEqual(["import { netif_stop } from '../../net.ts';"]);
});

test('a body is found in whatever hand-written file it is', () => {
  const [net, debug] = bodies as [string, string];
  const together = new Map([[debug, sample(`nooks/${net}`) + sample(`nooks/${debug}`)]]);
  const { appended, entries } = generate({ bodies: together });
  expect(appended).toEqual([]);
  expect(entries.get('generated/net.wrappers.ts')).toContain("from '../interposition/debug.bodies.ts'");
});

test('what a dead target gives is an error number, unless a body says otherwise', () => {
  const name = 'interposition/net.bodies.ts';
  const entry = (text: string) =>
    generate({ bodies: written().set(name, text) }).entries.get('generated/net.wrappers.ts');
  const before = sample(`nooks/${name}`);
  expect(entry(before)).toMatch(/nooks_x_NetDevice_stop[^}]*return nooks_dead_target\(target\) as i32;/);
  const dead = 'export function dead_x_NetDevice_stop(dev: NetDevice, target: Target): i32 { return 1; }\n';
  expect(entry(before + dead)).toMatch(/nooks_x_NetDevice_stop[^}]*return dead_x_NetDevice_stop\(dev, target\);/);
});

test('an entry written by hand takes the place of the generated one', () => {
  const name = 'interposition/net.bodies.ts';
  const byHand = 'export function nooks_w_kfree(address: usize): void {}\n';
  const { entries } = generate({ bodies: written().set(name, sample(`nooks/${name}`) + byHand) });
  expect(entries.get('generated/net.wrappers.ts')).not.toContain('nooks_w_kfree');
  expect(entries.get('generated/kernel.table.ts')).toMatch(/nooks_w_kfree\b[^}]*\} from '..\/interposition\/net/);
});

describe('what is wrong is told with its place', () => {
  test.each([
    ['/** @in skb */ export function f(x: u32): void {}', "@in names 'skb', which is not a parameter: write one of x"],
    ['/** @in x forever */ export function f(x: u32): void {}', "@in: 'forever' is not 'as Type' or 'size expression'"],
    [
      '/** @deferred */ export function f(x: u32): usize { return x; }',
      'f is @deferred but returns usize: a call run later returns nothing, or 0',
    ],
    [
      'export function f(g: (a: u64, b: u64, c: u64, d: u64) => void): void {}',
      'f_g takes 8 words: a function given to the kernel takes at most 7, pass a struct',
    ],
    [
      'export function f(...x: VarArg[]): void {}',
      'f takes any number of arguments: only a text that they make can cross, so a format must stand before them',
    ],
  ])('in the header %s', (text, message) => {
    const { problems } = generate({ list: '[a]\nnet.ts f', headers: { 'net.ts': text } });
    expect(problems).toEqual([{ file: 'net.ts', line: 1, message }]);
  });

  test.each([
    ['net.ts f', 'no group is open: write [name] above'],
    ['[a]\n  f', 'no header is open: begin with its path'],
    ['[a]\nnet.ts f(', "'f(' is no name: write function, or Struct(field field)"],
    ['[a]\nnext.ts f', 'there is no next.ts'],
    ['[a]\nnet.ts f', 'net.ts exports no f'],
    ['[a]\nnet.ts Link', 'net.ts exports no Link'],
    ['[a]\nnet.ts NetDevice', 'NetDevice is neither a function, nor a struct with its fields: Struct(field field)'],
    ['[a]\nnet.ts NetDevice(open close)', 'NetDevice has no field close'],
    ['[a]\nnet.ts helper', 'helper is a template, which is inlined into the extension'],
  ])('in the list %j', (list, message) => {
    const { problems } = generate({ list });
    expect(problems).toEqual([{ file: 'interface.txt', line: list.split('\n').length, message }]);
  });

  test('a name that means two things', () => {
    const headers = { 'a.ts': 'export function f(): void {}', 'b.ts': 'export function f(): void {}' };
    const { problems } = generate({ list: '[a]\na.ts f\n[b]\nb.ts direct f', headers });
    expect(problems.map(({ message }) => message)).toEqual(['f is in a.ts and in b.ts']);
  });
});

test('a list goes on in indented lines, and says what is linked directly', () => {
  expect(parseList('interface.txt', sample('nooks/interface.txt')).groups[1]).toEqual({
    name: 'debug',
    headers: [
      { file: 'net.ts', direct: false, names: [{ name: 'printk', fields: undefined, line: 9 }] },
      { file: 'net.ts', direct: true, names: [{ name: 'jiffies', fields: undefined, line: 10 }] },
      { file: 'net.ts', direct: false, names: [{ name: 'Timer', fields: ['callback'], line: 11 }] },
    ],
  });
});

test('the fields of a struct may stand in several lines', () => {
  expect(parseList('interface.txt', '[a]\nnet.ts f A(b c)\n  A(d)').groups[0]?.headers[0]?.names).toEqual([
    { name: 'f', fields: undefined, line: 2 }, { name: 'A', fields: ['b', 'c', 'd'], line: 2 },
  ]);
});

test('the isolation layer has what generated code uses of it', () => {
  const read = (file: string) => readFileSync(new URL(`../../../src/guest/${file}`, import.meta.url), 'utf8');
  for (const [file, names] of layer) {
    const exported = [...read(file).matchAll(/^export (?:function|class|const) (\w+)/gm)].map((match) => match[1]);
    expect(exported, file).toEqual(expect.arrayContaining([...names]));
  }
  expect(read(objectTypes)).toContain('export const OBJECT_');
});
