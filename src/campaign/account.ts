/** A trial told to a person: its faults, what the console said, what came of it and why. */
import { outcomes } from './outcome.ts';
import type { InjectedFault, TrialRecord } from './record.ts';

/** The text, which ends with a newline. */
export function accountOf(record: TrialRecord): string {
  const { line, outcome, evidence, faults, damage, steps, ns, console } = record;
  return [
    line, '', ...faults.flatMap(faultLines), '',
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

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
