/** What harts may find in a1 and a2 when they come from reset: nothing, anything, or what loaders leave for OpenSBI. */
import { expect, test, vi } from 'vitest';
import { ramStart } from '../../../src/platform/memory-map.ts';
import { machineFor } from './supervisor.ts';

vi.setConfig({ testTimeout: 30_000 });

const HSM = 0x48534d, getStatus = 2;
const place = 0x8090_0000;
const magic = 0x4942_534f, supervisor = 1;

/** What is no use: nothing, odd, in no memory, at its end, code. */
const unusable = [0, 3, 0x40, 0xffff_fffc, ramStart];

/** Starts two harts, and tells which of them are in S-mode: 0 is started, 1 stopped. */
async function states(tree: number | undefined, info: number, words: readonly number[] = []): Promise<string[]> {
  const calls = [HSM, getStatus, 0, 0, 0, 0, 0, HSM, getStatus, 1, 0, 0, 0, 0];
  const machine = await machineFor({ story: 'calls', harts: 2, details: [2, ...calls] }, { quantum: 10_000 });
  try {
    machine.write(place, new Uint8Array(Uint32Array.from(words).buffer));
    // The reset vector runs first, on hart 0, and finds the device tree.
    for (let left = 20; machine.hart(0).pc >>> 0 !== ramStart && left > 0; left--) machine.lockstep.run(1);
    const found = machine.hart(0).x[11]!;
    for (const index of [0, 1]) {
      const hart = machine.hart(index);
      hart.x[11] = tree === undefined ? found : tree | 0;
      hart.x[12] = info | 0;
      hart.pc = ramStart | 0;
    }
    const ending = await machine.run({ maxInstructions: 2e6 });
    expect(ending).toEqual({ kind: 'exit', status: 0 });
    return machine.console.split('\n').slice(0, 2);
  } finally {
    await machine.dispose();
  }
}

const first = ['00000000 00000000', '00000000 00000001'], second = first.toReversed();

test.each(unusable)('fw_dynamic_info at %d: the first hart boots', async (info) => {
  expect(await states(undefined, info)).toEqual(first);
});

// words, harts: fw_dynamic_info has magic, version, next address, next mode, options, boot hart
const infos: readonly (readonly [string, readonly number[], readonly string[]])[] = [
  ['names hart 0', [magic, 2, 0, supervisor, 0, 0], first],
  ['names hart 1', [magic, 2, 0, supervisor, 0, 1], second],
  ['names no hart', [magic, 2, 0, supervisor, 0, 0xffff_ffff], first],
  ['is of version 1, which names none', [magic, 1, 0, supervisor, 0, 1], first],
  ['has another magic number', [magic + 1, 2, 0, supervisor, 0, 1], first],
];
test.each(infos)('fw_dynamic_info %s', async (_, words, expected) => {
  expect(await states(undefined, place, words)).toEqual(expected);
});

test.each(unusable)('a device tree at %d: harts are known when they have come', async (tree) => {
  expect(await states(tree, 0)).toEqual(['00000000 00000000', expect.stringMatching(/^00000000 00000001|fffffffd /)]);
});
