/** Runs what is missing of a campaign. */
import { Agenda } from '../campaign/agenda.ts';
import { trialsOf } from '../campaign/campaign.ts';
import { printTrial, type Trial } from '../campaign/trial.ts';
import type { CampaignFiles } from './campaign-files.ts';
import type { CampaignFolder } from './campaign-folder.ts';
import { trialThread } from './campaign-identity.ts';
import { hasVerdict, readResults } from './campaign-results.ts';
import { type PoolOptions, TrialPool } from './trial-pool.ts';
import type { Finished, TrialWorkerData } from './trial-worker.ts';

export interface CampaignRunOptions extends Pick<PoolOptions, 'workers' | 'signal' | 'onFinished' | 'onLoss'> {
  /** What is held, and is still held afterwards. */
  readonly folder: CampaignFolder;
  readonly files: CampaignFiles;
  /** As of a machine. */
  readonly hotCount?: number | undefined;
  /** Told before the first trial what is there from earlier runs, and how many records were torn or damaged. */
  readonly onStart?: (done: readonly Finished[], damaged: number) => void;
}

/**
 * Runs all trials that have no verdict yet, until done or stopped by the signal.
 * @throws UserError when the user must put something right first
 */
export async function runCampaign(options: CampaignRunOptions): Promise<void> {
  const { folder, files, hotCount, workers, onStart, ...rest } = options;
  const { rows, damaged } = readResults(folder);
  const done = rows.filter(hasVerdict);
  onStart?.(done.map(({ line, outcome }) => ({ line, outcome })), damaged);
  const known = new Set(done.map(({ line }) => line));
  const missing = [...trialsOf(folder.campaign)].map((trial): [Trial, string] => [trial, printTrial(trial)])
    .filter(([, line]) => !known.has(line));
  if (missing.length === 0) return;
  const workerData: TrialWorkerData = { files, hotCount };
  await TrialPool.run({
    ...rest, entry: trialThread, workerData, agenda: new Agenda(missing), workers: Math.min(workers, missing.length),
    journalPath: (worker) => folder.journalPath(worker),
  });
}
