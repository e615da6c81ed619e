/** Counts of outcomes with their intervals, and what Nooks changed, paired by trial. */
import { crashes, type Outcome, outcomeNames } from './outcome.ts';

export interface Interval { readonly low: number; readonly high: number }

/** The normal distribution's quantile for two-sided 95%. */
const z95 = 1.959963984540054;

/** Wilson's 95% interval for a proportion: right near 0 and 1 too. E. B. Wilson, JASA 22 (1927). */
export function wilson(hits: number, trials: number, z = z95): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const p = hits / trials, z2 = z * z / trials;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = z / (1 + z2) * Math.sqrt(p * (1 - p) / trials + z2 / (4 * trials));
  return { low: hits === 0 ? 0 : Math.max(0, centre - half), high: hits === trials ? 1 : Math.min(1, centre + half) };
}

/** How often there was each outcome. Trials are those with a verdict: harness errors are none. */
export interface Tally {
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly trials: number;
  readonly crashes: number;
}

export function tally(results: Iterable<Outcome>): Tally {
  const counts = Object.fromEntries(outcomeNames.map((name) => [name, 0])) as Record<Outcome, number>;
  let trials = 0;
  for (const outcome of results) {
    counts[outcome]++;
    if (outcome !== 'harness error') trials++;
  }
  return { counts, trials, crashes: crashes.reduce((sum, name) => sum + counts[name], 0) };
}

/** The same trial natively and under Nooks. */
export interface Pair { readonly native: Outcome; readonly nooks: Outcome }

export interface Effect {
  readonly native: number;
  /** Of those, how many are there under Nooks as well, and how many are there only then. */
  readonly kept: number;
  readonly added: number;
  /** The share of the native ones that Nooks removed. */
  readonly removed: Interval & { readonly share: number };
}

/** What Nooks does about outcomes of some kind, trial by trial; pairs with a harness error are left out. */
export function effect(pairs: Iterable<Pair>, of: readonly Outcome[] = crashes): Effect {
  let native = 0, kept = 0, added = 0;
  for (const pair of pairs) {
    if (pair.native === 'harness error' || pair.nooks === 'harness error') continue;
    const before = of.includes(pair.native), after = of.includes(pair.nooks);
    if (before) native++;
    if (before && after) kept++;
    if (!before && after) added++;
  }
  const removed = native - kept;
  return { native, kept, added, removed: { share: native === 0 ? 0 : removed / native, ...wilson(removed, native) } };
}
