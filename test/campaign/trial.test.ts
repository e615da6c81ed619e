/** A trial's line: what is printed is parsed to the same, and mistakes are told. */
import { expect, test } from 'vitest';
import { parseTrial, printTrial, type Trial, trialDefaults } from '../../src/campaign/trial.ts';

const trial: Trial = { ...trialDefaults, extension: 'e1000', mode: 'nooks', seed: 1234 };

test.each<[string, Trial]>([
  ['e1000/nooks/seed=1234/faults=5/harts=2/schedule=1/quantum=1000', trial],
  ['sb/native/seed=0/faults=1/harts=4/workload=play/schedule=9/quantum=50/kinds=loop,nop', {
    extension: 'sb', mode: 'native', seed: 0, faults: 1, harts: 4, workload: 'play', schedule: 9, quantum: 50,
    kinds: ['loop', 'nop'],
  }],
])('%s', (line, expected) => {
  expect(parseTrial(line)).toEqual(expected);
  expect(printTrial(expected)).toBe(line);
});

test('what a line leaves out is as usual', () => expect(parseTrial('e1000/nooks/seed=1234')).toEqual(trial));

test.each([
  ['', "'' does not begin with the name of an extension"],
  ['e1000', "a trial is native or nooks, not ''"],
  ['e1000/native', "'e1000/native' has no seed"],
  ['e1000/native/seed=x', "seed must be a whole number from 0 to 4294967295, not 'x'"],
  ['e1000/native/seed=1/harts=9', "harts must be a whole number from 1 to 8, not '9'"],
  ['e1000/native/seed=1/seed=2', "'seed' is given twice"],
  ['e1000/native/seed=1/fault=2', "a trial has no setting 'fault'"],
  ['e1000/native/seed', "'seed' is not of the form name=value"],
  ['e1000/native/seed=1/workload=a b', "'a b' is no name of a workload"],
  ['e1000/native/seed=1/kinds=nop,nap',
    "kinds are source, destination, pointer, interface, branch, loop, text, nop, init, not 'nop,nap'"],
])('%s: %s', (line, mistake) => expect(parseTrial(line)).toEqual({ mistake }));
