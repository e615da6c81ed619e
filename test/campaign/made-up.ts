/** Made-up campaigns and records for tests of what is counted and shown. */
import type { Campaign } from '../../src/campaign/campaign.ts';
import { type FaultKind, faultKindNames } from '../../src/campaign/faults.ts';
import type { Outcome } from '../../src/campaign/outcome.ts';
import type { TrialRecord } from '../../src/campaign/record.ts';
import { type ResultRow, rowOf } from '../../src/campaign/results.ts';
import { modes, printTrial, type Mode, trialDefaults } from '../../src/campaign/trial.ts';

export const campaignOf = (some: Partial<Campaign> = {}): Campaign => ({
  ...trialDefaults, extensions: ['sb'], modes, trials: 3, seed: 1, schedules: 1, ...some,
});

/** The records of trials with seeds from 1 on; natively and, where there is a second outcome, under Nooks. */
export function rowsOf(
  extension: string, outcomes: readonly (readonly [Outcome, Outcome | undefined])[],
  kinds: readonly FaultKind[] = ['text'],
): ResultRow[] {
  return outcomes.flatMap(([native, nooks], index) => [
    rowOf(recordOf(extension, 'native', index + 1, native, kinds)),
    ...(nooks === undefined ? [] : [rowOf(recordOf(extension, 'nooks', index + 1, nooks, kinds))]),
  ]);
}

export function recordOf(
  extension: string, mode: Mode, seed: number, outcome: Outcome, kinds: readonly FaultKind[] = ['text'],
): TrialRecord {
  const trial = { ...trialDefaults, kinds: faultKindNames, extension, mode, seed };
  const executed = !['not activated', 'harness error'].includes(outcome);
  return {
    line: printTrial(trial), outcome, damage: [], failures: outcome === 'recovered' ? 1 : 0, steps: 1000, ns: 5000,
    evidence: [`workload: Oops: load of CPU${seed % 2} at c0${String(seed).padStart(6, '0')} [#1]`],
    console: `<${seed}> & "more"\n`,
    faults: kinds.map((kind, index) => ({
      kind, address: 0xc000_1000 + index * 4, offset: index * 4, function: 'f', source: 'drivers/sb/f.ts:1',
      before: 0x13, after: 0x93, edit: 'addi zero,zero,0 -> addi ra,zero,0',
      activated: executed ? { hart: 0, ns: 100 + index } : undefined,
    })),
  };
}
