/** What becomes of trials whose workers die, hang or fail, with threads that do so on purpose. */
import { mkdirSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Agenda } from '../../src/campaign/agenda.ts';
import { trialsOf } from '../../src/campaign/campaign.ts';
import { printTrial, type Trial } from '../../src/campaign/trial.ts';
import { CampaignFolder } from '../../src/host/campaign-folder.ts';
import { readResults } from '../../src/host/campaign-results.ts';
import { TrialPool } from '../../src/host/trial-pool.ts';
import type { Finished } from '../../src/host/trial-worker.ts';
import { campaignOf } from '../campaign/made-up.ts';
import { Scratch } from '../support/scratch.ts';

const scratch = new Scratch();
afterAll(() => scratch.remove());

const entry = new URL('../support/made-up-trials.ts', import.meta.url);
const campaign = campaignOf({ trials: 6 });
const trials = [...trialsOf(campaign)].map((trial): [Trial, string] => [trial, printTrial(trial)]);
let folders = 0;

/** Runs twelve trials of which some do as is said by their seeds. */
async function run(deeds: Readonly<Record<number, string>>, stopAfter = Infinity) {
  const path = scratch.path(`${++folders}`), marks = scratch.path(`${folders}-marks`);
  mkdirSync(marks);
  const folder = CampaignFolder.create(path, campaign, { images: '', program: '' });
  const finished: Finished[] = [], losses: string[] = [], stop = new AbortController();
  const outcome = await TrialPool.run({
    entry, workers: 2, agenda: new Agenda(trials), workerData: { folder: marks, deeds }, signal: stop.signal,
    journalPath: (worker) => folder.journalPath(worker), trialLimitMs: 3000,
    onFinished: (each) => { if (finished.push(each) >= stopAfter) stop.abort(); },
    onLoss: (sentence) => losses.push(sentence),
  }).catch((error: Error) => error);
  folder.release();
  const { rows, hash } = readResults(folder);
  return { rows, hash, finished, losses, outcome };
}

/** Lines and outcomes but for the usual ones. */
const unusual = (rows: readonly { line: string; outcome: string }[]) =>
  rows.filter(({ outcome }) => outcome !== 'panic').map(({ line, outcome }) => `${line.slice(0, 16)} ${outcome}`);

let undisturbed: string;
test('all goes well', async () => {
  const { rows, hash, finished, losses, outcome } = await run({});
  undisturbed = hash;
  expect({ rows: rows.length, unusual: unusual(rows), finished: finished.length, losses, outcome })
    .toEqual({ rows: 12, unusual: [], finished: 12, losses: [], outcome: undefined });
}, 30_000);

test('a worker that dies is replaced, and its trial succeeds the second time', async () => {
  const { rows, hash, losses, outcome } = await run({ 2: 'die once', 5: 'die once' });
  expect({ rows: rows.length, hash, outcome }).toEqual({ rows: 12, hash: undisturbed, outcome: undefined });
  expect(losses.sort()).toEqual(['native/seed=2', 'native/seed=5', 'nooks/seed=2', 'nooks/seed=5'].map((trial) =>
    `the worker that ran sb/${trial}/faults=5/harts=2/schedule=1/quantum=1000 ended: worker exited with code: 3`));
}, 30_000);

test('one that dies twice is a harness error, and the others are run', async () => {
  const { rows, finished, outcome } = await run({ 1: 'die', 3: 'throw' });
  expect(outcome).toBeUndefined();
  expect(unusual(rows)).toEqual([
    'sb/native/seed=1 harness error', 'sb/native/seed=3 harness error', 'sb/nooks/seed=1/ harness error',
    'sb/nooks/seed=3/ harness error',
  ]);
  expect([rows.length, finished.length]).toEqual([12, 12]);
  expect(rows.find(({ line }) => line.startsWith('sb/native/seed=3'))!.evidence)
    .toEqual(['its worker ended twice: a planted bug']);
}, 30_000);

test('one that takes too long ends with its worker', async () => {
  const { rows } = await run({ 6: 'hang' });
  expect(unusual(rows)).toEqual(['sb/native/seed=6 harness error', 'sb/nooks/seed=6/ harness error']);
  expect(rows.find(({ outcome }) => outcome === 'harness error')!.evidence)
    .toEqual(['its worker ended twice: it took more than 3 s']);
}, 30_000);

test('what the user must put right ends the campaign with its sentence, and loses nothing', async () => {
  const { rows, finished, outcome } = await run({ 4: 'mistake' });
  expect(outcome).toMatchObject({ name: 'UserError', message: 'sb does not work today' });
  expect(unusual(rows)).toEqual([]);
  expect(rows.length).toBeGreaterThanOrEqual(finished.length);
}, 30_000);

test('it stops when told to, at once, even if a trial hangs', async () => {
  const { rows, outcome } = await run({ 4: 'hang' }, 3);
  expect(outcome).toBeUndefined();
  expect(unusual(rows)).toEqual([]);
  expect(rows.length).toBeLessThan(12);
}, 30_000);
