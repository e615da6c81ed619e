import { expect, test } from 'vitest';
import { check } from '../../../src/compiler/check/checker.ts';
import { rules } from '../../../src/compiler/rules.ts';
import { files, rows } from './rows.ts';

const image = {
  kind: 'module',
  name: 'wrong',
  files: ['main.ts', 'other.ts'],
  imports: ['outside.ts'],
  exports: 'all',
} as const;

/** What the compiler says first of a program. */
function firstOf(text: string) {
  const { diagnostics } = check(new Map([...Object.entries(files), ['main.ts', text]]), image);
  return diagnostics[0];
}

test.each(rows)('%s: %s', { timeout: 30_000 }, (rule, text, message) => {
  expect(firstOf(text)).toMatchObject({ rule, message });
});

test('every rule has a program that breaks it', () => {
  const broken = new Set<string>(rows.map(([rule]) => rule));
  expect(Object.keys(rules).filter((rule) => !broken.has(rule))).toEqual([]);
});

test('a right program is not refused', () => {
  expect(firstOf('export function f(a: u32): u32 { return a + 1; }')).toBeUndefined();
});

test('several mistakes are told in one run, each once, in the order of the text', () => {
  const { diagnostics } = check(
    new Map([['main.ts', 'let x: any;\nfunction f(): u32 { return y + z; }\nfunction g(): void { return 1; }\n']]),
    image,
  );
  expect(diagnostics.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual([
    '1:8 anyType',
    '2:28 unknownName',
    '2:32 unknownName',
    '3:22 returnValue',
  ]);
});
