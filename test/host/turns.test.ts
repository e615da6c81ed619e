/** One process at a time writes a folder, and one that was killed is none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeTurn } from '../../src/host/turns.ts';
import { Scratch } from '../support/scratch.ts';

const scratch = new Scratch();
afterAll(() => scratch.remove());

test('a turn is refused while another is held, and numbers go on', () => {
  const folder = scratch.path('held'), first = takeTurn(folder, 'this');
  expect(() => takeTurn(folder, 'this')).toThrow(`process ${process.pid} is at work on this`);
  first.end();
  const second = takeTurn(folder, 'this');
  second.end();
  expect([first.number, second.number]).toEqual([1, 2]);
});

test('the turn of a process that was killed is over, even if its number is used again', async () => {
  const folder = scratch.path('killed'), file = join(folder, '0001.json');
  takeTurn(folder, 'this').end();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const began = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\)/s, '').split(' ')[20];
  rmSync(join(folder, '0001.ended'));
  writeFileSync(file, JSON.stringify({ pid: child.pid, began }));
  expect(() => takeTurn(folder, 'this')).toThrow(`process ${child.pid} is at work on this`);
  writeFileSync(file, JSON.stringify({ pid: child.pid, began: '1' }));
  takeTurn(folder, 'this').end();
  rmSync(join(folder, '0002.ended'));
  writeFileSync(join(folder, '0002.json'), JSON.stringify({ pid: child.pid, began }));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(takeTurn(folder, 'this').number).toBe(3);
});

/** Says that it is ready, takes a turn once it is told to go on, says its number, and holds it until its input ends. */
const contender = `
  import { once } from 'node:events';
  const { takeTurn } = await import(process.argv[1]);
  console.log('ready');
  await once(process.stdin, 'data');
  try { console.log(takeTurn(process.argv[2], 'this').number); } catch (error) { console.log(error.name); }
  process.stdin.resume();
`;

test('of many processes that try at once, one gets the turn', async () => {
  const folder = scratch.path('many'), module = new URL('../../src/host/turns.ts', import.meta.url).href;
  takeTurn(folder, 'this').end();
  const words = ['--import', 'tsx', '--input-type=module', '-e', contender, module, folder];
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] }));
  const lineOf = async (child: (typeof children)[number]) => String((await once(child.stdout, 'data'))[0]).trim();
  expect(new Set(await Promise.all(children.map(lineOf)))).toEqual(new Set(['ready']));
  const answers = Promise.all(children.map(lineOf));
  for (const child of children) child.stdin.write('go\n');
  expect((await answers).sort()).toEqual(['2', ...Array.from({ length: 5 }, () => 'UserError')]);
  for (const child of children) child.stdin.end();
  await Promise.all(children.map((child) => once(child, 'close')));
  expect(readdirSync(folder).sort()).toEqual(['0001.ended', '0001.json', '0002.json']);
}, 60_000);
