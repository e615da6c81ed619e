/** Settings of campaigns, the trials that they ask for, and who runs which. */
import { expect, test } from 'vitest';
import { Agenda } from '../../src/campaign/agenda.ts';
import { countTrials, parseCampaign, trialsOf } from '../../src/campaign/campaign.ts';
import { printTrial, type Trial } from '../../src/campaign/trial.ts';
import { extensions } from '../../src/host/extensions.ts';
import { campaignOf } from './made-up.ts';

// a setting and its value, the sentence
const mistakes: [string, unknown, string][] = [
  ['trails', 3, "there is no setting 'trails': settings are extensions, modes, trials, faults, kinds, seed, harts, "
    + 'workload, schedules, schedule, quantum, workers, out'],
  ['extensions', ['sb', 'x'], "extensions must be one or more of e1000, pcnet32, sb, not 'sb,x'"],
  ['extensions', [], "extensions must be one or more of e1000, pcnet32, sb, not ''"],
  ['extensions', 'sb', "extensions must be one or more of e1000, pcnet32, sb, not 'sb'"],
  ['modes', ['both'], "modes must be one or more of native, nooks, not 'both'"],
  ['kinds', ['bug'], 'kinds must be one or more of source, destination, pointer, interface, branch, loop, text, nop, '
    + "init, not 'bug'"],
  ['trials', 0, 'trials must be a whole number from 1 to 1000000, not 0'],
  ['trials', '10', "trials must be a whole number from 1 to 1000000, not '10'"],
  ['faults', 1.5, 'faults must be a whole number from 1 to 100, not 1.5'],
  ['harts', 9, 'harts must be a whole number from 1 to 8, not 9'],
  ['seed', null, 'seed must be a whole number from 0 to 4294967295, not null'],
  ['seed', 2 ** 32 - 1, 'seed leaves no room for 60 trials up to 4294967295'],
  ['schedules', true, 'schedules must be a whole number from 1 to 10000, not true'],
  ['workload', 'x', "workload: e1000 has no workload 'x': it has "],
  ['workers', 0, 'workers must be a whole number from 1 to 256, not 0'],
  ['out', '', "out must be a folder, not ''"],
];
test.each(mistakes)('%s: %j is refused', (name, value, sentence) => {
  const result = parseCampaign({ [name]: value }, extensions);
  expect('mistake' in result && result.mistake).toContain(sentence);
});

test('what is left out is as usual, and lists have one order', () => {
  expect(parseCampaign({ extensions: ['sb', 'e1000'], modes: ['nooks', 'native'], workers: 3 }, extensions))
    .toMatchObject({
      campaign: { extensions: ['e1000', 'sb'], modes: ['native', 'nooks'], faults: 5, harts: 2, schedules: 1 },
      workers: 3, out: undefined,
    });
});

test('trials are extensions by modes by schedules by seeds', () => {
  const campaign = campaignOf({ extensions: ['e1000', 'sb'], trials: 2, seed: 7, schedules: 2, schedule: 3 });
  const lines = [...trialsOf(campaign)].map((trial) => printTrial(trial).replace('/faults=5/harts=2', ''));
  expect(lines.length).toBe(countTrials(campaign));
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.slice(0, 5)).toEqual([
    'e1000/native/seed=7/schedule=3/quantum=1000', 'e1000/native/seed=8/schedule=3/quantum=1000',
    'e1000/native/seed=7/schedule=4/quantum=1000', 'e1000/native/seed=8/schedule=4/quantum=1000',
    'e1000/nooks/seed=7/schedule=3/quantum=1000',
  ]);
});

const trials = (some: Parameters<typeof campaignOf>[0]) =>
  [...trialsOf(campaignOf(some))].map((trial): [Trial, string] => [trial, printTrial(trial)]);
const settingOf = (line: string | undefined) => line?.split('/').slice(0, 2).join('/');

test('each worker stays with its machine, boots one that nobody has, and helps at last', () => {
  const agenda = new Agenda(trials({ extensions: ['e1000', 'sb'], trials: 20 }));
  const taken: Record<number, string[]> = { 1: [], 2: [] };
  for (let turn = 0; agenda.left > 0; turn++) {
    const worker = turn % 3 === 0 ? 1 : 2, line = agenda.next(worker);
    if (line !== undefined) taken[worker]!.push(line);
  }
  const all = [...taken[1]!, ...taken[2]!];
  expect(new Set(all).size).toBe(80);
  expect(all.length).toBe(80);
  const changes = (lines: string[]) => lines.map(settingOf).filter((name, at, names) => name !== names[at - 1]);
  // Twice as fast, the second worker does two settings alone, and begins to help with the first's second.
  expect(changes(taken[1]!)).toEqual(['e1000/native', 'sb/nooks']);
  expect(changes(taken[2]!)).toEqual(['e1000/nooks', 'sb/native', 'sb/nooks']);
});

test('a worker does not boot a machine for a few trials of another, but takes what a dead one has left', () => {
  const agenda = new Agenda(trials({ modes: ['native'], trials: 4 }));
  const first = agenda.next(1)!;
  expect(agenda.next(2)).toBeUndefined();
  agenda.leave(1);
  agenda.again(trials({ modes: ['native'], trials: 1 })[0]![0], first);
  expect(agenda.left).toBe(4);
  expect(agenda.next(3)).toBe(first);
});
