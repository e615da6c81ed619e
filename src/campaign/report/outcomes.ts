/** Parts of the report that say what came of the trials. */
import type { Campaign } from '../campaign.ts';
import { transitions } from '../details.ts';
import { faultKinds } from '../faults.ts';
import { type Outcome, outcomes } from '../outcome.ts';
import { paper } from '../paper.ts';
import type { ResultRow } from '../results.ts';
import { wilson } from '../statistics.ts';
import type { CampaignSummary, ExtensionSummary, ModeSummary } from '../summary.ts';
import { percent, rate } from '../table.ts';
import { modes, type Mode } from '../trial.ts';
import { type IntervalRow, intervals, legend, type Segment, stackedBars } from './charts.ts';
import { type Cell, escape, figure, paragraph, section, table } from './markup.ts';

/** The colours of outcomes, worst first, as charts show them. */
export const colours = {
  panic: 'crash', reboot: 'crash', deadlock: 'hang', hang: 'hang', 'extension failure': 'failure',
  recovered: 'recovered', 'no effect': 'harmless', 'not activated': 'idle', 'harness error': 'error',
} as const satisfies Record<Outcome, string>;
const order = Object.keys(colours) as Outcome[];

const modeNames: Record<Mode, string> = { native: 'native', nooks: 'Nooks' };

/** The figures that the paper tells, in large. */
export function cards({ all }: CampaignSummary): string {
  const { native, nooks, crashes, failures } = all;
  const both = native.trials > 0 && nooks.trials > 0, inPaper = paper.native.crashes - paper.nooks.crashes;
  const card = (figureText: string, about: string, beside: string) =>
    `<div class="card"><b>${escape(figureText)}</b><span>${escape(about)}</span><span>${escape(beside)}</span></div>`;
  const change = (before: number, after: number) =>
    (both ? `${before} → ${after}` : `${native.trials > 0 ? before : after}`);
  const { share, low, high } = crashes.removed;
  return `<div class="cards">${[
    card(change(native.crashes, nooks.crashes), both ? 'crashes, native → Nooks' : 'crashes',
      `paper: ${paper.native.crashes} → ${paper.nooks.crashes} of ${paper.trials}`),
    ...(crashes.native === 0 ? [] : [card(`${percent(share)}%`,
      `of crashes removed (${percent(low)}–${percent(high)}%)`,
      `paper: ${percent(inPaper / paper.native.crashes)}%`)]),
    card(change(native.failures, nooks.failures),
      both ? 'extension failures, native → Nooks' : 'extension failures',
      `paper: ${paper.native.failures} → ${paper.nooks.failures} of ${paper.trials}`),
    ...(failures.native === 0 ? [] : [card(`${percent(failures.removed.share)}%`, 'of extension failures removed',
      `paper: ${percent((paper.native.failures - paper.nooks.failures) / paper.native.failures)}%`)]),
    ...(nooks.trials === 0 ? [] : [card(`${nooks.recovered}`, 'trials under Nooks ended in recovery',
      `${percent(nooks.recovered / nooks.trials)}% of ${nooks.trials}`)]),
  ].join('')}</div>`;
}

export function outcomeBars({ extensions, all }: CampaignSummary): string {
  const shown = extensions.length > 1 ? [...extensions, all] : extensions;
  const rows = shown.flatMap((each) => tried(each).map((mode) =>
    ({ label: `${each.extension}, ${modeNames[mode]}`, segments: segmentsOf(each[mode]) })));
  return section('What came of the trials', figure(
    'Each bar is all trials of an extension in one mode. Panics and reboots, deadlocks and hangs are the paper\'s '
    + 'system crash; trials in which no changed instruction was executed are faint.',
    legend(legendOf(rows.flatMap(({ segments }) => segments))), stackedBars(rows)));
}

/** The modes in which there were trials. */
const tried = (each: ExtensionSummary) => modes.filter((mode) => each[mode].trials > 0);

export const segmentsOf = ({ counts }: ModeSummary): Segment[] =>
  order.map((outcome) => ({ colour: colours[outcome], name: outcome, count: counts[outcome] }));

