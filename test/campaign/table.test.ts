/** The tables of a campaign, cell by cell, from made-up records. */
import { expect, test } from 'vitest';
import type { FaultKind } from '../../src/campaign/faults.ts';
import type { Outcome } from '../../src/campaign/outcome.ts';
import { summarise } from '../../src/campaign/summary.ts';
import { campaignTable, findings, kindTable, remarkList } from '../../src/campaign/table.ts';
import { campaignOf, rowsOf } from './made-up.ts';

const cells = (text: string) => text.trimEnd().split('\n').map((line) => line.split(/ {2,}/));
const paperRow = ['(Nooks, SOSP 2003)', '2000', '317, 16% (14-18)', '4, 0.2% (0.1-0.5)', '313, 99% (97-100)',
  '512, 26% (24-28)', '212, 11% (9.3-12)', '-'];

/** So many trials, with their outcomes natively and under Nooks. */
type Some = readonly [number, Outcome, Outcome?];
const summaryOf = (results: Readonly<Record<string, readonly Some[]>>, kinds?: readonly FaultKind[]) => {
  const rows = Object.entries(results).flatMap(([extension, groups]) => {
    const outcomes = groups.flatMap(([count, native, nooks]) =>
      Array.from({ length: count }, () => [native, nooks] as const));
    return rowsOf(extension, outcomes, kinds);
  });
  return summarise(campaignOf({ extensions: Object.keys(results), trials: 100 }), rows);
};

test('a row per extension, one for all, and the paper\'s', () => {
  expect(cells(campaignTable(summaryOf({
    e1000: [
      [20, 'panic', 'recovered'], [1, 'hang', 'deadlock'], [12, 'extension failure', 'extension failure'],
      [67, 'not activated', 'not activated'],
    ],
    sb: [[1, 'no effect', 'no effect']],
  })))).toEqual([
    ['extension', 'trials', 'crashes', 'under Nooks', 'removed', 'failures', 'under Nooks', 'recovered'],
    ['e1000', '100', '21, 21% (14-30)', '1, 1.0% (0.2-5.4)', '20, 95% (77-99)', '12, 12% (7.0-20)', '12, 12% (7.0-20)',
      '20, 20% (13-29)'],
    ['sb', '1', '0, 0.0% (0.0-79)', '0, 0.0% (0.0-79)', '-', '0, 0.0% (0.0-79)', '0, 0.0% (0.0-79)',
      '0, 0.0% (0.0-79)'],
    ['all', '101', '21, 21% (14-30)', '1, 1.0% (0.2-5.4)', '20, 95% (77-99)', '12, 12% (6.9-20)', '12, 12% (6.9-20)',
      '20, 20% (13-29)'],
    paperRow,
  ]);
});

test('a campaign in one mode has no figures of the other', () => {
  const summary = summaryOf({ sb: [[3, 'panic'], [1, 'no effect']] });
  expect(cells(campaignTable(summary))[1])
    .toEqual(['sb', '4', '3, 75% (30-95)', '-', '-', '0, 0.0% (0.0-49)', '-', '-']);
  expect(findings(summary).join(' ')).not.toContain('both modes');
});

test('what Nooks changed is told trial by trial, and each crash that is left with its line', () => {
  const summary = summaryOf({ sb: [
    [3, 'panic', 'recovered'], [1, 'panic', 'panic'], [1, 'no effect', 'hang'], [2, 'no effect', 'extension failure'],
    [1, 'harness error', 'panic'],
  ] });
  expect(findings(summary)).toContain('Of 8 trials in both modes: '
    + 'of 4 crashes Nooks removed 3 (75%, 30-95) and added 1; '
    + 'there were no extension failures natively, and Nooks added 2.');
  expect(summary.survivingCrashes.map(({ line, outcome, other }) => [line, outcome, other])).toEqual([
    ['sb/nooks/seed=4/faults=5/harts=2/schedule=1/quantum=1000', 'panic', 'panic'],
    ['sb/nooks/seed=5/faults=5/harts=2/schedule=1/quantum=1000', 'hang', 'no effect'],
    ['sb/nooks/seed=8/faults=5/harts=2/schedule=1/quantum=1000', 'panic', 'harness error'],
  ]);
  expect(summary.addedFailures.length).toBe(2);
  expect(summary.harnessErrors.length).toBe(1);
  expect(remarkList('Crashes', summary.survivingCrashes)).toContain(
    'nooks replay sb/nooks/seed=5/faults=5/harts=2/schedule=1/quantum=1000\n    hang (in the other mode no effect): ');
});

test('crashes that were not tried under Nooks are no merit of it', () => {
  const summary = summaryOf({ sb: [[3, 'panic', 'recovered'], [2, 'hang', 'not activated']] });
  expect(findings(summary)).toContain('Of the 5 crashes removed, 2 are no merit of isolation: under Nooks, which takes '
    + 'other time, the trial executed no changed instruction.');
});

test('a kind of fault answers for trials in which it was executed first', () => {
  const some: Some[] = [[2, 'panic', 'recovered'], [1, 'not activated', 'not activated']];
  const summary = summaryOf({ sb: some }, ['text', 'nop']);
  const row = (kind: string) => cells(kindTable(summary)).find(([name]) => name === kind);
  // Each trial has a text fault that is executed first, and a nop that comes later.
  expect(row('text'))
    .toEqual(['text', '6', '4, 67%', '2', '2, 100%', '0, 0.0%', '2', '0, 0.0%', '0, 0.0%', '2, 100%']);
  expect(row('nop')).toEqual(['nop', '6', '4, 67%', '0', '-', '-', '0', '-', '-', '-']);
  expect(row('init')).toEqual(['init', '0', '-', '0', '-', '-', '0', '-', '-', '-']);
});

test('reasons of crashes are counted without places and numbers', () => {
  const { reasons } = summaryOf({ sb: [[2, 'panic', 'panic'], [1, 'hang', 'no effect']] });
  expect(reasons.native.map(({ reason, count }) => [reason, count]))
    .toEqual([['panic: Oops: load of a CPU at X', 2], ['hang: Oops: load of a CPU at X', 1]]);
});
