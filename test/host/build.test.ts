/** `nooks build`: what is compiled when, what is written where, and what is said when something is wrong. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImageDescription } from '../../src/compiler/image.ts';
import { Layouts } from '../../src/compiler/layouts.ts';
import type { LayoutTable } from '../../src/compiler/layouts.ts';
import { build, chooseImages } from '../../src/host/build.ts';
import type { BuildRequest, Compile } from '../../src/host/build.ts';
import { UserError } from '../../src/host/user-error.ts';
import { parseElf } from '../../src/machine/image/elf.ts';
import { sample } from '../compiler/dwarf/sample.ts';
import { kernelImage, moduleImage } from '../support/image.ts';
import { assembled } from '../support/module.ts';
import { Scratch } from '../support/scratch.ts';

let scratch: Scratch;
beforeEach(() => { scratch = new Scratch(); });
afterEach(() => scratch.remove());

const kernel = kernelImage({ files: ['src/kernel/'], exports: ['outer'] });
const nic = moduleImage({ files: ['src/nic.ts'], imports: ['src/kernel/'] });

/** Stands in for the compiler: a file with `mistake` in it is refused; modules are `init_module: ret`. */
const compile: Compile = (files, { kind }) => {
  const diagnostics = [...files].flatMap(([file, text]) => text.split('\n').flatMap((line, index) => {
    const column = line.indexOf('mistake') + 1;
    const rule = 'syntax' as const;
    const place = { file, line: index + 1, column };
    return column === 0 ? [] : [{ ...place, rule, message: 'this is a mistake', advice: 'leave it out' }];
  }));
  if (diagnostics.length > 0) return { diagnostics };
  return { module: kind === 'kernel' ? sample : assembled('nic', '.globl init_module\ninit_module: ret'), diagnostics };
};

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(scratch.path(path)), { recursive: true });
    writeFileSync(scratch.path(path), text);
  }
}

let compiled: string[] = [];
async function run(images: readonly ImageDescription[], more: Partial<BuildRequest> = {}) {
  compiled = [];
  const counting: Compile = (files, image) => {
    compiled.push(image.name);
    return compile(files, image);
  };
  const results = await build({
    root: scratch.folder, out: scratch.path('out'), images, clean: false, loadCompiler: async () => counting, ...more,
  });
  return results.map(({ image, state }) => `${image.name} ${state}`);
}

const sources = {
  'src/kernel/main.ts': 'export const a = 1;', 'src/kernel/net/skb.ts': "export const b = 2;", 'src/kernel/x.d.ts': '',
  'src/nic.ts': "import { b } from './kernel/net/skb.ts';",
};

test('images are written with what tools need to know about them', async () => {
  put(sources);
  expect(await run([kernel, nic])).toEqual(['kernel built', 'nic built']);
  expect(readdirSync(scratch.path('out')).sort()).toEqual([
    '.nooks-build.json', 'kernel.elf', 'kernel.layouts.json', 'kernel.map', 'nic.debug', 'nic.layouts.json',
    'nic.o',
  ]);
  const elf = parseElf(scratch.read('out/kernel.elf'), 'kernel.elf');
  expect(elf.symbols.map(({ name }) => name)).toContain('__ksymtab');
  expect(readFileSync(scratch.path('out/kernel.map'), 'utf8')).toContain('80000000 T _start');
  const table = JSON.parse(readFileSync(scratch.path('out/kernel.layouts.json'), 'utf8')) as LayoutTable;
  expect(new Layouts(table).locate('Task', 'ticks').offset).toBe(24);
});

/** Each change, and what is built after it. */
const changes: readonly [name: string, change: () => void, built: readonly string[]][] = [
  ['nothing', () => {}, []],
  ['a file of one image', () => put({ 'src/kernel/main.ts': 'export const a = 2;' }), ['kernel']],
  ['a file that both are made from', () => put({ 'src/kernel/net/skb.ts': 'export const b = 3;' }), ['kernel', 'nic']],
  ['a new file in an image\'s folder', () => put({ 'src/kernel/new.ts': '' }), ['kernel']],
  ['a file that is gone', () => rmSync(scratch.path('src/kernel/main.ts')), ['kernel']],
  ['a file of nobody', () => put({ 'src/other.ts': '' }), []],
  ['what was built', () => put({ 'out/nic.o': 'something else' }), ['nic']],
  ['what was built, by removing it', () => rmSync(scratch.path('out/kernel.map')), ['kernel']],
  ['the record of what was built, to nonsense', () => put({ 'out/.nooks-build.json': '{' }), ['kernel', 'nic']],
];

