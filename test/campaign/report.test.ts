/** The page and the columns of a campaign's results, from made-up records. */
import { expect, test } from 'vitest';
import { csvOf, resultColumns } from '../../src/campaign/columns.ts';
import { activationTimes, struckFunctions, transitions } from '../../src/campaign/details.ts';
import { outcomeNames } from '../../src/campaign/outcome.ts';
import { reportPage } from '../../src/campaign/report/page.ts';
import { summarise } from '../../src/campaign/summary.ts';
import type { ResultRow } from '../../src/campaign/results.ts';
import { campaignOf, rowsOf } from './made-up.ts';

const rows: ResultRow[] = [
  ...rowsOf('e1000', [['panic', 'recovered'], ['panic', 'hang'], ['no effect', 'extension failure']]),
  ...rowsOf('sb', [['not activated', 'not activated'], ['extension failure', 'harness error']]),
];
const spoilt = rows.map((row): ResultRow => (row.outcome === 'hang'
  ? { ...row, evidence: ['<script>alert("1")</script> & more'], damage: ['pages: 3 too many'] } : row));
const campaign = campaignOf({ extensions: ['e1000', 'sb'], trials: 3 });
const page = (some: readonly ResultRow[]) =>
  reportPage({ summary: summarise(campaign, some), rows: some, hash: 'abc' });

/** Names of elements that are not closed, or closed without being open. */
function unbalanced(html: string): string[] {
  const open: string[] = [], wrong: string[] = [];
  for (const [, close, name = '', empty] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
    if (empty || ['meta', 'br'].includes(name)) continue;
    if (!close) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

test.each<[string, readonly ResultRow[]]>([
  ['full', spoilt], ['without trials', []], ['native alone', rows.filter(({ trial }) => trial.mode === 'native')],
  ['nooks alone', rows.filter(({ trial }) => trial.mode === 'nooks')],
])('the page is whole and needs nothing else: %s', (_, some) => {
  const html = page(some);
  expect(unbalanced(html)).toEqual([]);
  expect(html).not.toMatch(/NaN|undefined|Infinity|https?:|<script|src=|@import|url\(/);
});

test('a page that is not well-formed is noticed', () => expect(unbalanced('<p><b>x</p>')).toEqual(['p', 'p']));

test('the page shows the trials to look at with their lines, and what is unusual in them as text', () => {
  const html = page(spoilt);
  expect(html).toContain('nooks replay e1000/nooks/seed=2/faults=5/harts=2/schedule=1/quantum=1000');
  expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more');
  expect(html).toContain('Trials without a verdict: 1');
  expect(html).toContain('Kernels found damaged after a trial under Nooks: 1');
  expect(html).toContain('Failures under Nooks that were none natively: 1');
  expect(html).toContain('317 → 4 of 2000');
});

test('details count what the rows say', () => {
  const { native, nooks, counts } = transitions(rows, outcomeNames);
  expect({ native, nooks }).toEqual({
    native: ['panic', 'extension failure', 'no effect', 'not activated'],
    nooks: ['harness error', 'hang', 'recovered', 'extension failure', 'not activated'],
  });
  expect(counts).toEqual([[0, 1, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]);
  expect(struckFunctions(rows)).toEqual([
    { extension: 'e1000', name: 'f', trials: 6, crashes: 3, failures: 1 },
    { extension: 'sb', name: 'f', trials: 1, crashes: 0, failures: 1 },
  ]);
  expect(activationTimes(rows)).toEqual([100, 100, 100, 100, 100, 100, 100]);
});

/** Cells of a file as RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    lines.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ',') lines.push([]);
  }
  return lines.slice(0, -1);
}

test('CSV has every cell, whatever is in it', () => {
  const cells = spoilt.map((row) => resultColumns.map(({ of }) => String(of(row) ?? '')));
  expect(parseCsv(csvOf(spoilt))).toEqual([resultColumns.map(({ name }) => name), ...cells]);
});
