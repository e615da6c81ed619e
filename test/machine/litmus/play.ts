import { assembleAt } from '../../../src/isa/program.ts';
import { Machine } from '../../../src/host/machine.ts';
import { data, ramStart } from './frame.ts';
import type { Findings, Litmus, Size } from './litmus.ts';

/** How a litmus program is run. */
export interface Stage {
  readonly engine: 'parallel' | 'lockstep';
  readonly seed?: number;
  /** Lockstep: instructions that a hart runs at a time. Small ones let harts meet inside a round. */
  readonly quantum?: number;
  /** Milliseconds after which a program is taken to hang. */
  readonly limitMs: number;
}

/** Runs a litmus program to its end and judges it. A trap, a hang or a failed end is a violation too. */
export async function play(litmus: Litmus, size: Size, stage: Stage): Promise<Findings> {
  return playText(litmus.source(size), litmus, size, stage);
}

/** The same for another text, judged as if it were the litmus program's own: so that tests can plant bugs in it. */
export async function playText(text: string, litmus: Litmus, size: Size, stage: Stage): Promise<Findings> {
  const { engine, seed = 1, quantum = 1000, limitMs } = stage;
  const image = assembleAt(text, ramStart).bytes;
  const machine = await Machine.create({ image, harts: size.harts, memory: 32 << 20, engine, seed, quantum });
  let limit: NodeJS.Timeout | undefined;
  try {
    const hung = new Promise<'hung'>((resolve) => (limit = setTimeout(() => resolve('hung'), limitMs)));
    const end = await Promise.race([machine.run(), hung]);
    if (end === 'hung') {
      machine.stop();
      return violation(`no end after ${limitMs} ms`);
    }
    const read = (address: number): number => machine.readWord(address);
    if (end.kind === 'exit' && end.status === 0) return litmus.judge(read, size);
    const [cause, pc, value] = [0, 4, 8].map((offset) => `0x${(read(data.trap + offset) >>> 0).toString(16)}`);
    return violation(`ended with ${JSON.stringify(end)}; unexpected trap: cause ${cause} at ${pc}, value ${value}`);
  } finally {
    clearTimeout(limit);
    await machine.dispose();
  }
}

function violation(sentence: string): Findings {
  return { outcomes: new Map(), violations: [sentence] };
}
