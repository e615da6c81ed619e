/** Parts of the report that say what faults did, when and where, and which trials to look at. */
import { activationTimes, struckFunctions } from '../details.ts';
import { faultKinds } from '../faults.ts';
import type { Outcome } from '../outcome.ts';
import type { ResultRow } from '../results.ts';
import type { CampaignSummary, Reason, Remark } from '../summary.ts';
import { percent } from '../table.ts';
import { columns, legend, stackedBars } from './charts.ts';
import { escape, figure, paragraph, section, table } from './markup.ts';
import { colours, legendOf, segmentsOf } from './outcomes.ts';

/** Longer lists are cut, and say so: all is in the exported files. */
const most = { functions: 20, trials: 100 };

export function kinds({ kinds: all }: CampaignSummary): string {
  const rows = (mode: 'native' | 'nooks', name: string) => {
    const shown = all.filter((each) => each[mode].first.trials > 0);
    const bars = shown.map((each) => ({ label: each.kind, segments: segmentsOf(each[mode].first) }));
    return bars.length === 0 ? '' : figure(
      `${name}: trials by the kind of the changed instruction that was executed first, and their outcomes.`,
      legend(legendOf(bars.flatMap(({ segments }) => segments))), stackedBars(bars));
  };
  const share = (hits: number, of: number) =>
    ({ html: of === 0 ? '' : `${hits} <small>${percent(hits / of)}%</small>` });
  return section('Kinds of faults',
    paragraph('A trial has several faults; its outcome counts for the one that was executed first.'),
    rows('native', 'Native'), rows('nooks', 'Nooks'),
    table(['kind', 'injected', 'executed', 'what it changes'], all.map(({ kind, native, nooks }) => [
      kind, native.injected + nooks.injected,
      share(native.executed + nooks.executed, native.injected + nooks.injected), faultKinds[kind].about,
    ]), { text: [3] }));
}

export function reasons({ reasons: { native, nooks } }: CampaignSummary): string {
  const list = (title: string, all: readonly Reason[]) => (all.length === 0 ? '' : `<h3>${title}</h3>${
    table(['reason', 'crashes', 'for example'], all.map(({ reason, count, example }) =>
      [reason, count, replay(example)]), { text: [2] })}`);
  const none = native.length + nooks.length === 0 ? paragraph('There were none.') : '';
  return section('Reasons of crashes', none, list('Native', native), list('Under Nooks', nooks));
}

const replay = (line: string) => ({ html: `<code>nooks replay ${escape(line)}</code>` });

/** Bounds in milliseconds of the columns. */
const bounds = [0, 0.01, 0.1, 1, 10, 100, 1000, 10_000];

export function activation(rows: readonly ResultRow[]): string {
  const times = activationTimes(rows).map((ns) => ns / 1e6), last = bounds.length - 1;
  if (times.length === 0) return '';
  const shown = bounds.map((from, at) => {
    const to = bounds[at + 1] ?? Infinity;
    const label = at === last ? `${from / 1000} s and more` : `to ${to < 1000 ? `${to} ms` : `${to / 1000} s`}`;
    return { label, count: times.filter((time) => from <= time && time < to).length };
  });
  return section('When faults strike', figure(
    `Trials by the machine's time from the injection to the first execution of a changed instruction; in ${
      rows.length - times.length} of ${rows.length} there was none.`, columns(shown, 'harmless')));
}

export function struck(rows: readonly ResultRow[]): string {
  const all = struckFunctions(rows), shown = all.slice(0, most.functions);
  if (shown.length === 0) return '';
  return section('Where faults strike',
    paragraph(
      `Functions by the trials in which a fault in them was executed first; ${shown.length} of ${all.length}.`),
    table(['function', 'extension', 'trials', 'crashes', 'failures'],
      shown.map((each) => [each.name, each.extension, each.trials, each.crashes, each.failures]), { text: [1] }));
}

export function trialsToLookAt({
  survivingCrashes, damaged, addedFailures, harnessErrors,
}: CampaignSummary): string {
  return section('Trials to look at',
    survivingCrashes.length + damaged.length + addedFailures.length + harnessErrors.length === 0
      ? paragraph('No crash, damage or new failure under Nooks.') : '',
    trialList('Crashes under Nooks', survivingCrashes, true),
    trialList('Trials without a verdict', harnessErrors, true),
    trialList('Failures under Nooks that were none natively', addedFailures, false),
    trialList('Kernels found damaged after a trial under Nooks', damaged, false));
}

function trialList(title: string, all: readonly Remark[], open: boolean): string {
  if (all.length === 0) return '';
  const shown = all.slice(0, most.trials);
  const items = shown.map(({ line, outcome, why, other }) => `<li><span class="badge" style="--c:var(--${
    colours[outcome as Outcome]})">${escape(outcome)}</span>${
    other === undefined ? '' : ` in the other mode ${escape(other)}`}<br><code>nooks replay ${escape(line)}</code><br>`
    + `<span class="why">${escape(why)}</span></li>`);
  const cut = shown.length < all.length ? paragraph(`The first ${shown.length} of ${all.length}.`) : '';
  return `<details${open ? ' open' : ''}><summary>${escape(title)}: ${all.length}</summary>${cut}`
    + `<ul class="trials">${items.join('\n')}</ul></details>`;
}
