/**
 * Programs that were once compiled wrongly, by the prototype or as the fuzzer found and reduced them: each `guest/`
 * file has a `check(index, round)` that is
 * called for every index below its `count`, in the oracle and in compiled code.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareText } from '../fuzz/compare.ts';
import { targets } from '../fuzz/targets.ts';

const folder = new URL('guest/', import.meta.url);
const interpreter = targets.find(({ name }) => name === 'interpreter')!;

test.each(readdirSync(folder).sort())('%s', { timeout: 60_000 }, async (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const count = Number(/export const count: u32 = (\d+)/.exec(text)?.[1]);
  expect(await compareText(text, interpreter, [...Array(count).keys()])).toEqual([]);
});
