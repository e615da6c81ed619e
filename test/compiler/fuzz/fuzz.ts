/**
 * The campaign: batch after batch on every target, and each difference made small and told with the line that replays
 * it.
 */
import { compare, compareText, type Difference, type Expected, expectedOfBatch } from './compare.ts';
import { RefusedError } from './image.ts';
import type { TextNode } from './node.ts';
import { type Batch, programText, randomBatch } from './program.ts';
import { reduce } from './reduce.ts';
import type { Target } from './targets.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Number of the first batch; 0 if not given. */
  readonly first?: number;
  /** Functions in all. */
  readonly count: number;
  readonly batchSize: number;
  readonly targets: readonly Target[];
  /** Trials to make a difference small; 0 reports it as it is. */
  readonly reduceTrials: number;
  readonly onFinding?: (finding: Finding) => void;
  readonly onBatch?: (done: number, differences: number) => void;
}

/** Something wrong, and everything needed to see it again. */
export interface Finding {
  readonly target: string;
  readonly replay: string;
  readonly oracle: string;
  readonly seen: string;
  /** The program, as small as it became. */
  readonly text: string;
}

export async function fuzz({
  seed,
  first = 0,
  count,
  batchSize,
  targets,
  reduceTrials,
  onFinding,
  onBatch,
}: FuzzOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let done = 0, number = first; done < count; number++) {
    const size = Math.min(batchSize, count - done);
    const batch = randomBatch(batchSeed(seed, number), size);
    const place = { seed, number, size, reduceTrials };
    const expected = expect(batch);
    for (const target of targets) {
      const differences =
        'failure' in expected
          ? [{ index: -1, oracle: 'a program', target: expected.failure }]
          : await few(expected, target);
      for (const difference of differences) {
        const found = await finding(batch, target, difference, place);
        findings.push(found);
        onFinding?.(found);
      }
      if ('failure' in expected) break;
    }
    done += size;
    onBatch?.(done, findings.length);
  }
  return findings;
}

/** The compiler's refusal, or its own assertion, is a finding too. */
function expect(batch: Batch): Expected | { failure: string } {
  try {
    return expectedOfBatch(batch);
  } catch (error) {
    return { failure: error instanceof RefusedError ? error.message : String((error as Error).stack) };
  }
}

/** The first few: after a crash every later function of the batch is missing. */
async function few(expected: Expected, target: Target): Promise<Difference[]> {
  const differences = await compare(expected, target);
  const crash = differences.findIndex(({ target: seen }) => !/^[0-9a-f]{8}$/.test(seen));
  return differences.slice(0, crash < 0 ? 3 : Math.min(3, crash + 1));
}

/** The seed of a campaign's batch. */
export function batchSeed(seed: number, number: number): number {
  return (Math.imul(seed, 1_000_003) + number) >>> 0;
}

async function finding(
  batch: Batch,
  target: Target,
  { index, oracle, target: seen }: Difference,
  { seed, number, size, reduceTrials }: { seed: number; number: number; size: number; reduceTrials: number },
): Promise<Finding> {
  const replay = `npm run fuzz -- --seed ${seed} --batch ${number} --batch-size ${size} --target ${target.name}`;
  const node = batch.functions[index];
  if (!node) return { target: target.name, replay, oracle, seen, text: '' };
  const small =
    reduceTrials > 0 ? await reduce(node, (each) => stillDiffers(batch, index, each, target), reduceTrials) : node;
  return {
    target: target.name,
    replay: `${replay} --function ${index}`,
    oracle,
    seen,
    text: programText(batch, new Map([[index, small]])),
  };
}

async function stillDiffers(batch: Batch, index: number, node: TextNode, target: Target): Promise<boolean> {
  try {
    const [difference] = await compareText(programText(batch, new Map([[index, node]])), target, [index]);
    return difference !== undefined && !difference.oracle.startsWith('fault');
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}
