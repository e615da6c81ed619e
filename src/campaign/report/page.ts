/** The report of a campaign as one page of HTML that needs nothing else. */
import type { CampaignSummary } from '../summary.ts';
import type { ResultRow } from '../results.ts';
import { findings } from '../table.ts';
import { escape, paragraph } from './markup.ts';
import { cards, definitions, extensionRates, outcomeBars, pairedOutcomes } from './outcomes.ts';
import { activation, kinds, reasons, struck, trialsToLookAt } from './evidence.ts';
import { style } from './style.ts';

export interface ReportInput {
  readonly summary: CampaignSummary;
  readonly rows: readonly ResultRow[];
  /** Of the records, as `nooks campaign` prints it. */
  readonly hash: string;
}

export function reportPage({ summary, rows, hash }: ReportInput): string {
  const { campaign, done } = summary;
  const title = `Fault campaign: ${campaign.extensions.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body><main>
<h1>${escape(title)}</h1>
<p class="lead">${escape(settingsOf(summary))}</p>
${cards(summary)}
${findings(summary).map(paragraph).join('\n')}
${[
    outcomeBars(summary), extensionRates(summary), pairedOutcomes(rows), kinds(summary), reasons(summary),
    activation(rows), struck(rows), trialsToLookAt(summary), definitions(campaign),
  ].join('\n')}
<p class="note">Hash of the ${done} records: <code>${escape(hash)}</code>. The same campaign gives the same hash on any
machine, with any number of workers, however often it was interrupted.</p>
</main></body>
</html>
`;
}

function settingsOf({ campaign, done }: CampaignSummary): string {
  const { modes, faults, harts, seed, trials, schedule, schedules, quantum, workload } = campaign;
  return [
    `${done} trials (${modes.join(' and ')})`, `${faults} faults each, seeds ${seed} to ${seed + trials - 1}`,
    `machines of ${harts} ${harts === 1 ? 'hart' : 'harts'}`,
    schedules === 1 ? `schedule ${schedule}` : `schedules ${schedule} to ${schedule + schedules - 1}`,
    `turns of ${quantum} instructions`, ...(workload === undefined ? [] : [`workload ${workload}`]),
  ].join('; ');
}
