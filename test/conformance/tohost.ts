/**
 * Programs that end by writing a word to their symbol `tohost`: the host-target interface of Spike, which riscv-tests
 * and riscv-arch-test are written for. The board has no such device: the machine runs in slices, and the word is read
 * between them.
 */
import { readFileSync } from 'node:fs';
import { parseElf } from '../../src/machine/image/elf.ts';
import { Machine } from '../../src/host/machine.ts';
import type { Configuration } from './configurations.ts';

/** All tests end well within a million instructions; `v` tests on one of several harts take longest. */
const sliceInstructions = 200_000;
const limitSlices = 200;

export interface Ending {
  /** `passed`, or what happened instead. */
  readonly verdict: string;
  /** The words from begin_signature up to end_signature; none where the program has no such symbols. */
  readonly signature: readonly number[];
}

/** Runs a program from reset until it writes `tohost`. */
export async function runToHost(path: string, configuration: Configuration): Promise<Ending> {
  const symbols = symbolsOf(path);
  const tohost = symbols.get('tohost');
  if (tohost === undefined) throw new Error(`${path} has no symbol tohost`);
  const machine = await Machine.create({ ...configuration, image: path, memory: 2 ** 25, seed: 1 });
  try {
    const verdict = await untilWritten(machine, tohost);
    const begin = symbols.get('begin_signature');
    const end = symbols.get('end_signature');
    return { verdict, signature: begin === undefined || end === undefined ? [] : words(machine, begin, end) };
  } finally {
    await machine.dispose();
  }
}

async function untilWritten(machine: Machine, tohost: number): Promise<string> {
  for (let slice = 0; slice < limitSlices; slice += 1) {
    const stop = await machine.run({ maxInstructions: sliceInstructions });
    const [word] = words(machine, tohost, tohost + 4);
    if (word !== undefined && word !== 0) return meaningOf(word);
    if (stop.kind !== 'limit') return `the machine stopped: ${JSON.stringify(stop)}`;
  }
  return 'tohost was never written';
}

/** riscv-tests, env/p: 1 is a pass, another odd word twice the failing test's number plus 1; else env/v is to print. */
function meaningOf(word: number): string {
  if (word === 1) return 'passed';
  return word % 2 === 1 ? `failed in its test ${word >>> 1}` : 'failed: an assertion of its environment printed';
}

function words(machine: Machine, begin: number, end: number): number[] {
  const bytes = machine.read(begin, end - begin);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(index * 4, true));
}

function symbolsOf(path: string): Map<string, number> {
  return new Map(parseElf(readFileSync(path), path).symbols.map(({ name, st_value }) => [name, st_value]));
}
