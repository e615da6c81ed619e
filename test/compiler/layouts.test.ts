/** Guest memory read by the names of structs and fields. */
import { expect, test } from 'vitest';
import { Layouts, layoutsOf } from '../../src/compiler/layouts.ts';
import type { GuestMemory, LayoutTable } from '../../src/compiler/layouts.ts';
import { sample } from './dwarf/sample.ts';

const i16 = { kind: 'int', name: 'i16', size: 2, signed: true } as const;
const u32 = { kind: 'int', name: 'u32', size: 4, signed: false } as const;
const i64 = { kind: 'int', name: 'i64', size: 8, signed: true } as const;

const table: LayoutTable = {
  structs: {
    ...layoutsOf(sample).structs,
    Pair: { size: 8, fields: { first: [0, i16], second: [4, u32] } },
    Outer: {
      size: 32,
      fields: {
        wide: [0, i64], pairs: [8, { kind: 'array', of: { kind: 'struct', name: 'Pair' }, count: 2 }],
        next: [24, { kind: 'pointer', to: { kind: 'struct', name: 'Outer' } }],
      },
    },
  },
  globals: layoutsOf(sample).globals,
};
// What the host keeps is JSON.
const layouts = new Layouts(JSON.parse(JSON.stringify(table)) as LayoutTable);

const base = 0x8000_2000;
const memoryOf = (words: readonly number[], text = ''): GuestMemory => {
  const bytes = new Uint8Array([...new Uint8Array(Uint32Array.from(words).buffer), ...new TextEncoder().encode(text)]);
  return (address, size) => {
    const at = address - base;
    return at < 0 || at + size > bytes.length ? undefined : bytes.subarray(at, at + size);
  };
};

const task = memoryOf([base, 42, 2, base + 32, 0x8000_0018, 0x0103_0201, 0x89ab_cdef, 0x0123_4567], 'idle\0');

test('a struct is read with all kinds of fields', () => {
  expect(layouts.read(task, 'Task', base)).toEqual({
    next: { address: base, to: { kind: 'struct', name: 'Task' } }, id: 42, state: 'Waiting',
    name: { address: base + 32, text: 'idle' }, run: { address: 0x8000_0018, to: undefined }, flags: [1, 2, 3],
    live: true, ticks: 0x0123_4567_89ab_cdefn,
  });
});

test('sizes and fields are the compiler\'s', () => {
  expect(layouts.size('Task')).toBe(32);
  expect(layouts.fields('Task')).toEqual(['next', 'id', 'state', 'name', 'run', 'flags', 'live', 'ticks']);
  expect(layouts.has('Task')).toBe(true);
  expect(layouts.has('Nobody')).toBe(false);
});

const outer = memoryOf([0xffff_fffe, 0xffff_ffff, 0x1234_8001, 7, 0x7fff, 9, base + 32, 0, 1, 0, 2, 3, 4, 5, base, 0]);

test.each<[path: string, value: unknown]>([
  ['wide', -2n], ['pairs[0].first', -0x7fff], ['pairs[0].second', 7], ['pairs[1].first', 0x7fff],
  ['pairs[1].second', 9],
  ['pairs[1]', { first: 0x7fff, second: 9 }],
])('field %s holds %s', (path, value) => {
  expect(layouts.field(outer, 'Outer', base, path)).toEqual(value);
});

test('a field of 32 bits is a number', () => {
  expect(layouts.number(outer, 'Outer', base, 'next')).toBe(base + 32);
  expect(layouts.number(outer, 'Outer', base, 'pairs[0].first')).toBe(-0x7fff);
  expect(layouts.number(task, 'Task', base, 'state')).toBe(2);
  expect(() => layouts.number(outer, 'Outer', base, 'wide')).toThrow('Outer.wide is no number of 32 bits');
});

test('a list is followed to its end, and no further than once around', () => {
  expect(layouts.list(outer, 'Outer', base, 'next')).toEqual([base, base + 32]);
  expect(layouts.list(task, 'Task', base, 'next')).toEqual([base]);
  expect(layouts.list(memoryOf([base + 32, 0, 0, 0, 0, 0, 0, 0]), 'Task', base, 'next')).toEqual([base, base + 32]);
  expect(layouts.list(task, 'Task', 0, 'next')).toEqual([]);
});

test('a global variable is read by its type', () => {
  expect(layouts.global(task, 'tasks', base)).toMatchObject({ id: 42 });
  expect(() => layouts.global(task, 'nothing', base)).toThrow('no global variable nothing');
});

test('what cannot be read is undefined', () => {
  expect(layouts.read(task, 'Task', base + 16)).toBeUndefined();
  expect(layouts.number(task, 'Task', 0, 'id')).toBeUndefined();
  const unended = memoryOf([base, 42, 9, base + 32, 0, 0, 0, 0], 'abc');
  expect(layouts.read(unended, 'Task', base))
    .toMatchObject({ state: 9, name: { address: base + 32, text: undefined } });
});

test('an unknown name is the caller\'s bug', () => {
  expect(() => layouts.read(task, 'Tusk', base)).toThrow('no struct Tusk');
  expect(() => layouts.locate('Task', 'nxt')).toThrow('no field nxt in Task');
  expect(() => layouts.locate('Outer', 'pairs[2]')).toThrow('no element 2');
});
