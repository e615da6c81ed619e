/** Address-space identifiers: no hart ever finds a translation of one process in the address space of another. */
import { expect, test } from 'vitest';
import { type Kernel, randomFrom, startCaches, startMemory } from './host.ts';

/** A kernel whose harts have so many bits of satp's ASID field (Privileged ISA 20240411, section 12.1.11: WARL). */
function startWith(bits: number, boot: Record<string, string> = {}): Kernel {
  let satp = 0;
  const asids = ((1 << bits) - 1) << 22;
  return startCaches(startMemory({
    boot,
    readCsr: (csr) => (csr === 'satp' ? satp : 0),
    writeCsr: (csr, value) => { if (csr === 'satp') satp = ((value & ~0x7fc0_0000) | (value & asids)) >>> 0; },
  }));
}

interface Process { readonly context: number }
/** What runs on a hart, and whose translations it remembers, by identifier. */
interface Hart { running?: Process; readonly remembered: Map<number, Process> }

/**
 * Lets processes come, go and move among 8 harts; gives the first step at which a hart finds another process's
 * translations or two harts run different processes by one identifier.
 */
function firstMistake(kernel: Kernel, seed: number, heedFlush: boolean): string | undefined {
  const random = randomFrom(seed);
  const harts: Hart[] = Array.from({ length: 8 }, () => ({ remembered: new Map<number, Process>() }));
  const create = (): Process => ({ context: kernel.program.memory.allocate(4, 4) });
  const asidOf = ({ context }: Process) => kernel.word(context) & 0x1ff;
  const processes = Array.from({ length: 64 }, create);
  for (let step = 0; step < 3000; step++) {
    const cpu = random(8), slot = random(processes.length);
    const hart = harts[cpu]!, process = processes[slot]!;
    if (harts.some(({ running }) => running === process)) continue;
    if (random(10) === 0) {
      processes[slot] = create();
      continue;
    }
    hart.running = process;
    const flush = kernel.call('activate_context', process.context, cpu) !== 0;
    if (flush && heedFlush) hart.remembered.clear();
    const asid = asidOf(process);
    const where = `identifier ${asid}, hart ${cpu}, step ${step}, seed ${seed}`;
    if (asid === 0) return `the kernel's: ${where}`;
    if ((hart.remembered.get(asid) ?? process) !== process) return `remembered for another: ${where}`;
    const inForce = harts.flatMap(({ running }) => (running && asidOf(running) === asid ? [running] : []));
    if (inForce.some((other) => other !== process)) return `twice: ${where}`;
    hart.remembered.set(asid, process);
  }
  return undefined;
}

test.each([[9, 1], [4, 2], [4, 3], [5, 4]])('%i bits, seed %i: processes come, go and move', (bits, seed) => {
  expect(firstMistake(startWith(bits), seed, true)).toBeUndefined();
});

test('a hart that does not forget when it is told to is found out', () => {
  expect(firstMistake(startWith(4), 2, false)).toMatch(/remembered for another/);
});

test.each([[0, {}], [9, { tlb: 'flush' }]])('with %i bits and %o every switch forgets', (bits, boot) => {
  const kernel = startWith(bits, boot);
  const context = kernel.program.memory.allocate(4, 4);
  expect([0, 1, 0].map((cpu) => kernel.call('activate_context', context, cpu))).toEqual([1, 1, 1]);
  expect(kernel.word(context)).toBe(0);
});
