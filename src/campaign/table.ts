/** The table of a campaign as text: a row per extension, as in Figures 6 and 7 of Nooks (SOSP 2003). */
import { crashes, type Outcome } from './outcome.ts';
import { effect, type Pair, tally, wilson } from './statistics.ts';

/** Outcomes of the same trials in both modes, paired by trial. */
export interface ExtensionResults { readonly extension: string; readonly pairs: readonly Pair[] }

const headings = ['extension', 'trials', 'crashes', 'under Nooks', 'removed', 'failures', 'under Nooks', 'recovered'];

/** Rates are with Wilson's 95% intervals, in percent; the last row is all extensions together. */
export function campaignTable(results: readonly ExtensionResults[]): string {
  const all = { extension: 'all', pairs: results.flatMap(({ pairs }) => pairs) };
  return aligned([headings, ...[...results, ...(results.length > 1 ? [all] : [])].map(rowOf)]);
}

function rowOf({ extension, pairs }: ExtensionResults): string[] {
  const native = tally(pairs.map((pair) => pair.native)), nooks = tally(pairs.map((pair) => pair.nooks));
  const failures = (counts: Readonly<Record<Outcome, number>>) => counts['extension failure'];
  const { native: before, kept } = effect(pairs, crashes);
  return [
    extension, `${native.trials}`, rate(native.crashes, native.trials), rate(nooks.crashes, nooks.trials),
    rate(before - kept, before),
    rate(failures(native.counts), native.trials), rate(failures(nooks.counts), nooks.trials),
    rate(nooks.counts.recovered, nooks.trials),
  ];
}

/** `20, 20% (13-29)`. */
function rate(hits: number, trials: number): string {
  if (trials === 0) return `${hits}, of none`;
  const { low, high } = wilson(hits, trials), percent = (share: number) => (share * 100).toFixed(share < 0.1 ? 1 : 0);
  return `${hits}, ${percent(hits / trials)}% (${percent(low)}-${percent(high)})`;
}

/** Columns two blanks apart, the first to the left and the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) =>
    (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd())
    .map((line) => `${line}\n`).join('');
}
