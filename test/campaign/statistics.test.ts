/** Wilson's interval against published figures, counts, pairs. */
import { expect, test } from 'vitest';
import { effect, tally, wilson } from '../../src/campaign/statistics.ts';

test.each([
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score without continuity correction).
  [81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718],
  // The evaluation of Nooks: 313 of 317 crashes removed.
  [313, 317, 0.9680, 0.9951],
])('%i of %i: %f to %f', (hits, trials, low, high) => {
  const interval = wilson(hits, trials);
  expect(interval.low).toBeCloseTo(low, 3);
  expect(interval.high).toBeCloseTo(high, 3);
});

test('nothing is known without trials', () => expect(wilson(0, 0)).toEqual({ low: 0, high: 1 }));

test('harness errors are no trials', () => {
  const { counts, trials, crashes } = tally(['panic', 'hang', 'no effect', 'harness error', 'panic']);
  expect({ panic: counts.panic, errors: counts['harness error'], trials, crashes })
    .toEqual({ panic: 2, errors: 1, trials: 4, crashes: 3 });
});

test('the effect is told trial by trial', () => {
  const { removed, ...rest } = effect([
    { native: 'panic', nooks: 'recovered' }, { native: 'hang', nooks: 'hang' }, { native: 'no effect', nooks: 'panic' },
    { native: 'panic', nooks: 'harness error' }, { native: 'not activated', nooks: 'not activated' },
  ]);
  expect(rest).toEqual({ native: 2, kept: 1, added: 1 });
  expect(removed.share).toBe(0.5);
});
