/** Every outcome's definition, and what comes before what. */
import { expect, test } from 'vitest';
import { classify, type Observation, type Outcome } from '../../src/campaign/outcome.ts';

const fine: Observation = {
  error: undefined, activated: true, system: 'answers', lockup: false, circle: [], failures: 0, workload: [],
  service: [],
};

test.each<[Outcome, Partial<Observation>]>([
  ['no effect', {}],
  ['not activated', { activated: false }],
  ['extension failure', { workload: ['the status was 1'] }],
  ['extension failure', { service: ['the status was 1'] }],
  ['extension failure', { failures: 1, service: ['the status was 1'] }],
  ['recovered', { failures: 2 }],
  ['recovered', { failures: 1, workload: ['the status was 1'] }],
  ['hang', { system: 'silent', workload: ['did not end'] }],
  ['deadlock', { system: 'silent', circle: ['hart 0 waits for itself'] }],
  ['panic', { system: 'panic', failures: 1 }],
  ['panic', { system: 'panic', circle: ['of no account'] }],
  ['hang', { system: 'panic', lockup: true }],
  ['deadlock', { system: 'panic', lockup: true, circle: ['hart 0 waits for itself'] }],
  ['reboot', { system: 'reset' }],
  ['harness error', { error: 'it broke', system: 'panic' }],
  ['harness error', { activated: false, workload: ['the status was 1'] }],
  ['harness error', { activated: false, system: 'panic' }],
])('%s of %j', (outcome, seen) => expect(classify({ ...fine, ...seen }).outcome).toBe(outcome));

test('the evidence says why', () => {
  expect(classify({ ...fine, failures: 1, workload: ['the status was 1'], service: ['none'] }).evidence)
    .toEqual(['Nooks found 1 failure', 'workload: the status was 1', 'service: none']);
});
