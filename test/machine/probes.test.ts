/** Probes look without being noticed. */
import { expect, test } from 'vitest';
import { bootText, isTranslated } from '../support/guest.ts';

const text = `
start:
  li s0, 0
  li s1, 300
loop:
  addi s0, s0, 3
probed:
  xor a0, s0, s1
  addi s1, s1, -1
  bnez s1, loop
  ecall
end:
  j end
`;

test('a probe sees the registers before its instruction, each time, and the hart and the address', () => {
  const { machine, symbols } = bootText(text);
  const probed = symbols.get('probed')!;
  const seen: number[] = [];
  machine.setProbes(new Map([[probed, (hart, pc) => {
    expect([hart, pc]).toEqual([0, probed]);
    expect(machine.hart(0).pc >>> 0).toBe(probed);
    seen.push(machine.hart(0).x[8]!);
  }]]));
  machine.run(2 + 4 * 10);
  expect(seen).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
});

test.each([0, 1, 3])('probes change nothing, translated after %i arrivals', (hotCount) => {
  const run = (probes: readonly string[]) => {
    const { machine, symbols } = bootText(text, { hotCount });
    const counts = new Map<string, number>();
    machine.setProbes(new Map(probes.map((name) =>
      [symbols.get(name)!, () => void counts.set(name, (counts.get(name) ?? 0) + 1)])));
    for (let piece = 0; piece < 40; piece++) machine.run(25);
    const { retiredLow } = machine.hart(0);
    return { hash: machine.hash(), retiredLow, now: machine.now, counts: [...counts.values()] };
  };
  const { counts: none, ...plain } = run([]);
  const { counts, ...probed } = run(['start', 'loop', 'probed']);
  expect(probed).toEqual(plain);
  expect(none).toEqual([]);
  expect(counts).toEqual([1, 250, 250]);
});

test('probes are set and cleared in the middle of a translated loop', () => {
  const { machine, symbols } = bootText(text, { hotCount: 1 });
  for (let piece = 0; piece < 20; piece++) machine.run(10);
  expect(isTranslated(machine, symbols.get('loop')!)).toBe(true);
  let count = 0;
  machine.setProbes(new Map([[symbols.get('probed')!, () => void count++]]));
  machine.run(400);
  expect(count).toBe(100);
  machine.setProbes(new Map());
  machine.run(400);
  expect(count).toBe(100);
  expect(machine.hart(0).retiredLow).toBe(1000);
});

test('a probe at an instruction that is overwritten stays', () => {
  const { machine, symbols } = bootText(text);
  const probed = symbols.get('probed')!;
  let count = 0;
  machine.setProbes(new Map([[probed, () => void count++]]));
  machine.run(42);
  machine.write(probed, Uint8Array.of(0x13, 0, 0, 0));
  machine.run(40);
  expect(count).toBe(20);
});

test('a probe can end the run after its turn', () => {
  const { machine, symbols } = bootText('probed: j probed');
  machine.setProbes(new Map([[symbols.get('probed')!, () => machine.pause()]]));
  expect(machine.run(300_000).end.kind).toBe('paused');
});
