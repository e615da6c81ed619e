/** Reads the results of a campaign from its folder. */
import type { Campaign } from '../campaign/campaign.ts';
import type { TrialRecord } from '../campaign/record.ts';
import { type ResultRow, rowOf } from '../campaign/results.ts';
import { hash } from './build-cache.ts';
import type { CampaignFolder } from './campaign-folder.ts';

export interface CampaignResults {
  readonly campaign: Campaign;
  /** By line, sorted. */
  readonly rows: readonly ResultRow[];
  /** Of all records in that order: equal for equal results, whoever found them, and how often they were interrupted. */
  readonly hash: string;
  /** Records that were torn or damaged, and count as not there. */
  readonly damaged: number;
}

/** @throws Error when a trial was run twice with different results: that must not be */
export function readResults(folder: CampaignFolder): CampaignResults {
  const found = new Map<string, { row: ResultRow; digest: string }>();
  const damaged = folder.read((record) => {
    const before = found.get(record.line), digest = hash(JSON.stringify(record));
    if (before && before.digest !== digest && hasVerdict(before.row) && hasVerdict(record)) {
      throw new Error(`${record.line} has two different records: ${before.digest} and ${digest}`);
    }
    if (!before || !hasVerdict(before.row)) found.set(record.line, { row: rowOf(record), digest });
  });
  const sorted = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  return {
    campaign: folder.campaign, rows: sorted.map(({ row }) => row), damaged,
    hash: hash(sorted.map(({ digest }) => digest).join('\n')),
  };
}

/** A harness error is none, and may be tried again. */
export const hasVerdict = ({ outcome }: Pick<TrialRecord, 'outcome'>): boolean => outcome !== 'harness error';
