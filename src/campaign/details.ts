/** What a campaign's report shows beside its summary: how outcomes changed, where and when faults struck. */
import type { Outcome } from './outcome.ts';
import { firstExecuted, isCrash, isFailure, type PairedRows, pairsOf, type ResultRow } from './results.ts';

/** How many trials with one outcome natively had another under Nooks; only outcomes that there are. */
export interface Transitions {
  readonly native: readonly Outcome[];
  readonly nooks: readonly Outcome[];
  /** By native outcome, then by that under Nooks. */
  readonly counts: readonly (readonly number[])[];
}

/** @param order outcomes as they are to be listed */
export function transitions(rows: readonly ResultRow[], order: readonly Outcome[]): Transitions {
  const pairs = pairsOf(rows), present = (mode: keyof PairedRows) =>
    order.filter((outcome) => pairs.some((pair) => pair[mode].outcome === outcome));
  const native = present('native'), nooks = present('nooks');
  const counts = native.map((before) => nooks.map((after) =>
    pairs.filter((pair) => pair.native.outcome === before && pair.nooks.outcome === after).length));
  return { native, nooks, counts };
}

/** A function of an extension whose faults were the first to be executed. */
export interface StruckFunction {
  readonly extension: string;
  readonly name: string;
  readonly trials: number;
  readonly crashes: number;
  readonly failures: number;
}

/** Most trials first. */
export function struckFunctions(rows: readonly ResultRow[]): StruckFunction[] {
  const groups = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const fault = firstExecuted(row);
    if (!fault) continue;
    const key = `${row.trial.extension} ${fault.function}`;
    groups.set(key, [...groups.get(key) ?? [], row]);
  }
  return [...groups].map(([key, struck]) => {
    const [extension = '', name = ''] = key.split(' ');
    return {
      extension, name, trials: struck.length, crashes: struck.filter(isCrash).length,
      failures: struck.filter(isFailure).length,
    };
  }).sort((a, b) => b.trials - a.trials);
}

/** Nanoseconds from the injection to the first execution of a changed instruction, of the trials that had one. */
export const activationTimes = (rows: readonly ResultRow[]): number[] =>
  rows.flatMap((row) => firstExecuted(row)?.activated!.ns ?? []);
