import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { deadBody, extensionBody, kernelBody } from '../../src/compiler/wrappers/names.ts';
import { projectFolder } from '../../src/host/shipped.ts';
import { UserError } from '../../src/host/user-error.ts';
import { wrapperReport } from '../../src/host/wrapper-report.ts';
import { generateFor, writeWrappers } from '../../src/host/wrappers.ts';
import { Scratch } from '../support/scratch.ts';

const sample = fileURLToPath(new URL('../compiler/wrappers/guest', import.meta.url));

function withScratch(story: (scratch: Scratch) => void): void {
  const scratch = new Scratch();
  try {
    mkdirSync(scratch.path('nooks'));
    for (const name of ['net.ts', 'link.ts', 'nooks/interface.txt']) {
      scratch.write(name, readFileSync(join(sample, name), 'utf8'));
    }
    story(scratch);
  } finally {
    scratch.remove();
  }
}

test('files are written beside each other; a second run leaves edited bodies alone', () =>
  withScratch((scratch) => {
    const folder = scratch.path('nooks');
    const first = writeWrappers(folder, generateFor(folder)).map((path) => relative(folder, path));
    expect(first).toEqual([
      'generated/net.wrappers.ts', 'generated/debug.wrappers.ts', 'generated/structs.wrappers.ts',
      'generated/extension.table.ts', 'generated/kernel.table.ts', 'generated/direct.table.ts',
      'interposition/net.bodies.ts', 'interposition/debug.bodies.ts',
    ]);
    const bodies = join(folder, 'interposition/net.bodies.ts');
    writeFileSync(bodies, `${readFileSync(bodies, 'utf8')}// by hand\n`);
    const second = generateFor(folder);
    writeWrappers(folder, second);
    expect(second.appended).toEqual([]);
    expect(readFileSync(bodies, 'utf8')).toMatch(/\/\/ by hand\n$/);
  }));

test('what is wrong is refused with its place, and nothing is written', () =>
  withScratch((scratch) => {
    scratch.write('net.ts', '\n/** @in y */\nexport function f(x: u32): void {}\n');
    scratch.write('nooks/interface.txt', '[a]\nnet.ts f g\n');
    const [header, list] = [scratch.path('net.ts'), scratch.path('nooks/interface.txt')];
    expect(() => generateFor(scratch.path('nooks'))).toThrow(new UserError(
      `${header}:2: @in names 'y', which is not a parameter: write one of x\n${list}:2: net.ts exports no g`,
    ));
    expect(existsSync(scratch.path('nooks/generated'))).toBe(false);
  }));

test('a folder without a list is one sentence', () =>
  withScratch((scratch) => {
    expect(() => generateFor(scratch.path('interposition'))).toThrow(/^cannot read .*interface\.txt: no such file/);
  }));

describe("the kernel's own wrappers", () => {
  const folder = join(projectFolder, 'src/guest/nooks');

  /** What is not as it should be. */
  function offences(layer: string): string[] {
    const { entries, appended, groups, byHand } = generateFor(layer);
    const stale = [...entries].filter(([name, text]) =>
      !existsSync(join(layer, name)) || readFileSync(join(layer, name), 'utf8') !== text);
    const known = new Set(groups.flatMap(({ functions, callbacks }) =>
      [...functions.map(kernelBody), ...callbacks.flatMap((each) => [extensionBody(each), deadBody(each)])]));
    const found = [...byHand.values()].join('\n').matchAll(/^export function ((?:body|dead)_\w+)/gm);
    return [
      ...stale.map(([name]) => `${name} is not what nooks wrappers makes`),
      ...appended.map((name) => `there is no ${name}`),
      ...[...found].flatMap(([, name]) => (known.has(name!) ? [] : [`${name} is of nothing in interface.txt`])),
    ];
  }

  test('are what the generator makes, and each has its body', () => expect(offences(folder)).toEqual([]));

  test('or it is noticed', () => {
    const scratch = new Scratch();
    try {
      cpSync(join(projectFolder, 'src/guest'), scratch.path('guest'), { recursive: true });
      const change = (name: string, from: string, to: string) => {
        const path = scratch.path(`guest/nooks/${name}`);
        writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
      };
      change('generated/irq.wrappers.ts', '2, irq, dev_id', '1, irq');
      change('interposition/memory.bodies.ts', 'function body_kfree', 'function body_kfre');
      expect(offences(scratch.path('guest/nooks')).sort()).toEqual([
        'body_kfre is of nothing in interface.txt', 'generated/irq.wrappers.ts is not what nooks wrappers makes',
        'there is no body_kfree',
      ]);
    } finally {
      scratch.remove();
    }
  });

  test('are counted beside the figures of the paper', async () => {
    const generated = generateFor(folder);
    const names = [...generated.byHand.values()].join('\n').matchAll(/^export function (\w+)/gm);
    const bodies = [...names].filter(([, name]) => /^body_(?!x_)/.test(name!));
    const report = await wrapperReport(folder, generated);
    expect(report).toMatch(new RegExp(`^kernel functions wrapped +${bodies.length}$`, 'm'));
    // All that the sound driver uses has a wrapper, or none of them could be isolated.
    expect(report).toMatch(/^sb +\d+ +\d+ +\d+ +\d+ +0$/m);
    expect(report).toMatch(/^in all +\d+ +22,266$/m);
  }, 60_000);
});
