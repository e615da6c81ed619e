import { afterEach, expect, test } from 'vitest';
import { assembleAt } from '../../src/isa/program.ts';
import { type EngineName, Machine } from '../../src/host/machine.ts';
import type { ProbeWatcher } from '../../src/host/parallel.ts';

/** Counts to 100 in s0, says A, counts to 200, and passes. */
const counter = `
  li s0, 0
  li s1, 100
  li s2, 0x10000000
first:
  addi s0, s0, 1
  blt s0, s1, first
  li t0, 65
  sb t0, 0(s2)
  li s1, 200
second:
  addi s0, s0, 1
  blt s0, s1, second
  la t1, total
  sw s0, 0(t1)
  li t0, 0x5555
  li t1, 0x100000
  sw t0, 0(t1)
halt:
  j halt
.data
total: .word 0
`;
const { bytes, symbols } = assembleAt(counter, 0x8000_0000);
const address = (name: string) => symbols.get(name)!;

let machine: Machine | undefined;
afterEach(() => machine?.dispose());
const create = async (engine: EngineName, hotCount: number) =>
  machine = await Machine.create({ image: bytes, engine, hotCount, memory: 16 * 2 ** 20 });

const engines = [['lockstep', 0], ['lockstep', 10], ['parallel', 10]] as const;

test.each(engines)('on the %s engine a probe sees each arrival (hot count %d)', async (engine, hot) => {
  const it = await create(engine, hot);
  const seen: { steps: number; s0: number }[] = [];
  const note: ProbeWatcher = ({ steps, registers }) => void seen.push({ steps, s0: registers[8]! });
  await it.setProbes(new Map([[address('first'), note]]));
  expect(await it.run()).toEqual({ kind: 'exit', status: 0 });
  expect(seen.map(({ s0 }) => s0)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  const gaps = seen.slice(1).map(({ steps }, index) => steps - seen[index]!.steps);
  expect(new Set(gaps)).toEqual(new Set([2]));
});

test.each(engines)('the %s engine goes on from a snapshot as it did (hot count %d)', async (engine, hot) => {
  const it = await create(engine, hot);
  const begin = it.snapshot();
  expect(await it.run()).toEqual({ kind: 'exit', status: 0 });
  expect(it.readWord(address('total'))).toBe(200);
  await it.restore(begin);
  expect(it.readWord(address('total'))).toBe(0);
  expect(await it.run()).toEqual({ kind: 'exit', status: 0 });
  expect(it.readWord(address('total'))).toBe(200);
  expect(it.console).toBe('AA');
});

test.each(engines)('on the %s engine each run has its own limit (hot count %d)', async (engine, hot) => {
  const it = await create(engine, hot);
  const forever = assembleAt('loop: j loop', 0x8000_0000).bytes;
  it.write(0x8000_0000, forever);
  for (let run = 0; run < 3; run++) expect(await it.run({ maxInstructions: 100_000 })).toEqual({ kind: 'limit' });
  const { retiredLow } = it.hart(0);
  expect(retiredLow).toBeGreaterThanOrEqual(300_000);
});
