/** `nooks build` as a user meets it, with the shipped images and the real compiler. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { Machine } from '../../src/host/machine.ts';
import { Scratch } from '../support/scratch.ts';

let scratch: Scratch;
let printed: string[];
beforeEach(() => {
  scratch = new Scratch();
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  scratch.remove();
});

async function nooks(...words: readonly string[]): Promise<{ status: number; said: string; complaints: string[] }> {
  printed = [];
  const complaints: string[] = [];
  const status = await main(['build', '--out', scratch.path('out'), ...words], (line) => complaints.push(line));
  return { status, said: printed.join(''), complaints };
}

test('images are built once, and run', async () => {
  const first = await nooks('hello');
  expect(first).toMatchObject({ status: 0, complaints: [] });
  expect(first.said).toMatch(/^hello: built in [\d.]+ s\n1 image: 1 built in [\d.]+ s\n$/);
  expect((await nooks('hello')).said).toMatch(/^1 image: 1 unchanged in [\d.]+ s\n$/);
  expect((await nooks('hello', '--verbose')).said)
    .toMatch(/^hello: unchanged in [\d.]+ s\n( {2}\/.*\n){3}1 image: 1 unch/);
  expect((await nooks('hello', '--clean')).said).toMatch(/^hello: built/);
  const machine = await Machine.create({ image: scratch.path('out/hello.elf') });
  expect(await machine.run({ maxInstructions: 100_000 })).toMatchObject({ kind: 'exit', status: 0 });
  expect(machine.console).toBe('hello, world\n');
  await machine.dispose();
}, 30_000);

test('when nothing has changed, it takes less than 0.3 s', async () => {
  await nooks();
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await nooks();
    times.push(performance.now() - start);
  }
  expect(Math.min(...times)).toBeLessThan(300); // the machine may be busy with something else at one time
}, 30_000);

test('an image that there is not is told with those that there are', async () => {
  expect(await nooks('hullo')).toEqual({
    status: 2, said: '', complaints: [expect.stringMatching(/^nooks: there is no image hullo: choose from hello/)],
  });
  expect(readdirSync(scratch.folder)).toEqual([]);
});
