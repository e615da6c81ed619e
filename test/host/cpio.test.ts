/** Archives, by their format's description, and by what GNU cpio makes of them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpioArchive, type CpioEntry } from '../../src/host/cpio.ts';
import { Scratch } from '../support/scratch.ts';
import { hasTools } from '../support/tools.ts';

test('a header has thirteen fields of eight digits, and names and contents begin at multiples of four', () => {
  const archive = cpioArchive([{ path: 'a', mode: 0o100644, contents: Buffer.from('hello') }]);
  const field = (value: number) => value.toString(16).padStart(8, '0');
  const header = (ino: number, mode: number, links: number, size: number, name: number) =>
    `070701${[ino, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name, 0].map(field).join('')}`;
  expect(Buffer.from(archive).toString('latin1')).toBe([
    `${header(1, 0o100644, 1, 5, 2)}a\0`, 'hello\0\0\0', `${header(0, 0, 1, 0, 11)}TRAILER!!!\0\0\0\0`,
  ].join(''));
});

const files: readonly CpioEntry[] = [
  { path: 'folder', mode: 0o040755 },
  { path: 'folder/empty', mode: 0o100600, contents: new Uint8Array(0) },
  { path: 'folder/program', mode: 0o100755, contents: Uint8Array.from({ length: 5001 }, (_, index) => index) },
  { path: 'a name with ü', mode: 0o100644, contents: Buffer.from('four') },
];

const hasCpio = hasTools(['cpio']);
test.skipIf(!hasCpio)(`GNU cpio unpacks what was packed ${hasCpio ? '' : '(needs cpio)'}`, () => {
  const scratch = new Scratch();
  try {
    mkdirSync(scratch.path('out'));
    const { status } = spawnSync('cpio', ['-i', '--quiet'], { cwd: scratch.path('out'), input: cpioArchive(files) });
    expect(status).toBe(0);
    for (const { path, mode, contents } of files) {
      const unpacked = scratch.path(`out/${path}`);
      expect(statSync(unpacked).mode, path).toBe(mode);
      if (contents) expect(readFileSync(unpacked), path).toEqual(Buffer.from(contents));
    }
  } finally {
    scratch.remove();
  }
});
