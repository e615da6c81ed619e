/** The rules of the house, checked over the whole tree. Each is also shown a planted offence, so that it can fail. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Fields, Owner } from '../src/machine/words/struct.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A file of the tree: its path from the top, with slashes, and its text. */
interface SourceFile { readonly path: string; readonly text: string }
/** A rule reads files and returns complaints, each naming a file. */
type Rule = (files: readonly SourceFile[]) => string[];

/**
 * What a folder of src may import, besides itself: dependencies point downward only. The guest's software is compiled,
 * never imported.
 */
const contract = ['isa', 'platform'];
const towers = ['machine', 'compiler'];
const studies = ['campaign', 'stress', 'profiler'];
const mayImport: Readonly<Record<string, readonly string[]>> = {
  isa: contract,
  platform: contract,
  machine: contract,
  compiler: contract,
  guest: contract,
  campaign: [...contract, ...towers],
  stress: [...contract, ...towers],
  profiler: [...contract, ...towers],
  host: [...contract, ...towers, ...studies],
  cli: [...contract, ...towers, ...studies, 'host'],
};

/** What an extension says of itself, and who may read it. */
const manifest = /^drivers\/[^/]+\/manifest\.ts$/;
const knowsExtensions = ['campaign', 'host', 'cli'];

/** What every folder may import. */
const shared = ['src/assert.ts', 'package.json'];

/** What may lie at the top, besides dotfiles and what .gitignore names. */
const topLevel = [
  'README.md', 'bench', 'drivers', 'package-lock.json', 'package.json', 'src', 'test', 'tsconfig.json', 'workers',
];

/** Where Node's own modules may be imported: the edge of the program, and what only runs by itself. */
const edge = /^(src\/(host|cli)|workers|bench|test)\//;
/** Files of src that nothing imports: a program starts there, the compiler reads them, or they only declare types. */
const entries = /^src\/(cli\/nooks\.(ts|mjs)|guest\/)|\.d\.ts$/;
const limits = { lines: 400, columns: 120, workerLines: 10 };

const lineCount = (text: string) => text.replace(/\n$/, '').split('\n').length;
const folderOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

interface Import { readonly module: string; readonly path: string | undefined }

/** What a file imports, by `import`, `export from` or `import()`. */
const importsOf = (file: SourceFile): Import[] =>
  find(file, /(?:^|[\s;}])from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm);
/** The files a file starts as threads or programs, by `new URL`. */
const startsOf = (file: SourceFile): Import[] => find(file, /new URL\('([^']+)', import\.meta/g);

function find({ path, text }: SourceFile, pattern: RegExp): Import[] {
  return [...text.matchAll(pattern)].map((match) => {
    const module = match.slice(1).find((group) => group !== undefined)!;
    return { module, path: module.startsWith('.') ? normalize(join(dirname(path), module)) : undefined };
  });
}

