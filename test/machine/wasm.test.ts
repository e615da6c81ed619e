/**
 * Goldens: what small blocks are translated to. `UPDATE=1 npx vitest run test/machine/wasm.test.ts` makes them anew;
 * the difference is read in review.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/isa/instruction.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { discover } from '../../src/machine/translator/blocks.ts';
import { emitRegion } from '../../src/machine/translator/emit.ts';
import { ramStart } from '../../src/platform/memory-map.ts';
import { wasmText } from '../support/wasm-text.ts';

const limits = { instructions: 500, pages: 4 };

/** The WebAssembly of the region that starts with a text. */
function translated(text: string, shared = false): string {
  const { bytes } = assembleAt(text, ramStart);
  const words = new Int32Array(bytes.buffer);
  const region = discover([ramStart], (pc) => {
    const word = words[(pc - ramStart) >>> 2];
    return word === undefined ? undefined : decode(word);
  }, limits);
  return `${wasmText(emitRegion(region, { shared, physical: (page) => page << 12 }).code.view()).join('\n')}\n`;
}

const blocks: Readonly<Record<string, string>> = {
  arithmetic: 'add a0, a1, a2\nsltiu a3, a0, 5\nlui a4, 0x12345\nmulhsu a0, a0, a4\nwfi',
  division: 'div a0, a1, a2\nremu a3, a1, a2\nwfi',
  memory: 'lw a0, 4(a1)\nlbu a2, 0(a1)\nlh zero, 0(a1)\nsh a0, 2(a1)\nwfi',
  atomics: 'lr.w a0, (a1)\nsc.w a2, a3, (a1)\namoadd.w zero, a3, (a1)\nwfi',
  loop: 'loop: addi a0, a0, -1\nadd a1, a1, a0\nbnez a0, loop\nwfi',
  call: 'jal ra, function\naddi a0, a0, 1\nwfi\nfunction: addi a0, a0, 2\nret',
};

describe.each(Object.entries(blocks))('%s', (name, text) => {
  const file = new URL(`../golden/wasm-${name}.txt`, import.meta.url);
  const content = () => `${text.split('\n').map((line) => `;; ${line}`).join('\n')}\n${translated(text)}`;

  test('is translated as reviewed', () => {
    if (process.env['UPDATE']) writeFileSync(file, content());
    expect(content()).toBe(readFileSync(file, 'utf8'));
  });
});

test('fences are for engines that share memory', () => {
  const text = 'fence\nnop\nnop\nwfi';
  expect(translated(text, true)).toContain('atomic.fence');
  expect(translated(text, false)).not.toContain('atomic.fence');
});
