/** A project as small as can be, with a copy of the file that bundles the real one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync,
} from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startThread } from '../../src/host/thread.ts';
import { inSources } from '../../src/host/source-stack.ts';
import { projectFolder } from '../support/compiled.ts';
import { Scratch } from '../support/scratch.ts';

let project: Scratch;
beforeEach(() => {
  project = new Scratch();
  for (const folder of ['src/host', 'src/cli', 'src/guest', 'workers']) {
    mkdirSync(project.path(folder), { recursive: true });
  }
  project.write('package.json', '{ "type": "module", "dependencies": { "typescript": "6" } }');
  project.write('package-lock.json', '{}');
  project.write('tsconfig.json', '{}');
  project.write('src/cli/nooks.ts', 'const words: string = "one"; console.log(words);');
  project.write('workers/hart.ts', 'console.log(new URL("../../x", import.meta.url).href);');
  copyFileSync(`${projectFolder}src/host/bundle.mjs`, project.path('src/host/bundle.mjs'));
  symlinkSync(`${projectFolder}node_modules`, project.path('node_modules'));
});
afterEach(() => project.remove());

/** What a process of its own, with further environment, says is the bundle: a URL, or `undefined`. */
async function bundle(environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const script = `import { freshBundle } from './src/host/bundle.mjs'; process.stdout.write(String(freshBundle()));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: project.folder, env: { ...process.env, NOOKS_NO_BUNDLE: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => { text += part; });
  await once(child, 'close');
  return text;
}

const folders = () => readdirSync(project.path('build/bundle'));

describe('the typescript package', () => {
  /** Says what it has of the parser, and starts from what V8 compiled of it. */
  async function start(): Promise<{ program: string; output: string; kept: string }> {
    copyFileSync(`${projectFolder}src/host/typescript.mjs`, project.path('src/host/typescript.mjs'));
    project.write('src/cli/nooks.ts', 'import ts from "typescript"; console.log(typeof ts.createSourceFile);');
    const program = fileURLToPath(`${await bundle()}src/cli/nooks.js`);
    const output = project.run(process.execPath, program);
    const [kept, ...more] = readdirSync(project.path('build/code'));
    expect(more).toEqual([]);
    return { program, output, kept: project.path(`build/code/${kept}`) };
  }

  test('is not imported, and the code that V8 made of it is kept for the next process', async () => {
    const { program, output, kept } = await start();
    expect(output).toBe('function\n');
    expect(readFileSync(program, 'utf8')).not.toMatch(/(?:from|import) *["']typescript["']/);
    const { ino } = statSync(kept);
    expect(project.run(process.execPath, program)).toBe('function\n');
    expect(statSync(kept).ino).toBe(ino);
  });

  test.each([
    ['is something else', () => Buffer.from('something else')],
    ['was made by another version of V8', (code: Buffer) => code.fill(0xff, 0, 16)],
    ['is cut off', (code: Buffer) => code.subarray(0, code.length >> 1)],
  ])('is compiled again where what was kept %s', { timeout: 30_000 }, async (_, damage) => {
    const { program, kept } = await start();
    const { ino } = statSync(kept);
    writeFileSync(kept, damage(readFileSync(kept)));
    expect(project.run(process.execPath, program)).toBe('function\n');
    expect(statSync(kept).ino).not.toBe(ino);
  });
});

test('a bundle is made once, and again when a source changes; the guest\'s sources do not matter', async () => {
  const first = await bundle();
  expect(project.run(process.execPath, fileURLToPath(`${first}src/cli/nooks.js`))).toBe('one\n');
  project.write('src/guest/kernel.ts', 'let a: i32 = 1;');
  expect(await bundle()).toBe(first);
  project.write('src/cli/nooks.ts', 'const words: string = "two!"; console.log(words);');
  const second = await bundle();
  expect(second).not.toBe(first);
  expect(project.run(process.execPath, fileURLToPath(`${second}src/cli/nooks.js`))).toBe('two!\n');
});

test('code in a bundle names the files of the project as it does in its place', async () => {
  const output = project.run(process.execPath, fileURLToPath(`${await bundle()}workers/hart.js`));
  expect(output).toBe(`${pathToFileURL(project.path('x')).href}\n`);
});

test('processes that make one bundle at once all get it', async () => {
  const all = await Promise.all([bundle(), bundle(), bundle()]);
  expect(new Set(all).size).toBe(1);
  expect(all[0]).toBe(`${pathToFileURL(project.path(`build/bundle/${folders()}`)).href}/`);
});

test('bundles that have not been used for longest are removed', async () => {
  for (let age = 1; age <= 40; age++) {
    const folder = project.path(`build/bundle/old-${age}`);
    mkdirSync(folder, { recursive: true });
    utimesSync(folder, Date.now() / 1000 - age, Date.now() / 1000 - age);
  }
  const made = await bundle();
  expect(folders().length).toBe(32);
  expect(folders()).toContain(made.split('/').at(-2));
  expect(folders()).toContain('old-31');
});

// why there is no bundle, what brings it about
const obstacles: [string, () => NodeJS.ProcessEnv | void][] = [
  ['it is not wanted', () => ({ NOOKS_NO_BUNDLE: '1' })],
  ['its folder cannot be written', () => { project.write('build', 'a file'); }],
  ['a source has a mistake in it', () => { project.write('workers/hart.ts', 'let = ;'); }],
  ['esbuild is not installed', () => { rmSync(project.path('node_modules')); }],
];
test.each(obstacles)('there is no bundle when %s', async (_, obstruct) => {
  expect(await bundle(obstruct() ?? {})).toBe('undefined');
});

test('threads start from the bundle, and their stack traces name sources', async () => {
  const thread = startThread(new URL('../../workers/io.ts', import.meta.url), { workerData: {} });
  const [{ stack }] = await once(thread, 'error') as [Error];
  expect(stack).toContain('build/bundle/');
  const [, path = '', line = ''] = /\((\S+\/src\/\S+\.ts):(\d+):\d+\)/.exec(inSources(`${stack}`)) ?? [];
  expect(readFileSync(path, 'utf8').split('\n')[Number(line) - 1]).toMatch(/\S/);
});