/** A complaint for every line on which a pattern is found. */
const forbid = (pattern: RegExp, complaint: string, where: (path: string) => boolean): Rule => (files) =>
  files.filter(({ path }) => where(path)).flatMap(({ path, text }) => text.split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${complaint}`] : [])));

const inFolder = (...folders: string[]) => (path: string) => folders.some((folder) => path.startsWith(`${folder}/`));

/** The rules, each with files that break it and the complaint about them. */
const rules: Readonly<Record<string, { rule: Rule; planted: SourceFile[]; complaint: string }>> = {
  'folders import only from those beneath them': {
    rule: (files) => files.flatMap((file) => {
      const from = folderOf(file.path);
      if (from === undefined) return [];
      return importsOf(file).flatMap(({ path }) => {
        if (path === undefined || shared.includes(path)) return [];
        if (manifest.test(path) && knowsExtensions.includes(from)) return [];
        const to = folderOf(path) ?? path;
        return to === from || mayImport[from]?.includes(to) ? [] : [`${file.path} imports ${path}`];
      });
    }),
    planted: [{ path: 'src/isa/a.ts', text: "import type { B } from '../machine/b.ts';" }],
    complaint: 'src/isa/a.ts imports src/machine/b.ts',
  },
  'every folder of src has its place among the layers': {
    rule: (files) => [...new Set(files.map(({ path }) => folderOf(path)))]
      .flatMap((folder) => (folder === undefined || folder in mayImport ? [] : [`src/${folder} has no place`])),
    planted: [{ path: 'src/util/a.ts', text: '' }],
    complaint: 'src/util has no place',
  },
  'only the edge imports what belongs to Node': {
    rule: (files) => files.filter(({ path }) => !edge.test(path)).flatMap((file) => importsOf(file)
      .flatMap(({ module }) => (module.startsWith('node:') ? [`${file.path} imports ${module}`] : []))),
    planted: [{ path: 'src/machine/a.ts', text: "import { readFileSync } from 'node:fs';" }],
    complaint: 'src/machine/a.ts imports node:fs',
  },
  'only the edge writes to the console': {
    rule: forbid(/(?<![.\w])console\.(log|info|warn|error|debug|trace|table|dir)\b/, 'writes to the console',
      (path) => path.startsWith('src/') && !inFolder('src/host', 'src/cli', 'src/guest')(path)),
    planted: [{ path: 'src/machine/a.ts', text: "const a = 1;\nconsole.log('here');" }],
    complaint: 'src/machine/a.ts:2 writes to the console',
  },
  'nothing of the product imports tests or benches': {
    rule: (files) => files.filter(({ path }) => inFolder('src', 'workers', 'drivers')(path))
      .flatMap((file) => importsOf(file).filter(({ path }) => inFolder('test', 'bench')(path ?? ''))
        .map(({ path }) => `${file.path} imports ${path}`)),
    planted: [{ path: 'workers/a.ts', text: "import { a } from '../test/support/a.ts';" }],
    complaint: 'workers/a.ts imports test/support/a.ts',
  },
  'the files of threads hold no logic': {
    rule: (files) => files.filter(({ path, text }) => inFolder('workers')(path) && lineCount(text) > limits.workerLines)
      .map(({ path }) => `${path} is longer than ${limits.workerLines} lines`),
    planted: [{ path: 'workers/a.ts', text: 'a();\n'.repeat(11) }],
    complaint: 'workers/a.ts is longer than 10 lines',
  },
  'a file fits five screens, but for pages of declarations': {
    rule: (files) => files.filter(({ path, text }) => !path.endsWith('.d.ts') && lineCount(text) > limits.lines)
      .map(({ path, text }) => `${path} has ${lineCount(text)} lines`),
    planted: [{ path: 'src/isa/a.ts', text: '\n'.repeat(401) }],
    complaint: 'src/isa/a.ts has 401 lines',
  },
  'a line fits 120 columns': {
    rule: forbid(new RegExp(`^.{${limits.columns + 1}}`, 'u'), 'is too long', () => true),
    planted: [{ path: 'test/a.ts', text: `\n${'x'.repeat(121)}` }],
    complaint: 'test/a.ts:2 is too long',
  },
  'nothing is left to do': {
    rule: forbid(/\b(TO[D]O|FIX[M]E|X[X]X)\b/, 'is unfinished', () => true),
    planted: [{ path: 'src/isa/a.ts', text: `// TO${'DO'}: later` }],
    complaint: 'src/isa/a.ts:1 is unfinished',
  },
  'no test is switched off or runs alone; one that says why it cannot run here is another matter': {
    rule: forbid(/\b(test|it|describe)(\.\w+)*\.((only|todo)\b|skip\(')/, 'switches tests off', inFolder('test')),
    planted: [{ path: 'test/a.test.ts', text: `test.concurrent.on${'ly'}('a', () => {});` }],
    complaint: 'test/a.test.ts:1 switches tests off',
  },
  'every file of src is used': {
    rule: (files) => {
      const used = new Set(files.flatMap((file) => [...importsOf(file), ...startsOf(file)]
        .map(({ path }) => path).filter((path) => path !== file.path)));
      return files.filter(({ path }) => path.startsWith('src/') && !entries.test(path) && !used.has(path))
        .map(({ path }) => `${path} is imported by nothing`);
    },
    planted: [{ path: 'src/isa/a.ts', text: '' }, { path: 'src/cli/nooks.ts', text: '' }],
    complaint: 'src/isa/a.ts is imported by nothing',
  },
};

const sources = readTree(['src', 'workers', 'bench', 'drivers', 'test']);

describe.each(Object.entries(rules))('%s', (_, { rule, planted, complaint }) => {
  test('in this tree', () => expect(rule(sources)).toEqual([]));
  test('or it is noticed', () => expect(rule(planted)).toEqual([complaint]));
});

test('imports are found however they are written', () => {
  const text = [
    "import a, { type B } from './a.ts';", "import {\n  b,\n} from '../b.ts';", "export * from './c.ts';",
    "import './d.ts';", "const e = await import('./e.ts');", "import { f } from 'node:fs';",
    "startThread(new URL('../../workers/g.ts', import.meta.url));",
  ].join('\n');
  const file = { path: 'src/isa/x.ts', text };
  expect(importsOf(file).map(({ module, path }) => path ?? module)).toEqual([
    'src/isa/a.ts', 'src/b.ts', 'src/isa/c.ts', 'src/isa/d.ts', 'src/isa/e.ts', 'node:fs',
  ]);
  expect(startsOf(file).map(({ path }) => path)).toEqual(['workers/g.ts']);
});

const strangers = (names: readonly string[], ignored: readonly string[]) =>
  names.filter((name) => !name.startsWith('.') && !ignored.includes(name) && !topLevel.includes(name));

test('the top level holds what it must and nothing else', () => {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').map((line) => line.replace(/\/$/, ''));
  expect(strangers(readdirSync(root), ignored)).toEqual([]);
  expect(strangers(['src', '.npmrc', 'build', 'notes.txt'], ['build'])).toEqual(['notes.txt']);
});

const owners: readonly Owner[] = ['hart', 'engine', 'device', 'machine', 'any'];

/** Fields without a known owner or a sentence, and fields that lie over the one before. */
function offences(struct: { fields: Fields; offset: Readonly<Record<string, number>> }): string[] {
  let next = 0;
  return Object.entries(struct.fields).flatMap(([name, { owner, about, count }]) => {
    const overlaps = struct.offset[name]! < next;
    next = struct.offset[name]! + count * 4;
    return [
      ...(owners.includes(owner) ? [] : [`${name} has no owner`]),
      ...(about.trim() === '' ? [`${name} says nothing`] : []),
      ...(overlaps ? [`${name} overlaps`] : []),
    ];
  });
}

test('every shared word has an owner, a meaning and a place of its own', async () => {
  const structs = new Map<string, Parameters<typeof offences>[0]>();
  for (const { path } of sources.filter((file) => /^src\/machine\/.*\.ts$/.test(file.path) && usesStruct(file.text))) {
    const module = await import(pathToFileURL(join(root, path)).href) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (isStruct(value)) structs.set(`${path} ${name}`, value);
    }
  }
  expect(structs.size).toBeGreaterThan(0);
  const found = [...structs].flatMap(([name, struct]) => offences(struct).map((offence) => `${name}: ${offence}`));
  expect(found).toEqual([]);
});

test('or it is noticed: a shared word without owner, meaning or place', () => {
  const field = (owner: string, about: string) => ({ owner: owner as Owner, about, count: 1 });
  expect(offences({
    fields: { a: field('nobody', 'a'), b: field('any', ''), c: field('hart', 'c') }, offset: { a: 0, b: 4, c: 4 },
  })).toEqual(['a has no owner', 'b says nothing', 'c overlaps']);
});

const usesStruct = (text: string) => /\bstruct\(/.test(text);
const isStruct = (value: unknown): value is Parameters<typeof offences>[0] =>
  typeof value === 'object' && value !== null && 'fields' in value && 'offset' in value && 'at' in value;

/** All TypeScript and JavaScript under the folders that exist. */
function readTree(folders: readonly string[]): SourceFile[] {
  const present = readdirSync(root);
  return folders.filter((folder) => present.includes(folder)).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?ts$|\.mjs$/.test(name))
      .map((name) => ({
        path: join(folder, name).replaceAll('\\', '/'),
        text: readFileSync(join(root, folder, name), 'utf8'),
      })));
}