/** One entry per colour, for what there is. */
export function legendOf(segments: readonly Segment[]): { colour: string; name: string }[] {
  const found = order.filter((outcome) => segments.some(({ name, count }) => name === outcome && count > 0));
  return [...new Set(found.map((outcome) => colours[outcome]))].map((colour) =>
    ({ colour, name: found.filter((outcome) => colours[outcome] === colour).join(', ') }));
}

export function extensionRates({ extensions, all }: CampaignSummary): string {
  const shown = extensions.length > 1 ? [...extensions, all] : extensions;
  const of = (what: 'crashes' | 'failures', noun: string) => figure(
    `${noun} per trial, with Wilson's 95% intervals.`,
    intervals([...shown.flatMap((each) => tried(each).map((mode) => rateRow(each, mode, what))),
      ...modes.map((mode) => paperRow(mode, what))]));
  return section('Rates beside the paper\'s', paragraph(
    `The paper's are ${paper.title}: 400 trials of 5 faults of each of ${paper.extensions} extensions in each mode.`),
    of('crashes', 'System crashes'), of('failures', 'Extension failures'), rateTable(shown));
}

function rateRow(each: ExtensionSummary, mode: Mode, what: 'crashes' | 'failures'): IntervalRow {
  const { trials, [what]: hits } = each[mode];
  return {
    label: `${each.extension}, ${modeNames[mode]}`, colour: mode, share: hits / trials,
    interval: wilson(hits, trials), text: rate(hits, trials),
  };
}

function paperRow(mode: Mode, what: 'crashes' | 'failures'): IntervalRow {
  const hits = paper[mode][what];
  return {
    label: `paper, ${modeNames[mode]}`, colour: 'past', share: hits / paper.trials,
    interval: wilson(hits, paper.trials), text: rate(hits, paper.trials),
  };
}

function rateTable(shown: readonly ExtensionSummary[]): string {
  const head = ['extension', 'mode', 'trials', 'crashes', 'failures', 'recovered', 'damaged', 'executed'];
  return table(head, shown.flatMap((each) => tried(each).map((mode): Cell[] => {
    const { trials, crashes, failures, recovered, damaged, activated } = each[mode];
    return [each.extension, modeNames[mode], trials, ...[crashes, failures, recovered, damaged, activated].map((hits) =>
      ({ html: rateMarkup(hits, trials) }))];
  })), { text: [1] });
}

/** `21 <small>21% (14-30)</small>`. */
function rateMarkup(hits: number, trials: number): string {
  const [count = '', share = ''] = rate(hits, trials).split(', ');
  return `${count} <small>${share}</small>`;
}

export function pairedOutcomes(rows: readonly ResultRow[]): string {
  const { native, nooks, counts } = transitions(rows, order);
  if (native.length === 0) return '';
  const most = Math.max(...counts.flat());
  const head = nooks.map((outcome) => `<th>${outcome}</th>`).join('');
  const cell = (count: number, to: Outcome) => (count === 0 ? '<td></td>'
    : `<td style="--c:var(--${colours[to]});--part:${(count / most).toFixed(2)}">${count}</td>`);
  const body = native.map((outcome, at) =>
    `<tr><th>${outcome}</th>${nooks.map((to, column) => cell(counts[at]![column]!, to)).join('')}</tr>`);
  return section('The same trial in both modes',
    paragraph('Rows are what became of a trial natively, columns what became of the same faults under Nooks.'),
    `<div class="wide"><table class="heat"><thead><tr><th></th>${head}</tr></thead><tbody>${body.join('\n')}</tbody>`
      + '</table></div>');
}

export function definitions({ kinds }: Campaign): string {
  const list = (entries: readonly (readonly [string, string])[]) =>
    `<dl>${entries.map(([name, about]) => `<dt>${escape(name)}</dt><dd>${escape(about)}</dd>`).join('\n')}</dl>`;
  return section('Definitions', '<h3>Outcomes, the first that holds</h3>', list(Object.entries(outcomes)),
    '<h3>Kinds of faults</h3>', list(kinds.map((kind) => [kind, faultKinds[kind].about] as const)));
}