test.each(changes)('after a change of %s, what depends on it is built again', async (_, change, built) => {
  put(sources);
  await run([kernel, nic]);
  change();
  await run([kernel, nic]);
  expect(compiled).toEqual(built);
  expect(await run([kernel, nic])).toEqual(['kernel unchanged', 'nic unchanged']);
});

test('another description of an image is another image', async () => {
  put(sources);
  await run([kernel]);
  expect(await run([{ ...kernel, exports: [] }])).toEqual(['kernel built']);
});

test('clean removes what was built, and nothing else', async () => {
  put({ ...sources, 'out/mine.txt': 'mine' });
  await run([kernel, nic]);
  expect(await run([nic], { clean: true })).toEqual(['nic built']);
  expect(readdirSync(scratch.path('out')).sort())
    .toEqual(['.nooks-build.json', 'mine.txt', 'nic.debug', 'nic.layouts.json', 'nic.o']);
});

test('mistakes are told with their line and a caret, and other images are built all the same', async () => {
  put({ ...sources, 'src/kernel/main.ts': 'const a = 1;\n\tconst b = mistake;\nmistake();' });
  const complaints: string[] = [];
  expect(await run([kernel, nic], { onImage: (built) => complaints.push(...built.complaints) }))
    .toEqual(['kernel failed', 'nic built']);
  expect(complaints).toEqual([
    'src/kernel/main.ts:2:12: this is a mistake; leave it out\n  \tconst b = mistake;\n  \t          ^',
    'src/kernel/main.ts:3:1: this is a mistake; leave it out\n  mistake();\n  ^',
  ]);
  expect(existsSync(scratch.path('out/kernel.elf'))).toBe(false);
});

test('mistakes leave what was built before as it was', async () => {
  put(sources);
  await run([kernel]);
  const before = scratch.read('out/kernel.elf');
  put({ 'src/kernel/main.ts': 'mistake' });
  await run([kernel]);
  expect(scratch.read('out/kernel.elf')).toEqual(before);
});

test('what cannot be linked is told as well', async () => {
  put(sources);
  const complaints: string[][] = [];
  await run([{ ...kernel, exports: ['kmalloc'] }], { onImage: (built) => complaints.push([...built.complaints]) });
  expect(complaints).toEqual([['kernel exports kmalloc, but none of its files does']]);
});

test.each<[name: string, images: readonly ImageDescription[], out: string, sentence: RegExp]>([
  ['a missing file', [{ ...nic, files: ['src/nothing.ts'] }], 'out',
    /^image nic is made of src\/nothing.ts, which is not there$/],
  ['a missing folder', [{ ...nic, files: ['src/nothing/'] }], 'out',
    /^cannot read src\/nothing\/, of which image nic is made: no such file or directory$/],
  ['an output folder that cannot be', [nic], 'src/nic.ts/out',
    /^cannot write .*nic.o: part of its path is not a directory$/],
  ['an output folder that is a file', [nic], 'src/nic.ts',
    /^cannot write .*nic.o: part of its path is not a directory$/],
])('%s is told in a sentence', async (_, images, out, sentence) => {
  put(sources);
  const failure = run(images, { out: scratch.path(out) });
  await expect(failure).rejects.toThrow(UserError);
  await expect(failure).rejects.toThrow(sentence);
});

test('images are chosen by name', () => {
  expect(chooseImages([kernel, nic], [])).toEqual([kernel, nic]);
  expect(chooseImages([kernel, nic], ['nic'])).toEqual([nic]);
  expect(() => chooseImages([kernel, nic], ['nick'])).toThrow('there is no image nick: choose from kernel, nic');
});
