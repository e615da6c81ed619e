// `npm run litmus` runs the same programs at length.
import { expect, test } from 'vitest';
import { litmusTests } from './litmus/all.ts';
import { play, playText } from './litmus/play.ts';
import type { Stage } from './litmus/play.ts';

const limitMs = 20_000;

/** Starting threads takes longer than these programs run: of the parallel engine's, one of each kind is tried here. */
const oneOfEachKind = [
  'store buffering with fences', 'lr/sc counter', 'ipi ping-pong, trapped', 'remote sfence.vma',
  'code patching with remote fence.i',
];

const lockstep: Stage = { engine: 'lockstep', limitMs };
const stages: readonly { name: string; stage: Stage; rounds: number; harts: number; only?: readonly string[] }[] = [
  { name: 'parallel', stage: { engine: 'parallel', limitMs }, rounds: 2000, harts: 2, only: oneOfEachKind },
  { name: 'lockstep', stage: lockstep, rounds: 500, harts: 4 },
  { name: 'lockstep in quanta of 7', stage: { ...lockstep, quantum: 7 }, rounds: 100, harts: 2 },
];

const rows = stages.flatMap(({ name, stage, rounds, harts, only }) => litmusTests
  .filter((litmus) => litmus.harts.includes(harts) && (only?.includes(litmus.name) ?? true))
  .map((litmus) => ({ title: `${litmus.name}, ${harts} harts, ${name}`, stage, litmus, size: { rounds, harts } })));

test('one of each kind is there', () => {
  expect(oneOfEachKind.filter((name) => !litmusTests.some((litmus) => litmus.name === name))).toEqual([]);
});

for (const { title, stage, litmus, size } of rows) {
  test(title, async () => {
    const { violations } = await play(litmus, size, stage);
    expect(violations).toEqual([]);
  }, 2 * limitMs);
}

/** Bugs planted in the programs: the judgement must find them. */
const bugs: readonly { in: string; bug: string; plant: (text: string) => string }[] = [
  { in: 'message passing with fences', bug: 'the flag is raised before the data are there',
    plant: (text) => text.replace(/sw( +a0), 0\(s4\)([^]*?)sw( +a0), 64\(s4\)/, 'sw$1, 64(s4)$2sw$3, 0(s4)') },
  { in: 'lr/sc counter', bug: 'the counter is loaded and stored plainly',
    plant: (text) => text.replace('lr.w  t0', 'lw t0').replace('sc.w  t1, t0, (s4)', 'sw t0, 0(s4)\n li t1, 0') },
  { in: 'spin lock', bug: 'the lock is tested and set in two steps',
    plant: (text) => text.replace('lr.w.aq t0', 'lw t0').replace('sc.w  t0, a0, (s4)', 'sw a0, 0(s4)\n li t0, 0') },
  { in: 'remote sfence.vma', bug: 'nobody forgets the old mapping',
    plant: (text) => text.replaceAll('sfence.vma zero, zero', 'nop') },
  { in: 'accessed and dirty bits beside software bits', bug: 'the software bit is set in two steps',
    plant: (text) => text.replace(/amoor\.w +zero, a0, \(s7\)/, 'lw a1, 0(s7)\n or a1, a1, a0\n sw a1, 0(s7)') },
];

for (const { in: name, bug, plant } of bugs) {
  test(`${name} notices when ${bug}`, async () => {
    const litmus = litmusTests.find((each) => each.name === name)!;
    const size = { rounds: 500, harts: 2 };
    const text = litmus.source(size);
    expect(plant(text)).not.toBe(text);
    const { violations } = await playText(plant(text), litmus, size, { ...lockstep, quantum: 7 });
    expect(violations).not.toEqual([]);
  }, 2 * limitMs);
}
