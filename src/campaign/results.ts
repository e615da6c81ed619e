/** The results of a campaign as they are looked at: a row per trial that has been run. */
import type { FaultKind } from './faults.ts';
import { crashes, type Outcome } from './outcome.ts';
import type { TrialRecord } from './record.ts';
import { type Pair } from './statistics.ts';
import { type Mode, parseTrial, printTrial, type Trial } from './trial.ts';

/** A record without what takes room. */
export interface ResultRow extends Omit<TrialRecord, 'console'> { readonly trial: Trial }

export function rowOf({ console: _, ...record }: TrialRecord): ResultRow {
  return { ...record, trial: parseTrial(record.line) as Trial };
}

export const isCrash = ({ outcome }: { readonly outcome: Outcome }): boolean => crashes.includes(outcome);
export const isFailure = ({ outcome }: { readonly outcome: Outcome }): boolean => outcome === 'extension failure';

/** The fault that was executed first; undefined when none was. */
export function firstExecuted({ faults }: ResultRow): ResultRow['faults'][number] | undefined {
  return faults.filter(({ activated }) => activated).sort((a, b) => a.activated!.ns - b.activated!.ns)[0];
}

export const executedKinds = ({ faults }: ResultRow): FaultKind[] =>
  faults.filter(({ activated }) => activated).map(({ kind }) => kind);

export interface PairedRows { readonly native: ResultRow; readonly nooks: ResultRow }

/** Trials that have been run in both modes. */
export function pairsOf(rows: Iterable<ResultRow>): PairedRows[] {
  const byLine = new Map<string, Partial<Record<Mode, ResultRow>>>();
  for (const row of rows) {
    const key = printTrial({ ...row.trial, mode: 'native' });
    byLine.set(key, { ...byLine.get(key), [row.trial.mode]: row });
  }
  return [...byLine.values()].flatMap(({ native, nooks }) => (native && nooks ? [{ native, nooks }] : []));
}

export const outcomesOf = ({ native, nooks }: PairedRows): Pair => ({ native: native.outcome, nooks: nooks.outcome });
