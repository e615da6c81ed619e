/** The results of a campaign as text: a row per extension, as in Figures 6 and 7 of Nooks (SOSP 2003). */
import { paper } from './paper.ts';
import { type Effect, wilson } from './statistics.ts';
import type { CampaignSummary, ExtensionSummary, ModeSummary, Remark } from './summary.ts';
import { aligned } from './text-table.ts';

const headings = ['extension', 'trials', 'crashes', 'under Nooks', 'removed', 'failures', 'under Nooks', 'recovered'];

/** Rates are with Wilson's 95% intervals, in percent; the last rows are all extensions together, and the paper's. */
export function campaignTable({ extensions, all }: Pick<CampaignSummary, 'extensions' | 'all'>): string {
  return aligned([headings, ...[...extensions, ...(extensions.length > 1 ? [all] : [])].map(extensionRow), paperRow()]);
}

function extensionRow({ extension, native, nooks, crashes }: ExtensionSummary): string[] {
  const ran = (mode: ModeSummary, hits: number) => (mode.trials === 0 ? '-' : rate(hits, mode.trials));
  return [
    extension, trialsText(native.trials, nooks.trials), ran(native, native.crashes), ran(nooks, nooks.crashes),
    removedText(crashes), ran(native, native.failures), ran(nooks, nooks.failures), ran(nooks, nooks.recovered),
  ];
}

function paperRow(): string[] {
  const { trials, native, nooks } = paper;
  return [
    `(${paper.title})`, `${trials}`, rate(native.crashes, trials), rate(nooks.crashes, trials),
    rate(native.crashes - nooks.crashes, native.crashes), rate(native.failures, trials), rate(nooks.failures, trials),
    '-',
  ];
}

/** As many in both modes, or the two numbers. */
const trialsText = (native: number, nooks: number) =>
  (native === nooks || nooks === 0 ? `${native}` : native === 0 ? `${nooks}` : `${native}, ${nooks}`);

const removedText = ({ native, kept }: Effect) => (native === 0 ? '-' : rate(native - kept, native));

/** `20, 20% (13-29)`. */
export function rate(hits: number, trials: number): string {
  const { low, high } = wilson(hits, trials);
  return `${hits}, ${percent(hits / trials)}% (${percent(low)}-${percent(high)})`;
}

/** Without the sign. */
export const percent = (share: number): string => (share * 100).toFixed(share < 0.1 ? 1 : 0);

const kindHeadings = [
  'kind of fault', 'injected', 'executed', 'first', 'crashes', 'failures', 'under Nooks: first', 'crashes', 'failures',
  'recovered',
];

/** A row per kind of fault: how many, and what came of trials in which one of the kind was the first to be executed. */
export function kindTable({ kinds }: Pick<CampaignSummary, 'kinds'>): string {
  return aligned([kindHeadings, ...kinds.map(({ kind, native, nooks }) => [
    kind, `${native.injected + nooks.injected}`,
    shareText(native.executed + nooks.executed, native.injected + nooks.injected),
    `${native.first.trials}`, shareText(native.first.crashes, native.first.trials),
    shareText(native.first.failures, native.first.trials),
    `${nooks.first.trials}`, shareText(nooks.first.crashes, nooks.first.trials),
    shareText(nooks.first.failures, nooks.first.trials), shareText(nooks.first.recovered, nooks.first.trials),
  ])]);
}

const shareText = (hits: number, of: number) => (of === 0 ? '-' : `${hits}, ${percent(hits / of)}%`);

/** What stands beside the tables, in sentences. */
export function findings(summary: CampaignSummary): string[] {
  const { all, planned, done } = summary, { native, nooks, crashes, failures, pairs } = all;
  const damaged = native.damaged + nooks.damaged;
  const perMode = (hits: (mode: ModeSummary) => number) => [
    ...(native.trials === 0 ? [] : [`${ofTrials(hits(native), native.trials)} natively`]),
    ...(nooks.trials === 0 ? [] : [`${ofTrials(hits(nooks), nooks.trials)} under Nooks`]),
  ].join(' and ');
  return [
    ...(done < planned ? [`${planned - done} of ${planned} trials have not been run.`] : []),
    ...(pairs === 0 ? [] : [
      `Of ${pairs} trials in both modes: ${changes('crashes', crashes)}; ${changes('extension failures', failures)}.`,
    ]),
    ...(all.crashesUntried === 0 ? [] : [
      `Of the ${crashes.native - crashes.kept} crashes removed, ${all.crashesUntried} are no merit of isolation: under `
        + 'Nooks, which takes other time, the trial executed no changed instruction.',
    ]),
    `Changed instructions were executed in ${perMode(({ activated }) => activated)}.`,
    ...(damaged === 0 ? [] : [
      `A kernel that lived was found damaged afterwards in ${perMode((mode) => mode.damaged)}.`,
    ]),
  ];
}

const ofTrials = (hits: number, trials: number) => `${hits} of ${trials} trials (${percent(hits / trials)}%)`;

/** `of 20 crashes Nooks removed 19 (95%, 76-99) and added 1`. */
function changes(what: string, { native, kept, added, removed }: Effect): string {
  if (native === 0) return `there were no ${what} natively, and Nooks added ${added}`;
  const { share, low, high } = removed;
  return `of ${native} ${what} Nooks removed ${native - kept} (${percent(share)}%, ${percent(low)}-${percent(high)}) `
    + `and added ${added}`;
}

/** Trials one by one, each with the command that runs it again. */
export function remarkList(heading: string, remarks: readonly Remark[]): string {
  if (remarks.length === 0) return '';
  return [`${heading}:`, ...remarks.map(({ line, outcome, why, other }) =>
    `  nooks replay ${line}\n    ${outcome}${other === undefined ? '' : ` (in the other mode ${other})`}: ${why}`), '']
    .join('\n');
}
