/** The results of a campaign for a terminal, and for programs. */
import { campaignTable, findings, kindTable, remarkList } from '../campaign/table.ts';
import type { CampaignSummary } from '../campaign/summary.ts';

export function resultsText(summary: CampaignSummary, hash: string): string {
  return [
    campaignTable(summary),
    `${findings(summary).join('\n')}\n`,
    kindTable(summary),
    remarkList('Crashes under Nooks', summary.survivingCrashes),
    remarkList('Trials without a verdict', summary.harnessErrors),
    `hash of ${summary.done} records: ${hash}\n`,
  ].filter((part) => part !== '').join('\n');
}

/** `2 torn or damaged records are`, to be completed. */
export const tornText = (damaged: number): string =>
  `${damaged} torn or damaged ${damaged === 1 ? 'record is' : 'records are'}`;

export const resultsJson = (summary: CampaignSummary, hash: string): string =>
  `${JSON.stringify({ hash, ...summary }, undefined, 2)}\n`;
