import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UserError } from '../../src/host/user-error.ts';
import { writeWrappers } from '../../src/host/wrappers.ts';
import { Scratch } from '../support/scratch.ts';

const sample = new URL('../compiler/wrappers/guest/net.ts', import.meta.url);

function withScratch(story: (scratch: Scratch) => void): void {
  const scratch = new Scratch();
  try {
    story(scratch);
  } finally {
    scratch.remove();
  }
}

function write(scratch: Scratch, extensions: ReadonlyMap<string, string> = new Map()) {
  return writeWrappers({
    headers: [scratch.path('net.ts')],
    out: scratch.path('out'),
    extensions,
    interfaceFile: scratch.path('interface.ts'),
    libraryFile: scratch.path('memory.ts'),
  });
}

test('files are written beside each other; a second run leaves edited bodies alone', () =>
  withScratch((scratch) => {
    copyFileSync(sample, scratch.path('net.ts'));
    const first = write(scratch);
    expect(first.files.map((path) => path.split('/').pop())).toEqual([
      'net.wrappers.ts',
      'objects.wrappers.ts',
      'net.bodies.ts',
    ]);
    expect(readFileSync(scratch.path('out/net.wrappers.ts'), 'utf8')).toContain("from '../net.ts'");
    const bodies = scratch.path('out/net.bodies.ts');
    writeFileSync(bodies, `${readFileSync(bodies, 'utf8')}// by hand\n`);
    const second = write(scratch);
    expect(second.appended).toEqual([]);
    expect(readFileSync(bodies, 'utf8')).toMatch(/\/\/ by hand\n$/);
  }));

test('a header with a wrong annotation is refused with its place, and nothing is written', () =>
  withScratch((scratch) => {
    scratch.write('net.ts', '\n/** @in y */\nexport function f(x: u32): void {}\n');
    expect(() => write(scratch)).toThrow(
      new UserError(`${scratch.path('net.ts')}:2: @in names 'y', which is not a parameter: write one of x`),
    );
    expect(() => scratch.read('out/net.wrappers.ts')).toThrow();
  }));

test('a header that is not there is one sentence', () =>
  withScratch((scratch) => {
    expect(() => write(scratch)).toThrow(UserError);
  }));
