import { nooks } from './support/compare.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { besideQemu } from './speed.ts';

export const name = 'tier0';
export const question = 'How fast is the interpreter alone, with the translator off?';

export function run(options: BenchOptions): Promise<BenchResult> {
  // A third of the work: where QEMU needs 1 s, the interpreter needs 3.
  const part = options.part / 3;
  return besideQemu(nooks('nooks, tier 0', '--tier', '0'), { mean: { atLeast: 0.3 } }, { ...options, part });
}
