/** A campaign on the terminal: progress while it runs, Ctrl-C, and the tables at the end. */
import { join, relative } from 'node:path';
import { countTrials } from '../campaign/campaign.ts';
import { reportPage } from '../campaign/report/page.ts';
import { summarise } from '../campaign/summary.ts';
import type { CampaignFiles } from '../host/campaign-files.ts';
import type { CampaignFolder } from '../host/campaign-folder.ts';
import { CampaignProgress } from '../host/campaign-progress.ts';
import { readResults } from '../host/campaign-results.ts';
import { runCampaign } from '../host/campaign-run.ts';
import { writeWhole } from '../host/output.ts';
import { signalStatus } from '../host/terminal.ts';
import { resultsJson, resultsText, tornText } from './results-text.ts';
import { statuses } from './status.ts';

interface ShownRun {
  readonly folder: CampaignFolder;
  readonly files: CampaignFiles;
  readonly workers: number;
  readonly hotCount: number | undefined;
  readonly json: boolean;
}

/** Progress goes to stderr, results to stdout. @returns the exit status */
export async function runShown({ folder, json, ...how }: ShownRun): Promise<number> {
  const stop = new AbortController();
  const interrupt = (signal: 'SIGINT' | 'SIGTERM') => stop.abort(signal);
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const progress = new CampaignProgress(folder.campaign, process.stderr);
  try {
    await runCampaign({
      ...how, folder, signal: stop.signal,
      onStart: (done, damaged) => {
        if (damaged > 0) process.stderr.write(`nooks: ${tornText(damaged)} made again\n`);
        progress.start(done);
      },
      onFinished: (finished) => progress.finished(finished),
      onLoss: (sentence) => progress.note(`nooks: ${sentence}`),
    });
  } finally {
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  if (stop.signal.aborted) return interrupted(folder, stop.signal.reason as 'SIGINT' | 'SIGTERM');
  return tell(folder, json);
}

function interrupted(folder: CampaignFolder, signal: 'SIGINT' | 'SIGTERM'): number {
  const { rows } = readResults(folder);
  const path = pathOf(folder);
  process.stderr.write(`nooks: interrupted after ${rows.length} of ${countTrials(folder.campaign)} trials; `
    + `go on with: nooks campaign --resume ${path}\n`);
  return signalStatus[signal];
}

function tell(folder: CampaignFolder, json: boolean): number {
  const { rows, hash } = readResults(folder), summary = summarise(folder.campaign, rows);
  process.stdout.write(json ? resultsJson(summary, hash) : `\n${resultsText(summary, hash)}`);
  const report = join(folder.path, 'report.html');
  writeWhole(report, reportPage({ summary, rows, hash }));
  process.stderr.write(`\nreport: ${relative('.', report)}\n`);
  return summary.harnessErrors.length > 0 ? statuses.undecided.status : 0;
}

const pathOf = ({ path }: CampaignFolder) => relative('.', path) || '.';
