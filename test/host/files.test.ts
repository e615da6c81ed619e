import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt, readImage, readInput } from '../../src/host/files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nooks-files-'));
  mkdirSync(join(folder, 'directory'));
  writeFileSync(join(folder, 'good'), 'kernel');
  writeFileSync(join(folder, 'empty'), '');
  writeFileSync(join(folder, 'packed.gz'), gzipSync('kernel'));
  writeFileSync(join(folder, 'damaged.gz'), gzipSync('kernel').subarray(0, 12));
  writeFileSync(join(folder, 'secret'), 'x');
  chmodSync(join(folder, 'secret'), 0);
  symlinkSync('circle', join(folder, 'circle'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('a file is read, and unpacked when it is an image packed with gzip', () => {
  expect(text(readInput(join(folder, 'good'), 'kernel'))).toBe('kernel');
  expect(text(readImage(join(folder, 'good'), 'kernel'))).toBe('kernel');
  expect(text(readImage(join(folder, 'packed.gz'), 'kernel'))).toBe('kernel');
});

// the file, the sentence with * for the folder
const bad: [string, string][] = [
  ['missing', 'cannot read kernel */missing: no such file or directory'],
  ['directory', 'cannot read kernel */directory: it is a directory'],
  ['good/inner', 'cannot read kernel */good/inner: part of its path is not a directory'],
  ['circle', 'cannot read kernel */circle: too many symbolic links'],
  ['empty', 'cannot use kernel */empty: it is empty'],
  ['damaged.gz', 'cannot use kernel */damaged.gz: its gzip data is damaged or too large'],
];
test.each(bad)('%s: one sentence', (name, sentence) => {
  expect(() => readImage(join(folder, name), 'kernel')).toThrow(expect.objectContaining({
    name: 'UserError', message: sentence.replace('*', folder),
  }));
});

test.skipIf(process.getuid?.() === 0)('a file one may not read: one sentence (cannot be tested as root)', () => {
  expect(() => readInput(join(folder, 'secret'), 'disk')).toThrow(/^cannot read disk .*: permission is denied$/);
});

test('what is no failure of files stays what it is', () => {
  expect(() => attempt('cannot', () => { throw new TypeError('ours'); })).toThrow(TypeError);
});
