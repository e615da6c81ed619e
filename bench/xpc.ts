import { readFileSync } from 'node:fs';
import { Machine } from '../src/host/machine.ts';
import { shippedSystem } from '../src/host/shipped.ts';
import { costProfiles } from '../src/platform/cost.ts';
import type { BenchOptions, BenchResult, Figure } from './support/bench.ts';
import { table } from './support/table.ts';

export const name = 'xpc';
export const question = 'What does an extension procedure call cost, in instructions and 2003 cycles?';

const prompt = '\n# ';
const ra = 1;
/** How often each call is made: the clock's interrupt may come into some of them. */
const turns = 9;

/** What src/guest/modules/nothing.ts does when so many bytes are written, and which function's call is counted. */
const calls = [
  { what: 'kernel to extension and back', bytes: 1, counted: 'nooks_driver_call', target: { atMost: 250 } },
  { what: 'extension to kernel and back', bytes: 2, counted: 'nooks_kernel_call' },
  { what: 'kmalloc, tracked', bytes: 3, counted: 'nooks_w_kmalloc' },
  { what: 'kfree, tracked', bytes: 3, counted: 'nooks_w_kfree' },
] as const;

interface Cost { readonly instructions: number; readonly cycles: number }

export async function run(options: BenchOptions): Promise<BenchResult> {
  const { image, initrd } = await shippedSystem(() => {});
  const files = { image: readFileSync(image), initrd: readFileSync(initrd) };
  const rows: { readonly what: string; readonly asid: Cost; readonly flush: Cost }[] = [];
  const found = { asid: await measure(files, 'asid'), flush: await measure(files, 'flush') };
  calls.forEach(({ what }, index) => rows.push({ what, asid: found.asid[index]!, flush: found.flush[index]! }));
  const heading = ['call', 'instructions', 'flushing', 'cycles', 'flushing'];
  const cells = rows.map(({ what, asid, flush }) =>
    [what, asid.instructions, flush.instructions, asid.cycles, flush.cycles].map(String));
  for (const line of table([heading, ...cells])) options.print(line);
  return {
    figures: rows.flatMap(({ what, asid, flush }, index) => figures(what, asid, flush, calls[index]!)),
    failures: [],
    rows,
  };
}

function figures(what: string, asid: Cost, flush: Cost, call: (typeof calls)[number]): Figure[] {
  const target = 'target' in call ? { target: call.target } : {};
  return [
    { what: `${what}, identifiers`, value: asid.instructions, unit: 'instructions', ...target },
    { what: `${what}, flushing`, value: flush.instructions, unit: 'instructions', ...target },
    { what: `${what}, identifiers`, value: asid.cycles, unit: 'cycles' },
    { what: `${what}, flushing`, value: flush.cycles, unit: 'cycles' },
  ];
}

/** The least that each call costs on one hart. */
async function measure(files: { image: Uint8Array; initrd: Uint8Array }, tlb: 'asid' | 'flush'): Promise<Cost[]> {
  const machine = await Machine.create({ ...files, harts: 1, append: `tlb=${tlb}`, costs: costProfiles.smp2003 });
  try {
    await command(machine, '');
    await command(machine, 'insmod -n nothing');
    const costs: Cost[] = [];
    for (const { bytes, counted } of calls) costs.push(await least(machine, bytes, machine.symbols.address(counted)!));
    return costs;
  } finally {
    await machine.dispose();
  }
}

async function least(machine: Machine, bytes: number, entry: number): Promise<Cost> {
  const line = `echo ${'x'.repeat(bytes - 1)} > /proc/nothing`;
  let back = 0;
  await machine.setProbes(new Map([[entry, ({ registers }) => { back = registers[ra]! >>> 0; }]]));
  await command(machine, line);
  const costs: Cost[] = [];
  let began: Cost | undefined;
  const now = (steps: number) => ({ instructions: steps, cycles: steps + (machine.lockstep.hart(0).charge >>> 0) });
  await machine.setProbes(new Map([
    [entry, ({ steps }) => { began = now(steps); }],
    [back, ({ steps }) => {
      if (began === undefined) return;
      const { instructions, cycles } = now(steps);
      costs.push({ instructions: instructions - began.instructions, cycles: cycles - began.cycles });
      began = undefined;
    }],
  ]));
  for (let turn = 0; turn < turns; turn++) await command(machine, line);
  await machine.setProbes(new Map());
  return costs.reduce((best, cost) => (cost.instructions < best.instructions ? cost : best));
}

async function command(machine: Machine, line: string): Promise<void> {
  if (line !== '') machine.type(`${line}\n`);
  const { kind } = await machine.run({ maxInstructions: 200_000_000, untilConsole: prompt });
  if (kind !== 'console') throw new Error(`${kind} instead of a prompt after ${line}:\n${machine.console}`);
}
