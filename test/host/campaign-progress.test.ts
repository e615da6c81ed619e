/** What is told of a campaign while it runs: on a terminal a picture that is drawn over, elsewhere lines. */
import { expect, test } from 'vitest';
import { CampaignProgress, type ProgressScreen } from '../../src/host/campaign-progress.ts';
import { campaignOf, recordOf } from '../campaign/made-up.ts';

const campaign = campaignOf({ extensions: ['e1000', 'sb'], trials: 10 });

function progressOn(screen: Omit<ProgressScreen, 'write'>) {
  const written: string[] = [];
  let now = 0;
  const progress = new CampaignProgress(campaign, { ...screen, write: (text) => written.push(text) }, () => now);
  return { progress, written, at: (ms: number) => { now = ms; } };
}

test('lines tell the rate, the time that is left, and the counts of what was begun with', () => {
  const { progress, written, at } = progressOn({});
  progress.start([recordOf('sb', 'native', 1, 'panic'), recordOf('sb', 'native', 2, 'extension failure')]);
  at(10_000);
  for (let seed = 1; seed <= 4; seed++) progress.finished(recordOf('sb', 'nooks', seed, 'recovered'));
  progress.finished(recordOf('sb', 'nooks', 5, 'harness error'));
  progress.end();
  expect(written).toEqual([
    '2 of 40 trials; sb native 2/10: 1 crash, 1 failure\n',
    '3 of 40 trials, 0.1 a second, 6:10 left; sb native 2/10: 1 crash, 1 failure; '
      + 'nooks 1/10: 0 crashes, 0 failures, 1 recovered\n',
    '7 of 40 trials, 0.5 a second, 1:06 left; sb native 2/10: 1 crash, 1 failure; '
      + 'nooks 5/10: 0 crashes, 0 failures, 4 recovered, 1 harness error\n',
  ]);
});

test('a terminal shows a bar and a row per extension, drawn in place of the last', () => {
  const { progress, written, at } = progressOn({ isTTY: true, columns: 40 });
  progress.start([]);
  at(4000);
  for (let seed = 1; seed <= 20; seed++) {
    progress.finished(recordOf('e1000', seed > 10 ? 'nooks' : 'native', seed, 'hang'));
  }
  progress.note('nooks: something');
  progress.end();
  expect(written[0]).toBe('[..............................] 0 of 4\n');
  expect(written.slice(1, 3)).toEqual(['\x1b[1A\x1b[J',
    '[..............................] 1 of 4\n  e1000 native 1/10: 1 crash, 0 failure\n']);
  expect(written.slice(3, 5)).toEqual(['\x1b[2A\x1b[J', 'nooks: something\n']);
  expect(written.at(-1)).toBe('[###############...............] 20 of \n  e1000 native 10/10: 10 crashes, 0 fai\n');
});

test('hours are told when there are some', () => {
  const { progress, written, at } = progressOn({});
  progress.start([]);
  at(10 * 3600 * 1000 / 39);
  progress.finished(recordOf('sb', 'native', 1, 'panic'));
  progress.end();
  expect(written[1]).toContain('0.0 a second, 10:00:00 left');
});
