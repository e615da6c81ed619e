/** The table of a campaign, cell by cell. */
import { expect, test } from 'vitest';
import type { Pair } from '../../src/campaign/statistics.ts';
import { campaignTable } from '../../src/campaign/table.ts';

const times = (count: number, pair: Pair) => Array.from({ length: count }, () => pair);

test('a row per extension, and one for all', () => {
  expect(campaignTable([
    { extension: 'e1000', pairs: [
      ...times(20, { native: 'panic', nooks: 'recovered' }), { native: 'hang', nooks: 'deadlock' },
      ...times(12, { native: 'extension failure', nooks: 'extension failure' }),
      ...times(67, { native: 'not activated', nooks: 'not activated' }),
    ] },
    { extension: 'sb', pairs: [{ native: 'no effect', nooks: 'no effect' }] },
  ]).trimEnd().split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['extension', 'trials', 'crashes', 'under Nooks', 'removed', 'failures', 'under Nooks', 'recovered'],
    ['e1000', '100', '21, 21% (14-30)', '1, 1.0% (0.2-5.4)', '20, 95% (77-99)', '12, 12% (7.0-20)', '12, 12% (7.0-20)',
      '20, 20% (13-29)'],
    ['sb', '1', '0, 0.0% (0.0-79)', '0, 0.0% (0.0-79)', '0, of none', '0, 0.0% (0.0-79)', '0, 0.0% (0.0-79)',
      '0, 0.0% (0.0-79)'],
    ['all', '101', '21, 21% (14-30)', '1, 1.0% (0.2-5.4)', '20, 95% (77-99)', '12, 12% (6.9-20)', '12, 12% (6.9-20)',
      '20, 20% (13-29)'],
  ]);
});
