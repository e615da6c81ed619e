/** What a campaign has shown: counts by extension, mode, kind of fault and reason, and the trials to look at. */
import { type Campaign, countTrials } from './campaign.ts';
import type { FaultKind } from './faults.ts';
import { crashes } from './outcome.ts';
import { executedKinds, firstExecuted, isCrash, isFailure, outcomesOf, pairsOf, type ResultRow } from './results.ts';
import { type Effect, effect, type Tally, tally } from './statistics.ts';
import type { Mode } from './trial.ts';

export interface ModeSummary extends Tally {
  readonly failures: number;
  readonly recovered: number;
  /** Trials in which a changed instruction was executed. */
  readonly activated: number;
  /** Trials whose kernel lived, but was found damaged afterwards. */
  readonly damaged: number;
}

export interface ExtensionSummary {
  readonly extension: string;
  readonly native: ModeSummary;
  readonly nooks: ModeSummary;
  /** What Nooks does about crashes and failures, over the trials that were run in both modes. */
  readonly pairs: number;
  readonly crashes: Effect;
  readonly failures: Effect;
  /** Crashes natively in whose trial no changed instruction was executed under Nooks, which takes other time. */
  readonly crashesUntried: number;
}

/** What faults of a kind did, in one mode. */
export interface KindSummary {
  readonly injected: number;
  readonly executed: number;
  /** Trials in which one of this kind was the first to be executed, and how they ended. */
  readonly first: ModeSummary;
}

export interface Reason { readonly reason: string; readonly count: number; readonly example: string }

/** A trial to look at: `nooks replay LINE`. */
export interface Remark {
  readonly line: string;
  readonly outcome: string;
  readonly why: string;
  /** The outcome of the same faults in the other mode; undefined if they were not tried. */
  readonly other: string | undefined;
}

export interface CampaignSummary {
  readonly campaign: Campaign;
  readonly planned: number;
  readonly done: number;
  readonly extensions: readonly ExtensionSummary[];
  readonly all: ExtensionSummary;
  /** For the campaign's kinds, in their order. */
  readonly kinds: readonly (Readonly<Record<Mode, KindSummary>> & { readonly kind: FaultKind })[];
  readonly reasons: Readonly<Record<Mode, readonly Reason[]>>;
  /** Under Nooks: every crash, damage that was found afterwards, and failures that were none natively. */
  readonly survivingCrashes: readonly Remark[];
  readonly damaged: readonly Remark[];
  readonly addedFailures: readonly Remark[];
  readonly harnessErrors: readonly Remark[];
  /** Steps of all harts, in all trials. */
  readonly steps: number;
}

/** @param rows each trial at most once */
export function summarise(campaign: Campaign, rows: readonly ResultRow[]): CampaignSummary {
  const others = new Map(pairsOf(rows).flatMap(({ native, nooks }) =>
    [[native.line, nooks.outcome], [nooks.line, native.outcome]] as const));
  const remarks = (chosen: readonly ResultRow[], why = whyOf): Remark[] => chosen.map((row) =>
    ({ line: row.line, outcome: row.outcome, why: why(row), other: others.get(row.line) }));
  const nooks = rows.filter(({ trial }) => trial.mode === 'nooks');
  return {
    campaign, planned: countTrials(campaign), done: rows.length,
    extensions: campaign.extensions.map((name) =>
      summaryOf(name, rows.filter(({ trial }) => trial.extension === name))),
    all: summaryOf('all', rows),
    kinds: campaign.kinds.map((kind) => ({
      kind, native: kindOf(kind, rows.filter(({ trial }) => trial.mode === 'native')), nooks: kindOf(kind, nooks),
    })),
    reasons: { native: reasonsOf(rows.filter(({ trial }) => trial.mode === 'native')), nooks: reasonsOf(nooks) },
    survivingCrashes: remarks(nooks.filter(isCrash)),
    damaged: remarks(nooks.filter(isDamaged), ({ damage }) => damage.join('; ')),
    addedFailures: remarks(nooks.filter((row) =>
      isFailure(row) && ['no effect', 'not activated'].includes(others.get(row.line) ?? ''))),
    harnessErrors: remarks(rows.filter(({ outcome }) => outcome === 'harness error')),
    steps: rows.reduce((sum, { steps }) => sum + steps, 0),
  };
}

function summaryOf(extension: string, rows: readonly ResultRow[]): ExtensionSummary {
  const of = (mode: Mode) => modeOf(rows.filter(({ trial }) => trial.mode === mode));
  const pairs = pairsOf(rows).map(outcomesOf);
  return {
    extension, native: of('native'), nooks: of('nooks'), pairs: pairs.length, crashes: effect(pairs, crashes),
    failures: effect(pairs, ['extension failure']),
    crashesUntried: pairs.filter(({ native, nooks }) => crashes.includes(native) && nooks === 'not activated').length,
  };
}

function modeOf(rows: readonly ResultRow[]): ModeSummary {
  const sums = tally(rows.map(({ outcome }) => outcome));
  return {
    ...sums, failures: sums.counts['extension failure'], recovered: sums.counts.recovered,
    activated: sums.trials - sums.counts['not activated'], damaged: rows.filter(isDamaged).length,
  };
}

function kindOf(kind: FaultKind, rows: readonly ResultRow[]): KindSummary {
  return {
    injected: rows.reduce((sum, { faults }) => sum + faults.filter((fault) => fault.kind === kind).length, 0),
    executed: rows.reduce((sum, row) => sum + executedKinds(row).filter((each) => each === kind).length, 0),
    first: modeOf(rows.filter((row) => firstExecuted(row)?.kind === kind)),
  };
}

const isDamaged = ({ damage }: ResultRow) => damage.length > 0;

/** The reasons of crashes, most frequent first. */
function reasonsOf(rows: readonly ResultRow[]): Reason[] {
  const lines = new Map<string, string[]>();
  for (const row of rows.filter(isCrash)) {
    const reason = reasonOf(row);
    lines.set(reason, [...lines.get(reason) ?? [], row.line]);
  }
  return [...lines].map(([reason, found]) => ({ reason, count: found.length, example: found[0]! }))
    .sort((a, b) => b.count - a.count);
}

/** What a crash has in common with others: how the kernel told it, without places and numbers. */
function reasonOf({ outcome, evidence }: ResultRow): string {
  const telling = evidence.find((sentence) => reasonGiven.test(sentence)) ?? evidence[0] ?? 'no evidence';
  const plain = telling.replace(/^(workload|service): /, '').replace(/ \[#\d+\]$/, '')
    .replaceAll(/\bCPU\d+/g, 'a CPU').replaceAll(/\b(0x)?[0-9a-f]{8}\b/g, 'X').replaceAll(/\+0x[0-9a-f]+/g, '');
  return `${outcome}: ${plain}`;
}

/** How a kernel tells an exception, and the watch of a trial what harts wait for; else the first evidence must do. */
const reasonGiven = / \[#\d+\]$| waits for | takes no clock |no progress|^workload: Kernel panic/;

const whyOf = ({ evidence }: ResultRow) => evidence.join('; ');
