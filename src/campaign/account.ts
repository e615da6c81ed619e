/** A trial told to a person: its faults, what happened when, what the console said, what came of it and why. */
import { outcomes } from './outcome.ts';
import type { InjectedFault, TrialRecord } from './record.ts';

/** An instruction near a fault, as it was before faults were put in. */
export interface Neighbour { readonly address: number; readonly word: number; readonly text: string }

/** Something that happened in a trial, in virtual nanoseconds since the injection. */
export interface Moment { readonly ns: number; readonly hart: number; readonly what: string }

/** What is seen of a trial while it is run again, beside its record. */
export interface Sights {
  /** The code around each fault, in the order of the faults; it includes the changed instruction. */
  readonly code: readonly (readonly Neighbour[])[];
  /** In the order of time. */
  readonly moments: readonly Moment[];
}

/** The text, which ends with a newline. */
export function accountOf(record: TrialRecord, { code, moments }: Sights = { code: [], moments: [] }): string {
  const { line, outcome, evidence, faults, damage, steps, ns, console } = record;
  return [
    line, '', ...faults.flatMap((fault, index) => [...faultLines(fault), ...codeLines(fault, code[index] ?? [])]), '',
    ...timeline(faults, moments),
    'console:', ...console.trimEnd().split('\n').map((text) => `  | ${text}`), '',
    `outcome: ${outcome}: ${outcomes[outcome]}`, ...evidence.map((sentence) => `  ${sentence}`),
    ...(damage.length === 0 ? [] : ['found in the kernel afterwards:', ...damage.map((sentence) => `  ${sentence}`)]),
    `after ${(ns / 1e6).toFixed(3)} ms of its time, ${steps} instructions of all harts`, '',
  ].join('\n');
}

function faultLines(fault: InjectedFault): string[] {
  const { kind, address, function: name, source, before, after, edit, activated } = fault;
  const when = activated ? `first executed on hart ${activated.hart} after ${(activated.ns / 1000).toFixed(3)} us`
    : 'not executed';
  return [
    `${kind.padEnd(12)}${hex(address)}  ${name}  ${source ?? ''}`,
    `${' '.repeat(12)}${hex(before)} -> ${hex(after)}  ${edit}`, `${' '.repeat(12)}${when}`,
  ];
}

function codeLines({ address, edit }: InjectedFault, code: readonly Neighbour[]): string[] {
  return code.map((each) => `${' '.repeat(8)}${each.address === address ? '>>  ' : '    '}${hex(each.address)}  `
    + `${hex(each.word)}  ${each.address === address ? edit : each.text}`);
}

/** What happened, the first executions of changed instructions included. */
function timeline(faults: readonly InjectedFault[], moments: readonly Moment[]): string[] {
  if (moments.length === 0) return [];
  const executed = faults.flatMap(({ activated, kind, function: name }): Moment[] =>
    (activated ? [{ ...activated, what: `the ${kind} fault in ${name} is executed` }] : []));
  const lines = [...executed, ...moments].sort((a, b) => a.ns - b.ns).map(({ ns, hart, what }) =>
    `${(ns / 1000).toFixed(3).padStart(16)} us  hart ${hart}  ${what}`);
  return ['timeline:', ...lines, ''];
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
