import { expect, test } from 'vitest';
import { check } from '../../../src/compiler/check/checker.ts';
import { formatDiagnostic } from '../../../src/compiler/diagnostic.ts';
import { expression, print, statement, text } from './node.ts';
import { programText, randomBatch } from './program.ts';
import { reduce } from './reduce.ts';

const image = { kind: 'module', name: 'fuzz', files: ['program.ts'], imports: [], exports: 'all' } as const;

test('a seed gives one program, another seed another', () => {
  expect(programText(randomBatch(7, 5))).toBe(programText(randomBatch(7, 5)));
  expect(programText(randomBatch(7, 5))).not.toBe(programText(randomBatch(8, 5)));
});

test('a function does not depend on how many there are in its batch', () => {
  expect(print(randomBatch(7, 9).functions[4]!)).toBe(print(randomBatch(7, 5).functions[4]!));
});

test.each([11, 12, 13])('random programs are programs of the dialect (seed %d)', (seed) => {
  const { diagnostics } = check(new Map([['program.ts', programText(randomBatch(seed, 20))]]), image);
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
});

test('among a few functions there is everything the fuzzer is for', () => {
  const all = programText(randomBatch(3, 60));
  const wanted = [
    'for (',
    'while (',
    'do {',
    'switch (',
    'default:',
    'break',
    'continue',
    'return (',
    '>>>',
    '<<',
    ' / ',
    ' % ',
    '&& ',
    '|| ',
    'wide(',
    'hi32(',
    'i64of(',
    ' as i8',
    '.mix(',
    'links.f(',
    'local<Arr',
    'local<S',
    '++',
    '-=',
    ': bool',
    '@noinline',
    'mulhu(',
    '?',
  ];
  expect(wanted.filter((each) => !all.includes(each))).toEqual([]);
});

test('the reducer keeps what fails and nothing else', async () => {
  const bad = expression(
    'u32',
    '(',
    expression('u32', 'a'),
    ' % ',
    expression('u32', '(', expression('u32', 'b'), ' + ', expression('u32', '3'), ')'),
    ')',
  );
  const root = text(
    statement('x = ', expression('u32', '(', expression('u32', 'y'), ' * 2)'), ';\n'),
    statement(
      'if (c) {\n',
      statement('z = 1;\n'),
      statement('r = ', expression('u32', '(', bad, ' + ', expression('u32', 'q'), ')'), ';\n'),
      '}\n',
    ),
    statement('w = 4;\n'),
  );
  const small = await reduce(root, async (node) => print(node).includes('%'), 1000);
  expect(print(small)).toBe('r = (a % b);\n');
});

test('the reducer stops after its trials', async () => {
  let trials = 0;
  await reduce(text(...Array.from({ length: 50 }, () => statement('x = 1;\n'))), async () => ++trials < 0, 7);
  expect(trials).toBe(7);
});
