/** What is kept of a trial: plain data, a function of its line. */
import type { FaultKind } from './faults.ts';
import type { Outcome } from './outcome.ts';

export interface InjectedFault {
  readonly kind: FaultKind;
  /** Virtual address of the changed instruction, and its place in the module's `.text`. */
  readonly address: number;
  readonly offset: number;
  readonly function: string;
  /** `file:line` of the driver's source; undefined where nothing is known. */
  readonly source: string | undefined;
  /** The words, as signed numbers, and both in assembly: `lw a0,4(a1) -> lw a0,4(a3)`. */
  readonly before: number;
  readonly after: number;
  readonly edit: string;
  /** When it was first executed; undefined if it never was. */
  readonly activated: Activation | undefined;
}

export interface Activation {
  readonly hart: number;
  /** Virtual nanoseconds since the injection. */
  readonly ns: number;
}

export interface TrialRecord {
  /** The trial, as `printTrial` gives it. */
  readonly line: string;
  readonly outcome: Outcome;
  /** Why, in sentences. */
  readonly evidence: readonly string[];
  readonly faults: readonly InjectedFault[];
  /**
   * What was found damaged in a kernel that lives, after the extension was unloaded: pages and objects that are not
   * as many as after a golden run, complaints of the kernel, a crash while unloading. It does not change the outcome.
   */
  readonly damage: readonly string[];
  /** Failures that Nooks has found. */
  readonly failures: number;
  /** Steps of all harts, and virtual nanoseconds, from the injection until the outcome was clear. */
  readonly steps: number;
  readonly ns: number;
  /** What the console said from the injection on. */
  readonly console: string;
}

/** Runs trials, in any order, and gives their records as they come; the host's `trialRunner` is one. */
export type RunTrials = (lines: AsyncIterable<string> | Iterable<string>) => AsyncIterable<TrialRecord>;
