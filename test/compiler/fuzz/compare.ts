/** One batch in the oracle and on a target, function by function. */
import type { Program } from '../../../src/compiler/tree.ts';
import { GuestFault } from '../../../src/compiler/oracle/memory.ts';
import { loadProgram } from '../../../src/compiler/oracle/load.ts';
import { build } from './image.ts';
import { type Batch, programText, rounds } from './program.ts';
import type { Target } from './targets.ts';

/** A function of a batch that came out differently; hashes, or what happened instead of a result. */
export interface Difference {
  readonly index: number;
  readonly oracle: string;
  readonly target: string;
}

/** A program with what the oracle says of each function that it checks. */
export interface Expected {
  readonly elf: Uint8Array;
  /** The functions' numbers in their batch, in the order in which the program checks them. */
  readonly numbers: readonly number[];
  readonly hashes: readonly string[];
}

export function expectedOf(text: string, numbers: readonly number[]): Expected {
  const { program, elf } = build(text);
  return { elf, numbers, hashes: oracleHashes(program, numbers.length) };
}

export function expectedOfBatch(batch: Batch): Expected {
  return expectedOf(programText(batch), batch.functions.map((_, index) => index));
}

export async function compareText(text: string, target: Target, numbers: readonly number[]): Promise<Difference[]> {
  return compare(expectedOf(text, numbers), target);
}

/** Everything that comes out differently on a target. Empty: all agree. */
export async function compare({ elf, numbers, hashes: expected }: Expected, target: Target): Promise<Difference[]> {
  const lines = (await target.run(elf)).split(/\r?\n/).filter((line) => line !== '');
  return numbers.flatMap((number, at) => {
    const [oracle = '', seen = 'nothing'] = [expected[at], lines[at]];
    return oracle === seen ? [] : [{ index: number, oracle, target: seen }];
  });
}

/** Calls and turns of loops that no function comes near. */
const limit = 20_000_000;

function oracleHashes(program: Program, count: number): string[] {
  const loaded = loadProgram(program, { limit });
  const check = loaded.functions['check'];
  return Array.from({ length: count }, (_, index) => {
    try {
      loaded.resetTurns();
      let hash = 0;
      for (let round = 0; round < rounds; round++) hash = (Math.imul(hash, 31) + Number(check?.(index, round))) >>> 0;
      return hash.toString(16).padStart(8, '0');
    } catch (error) {
      if (!(error instanceof GuestFault)) throw error;
      return `fault: ${error.message}`;
    }
  });
}
