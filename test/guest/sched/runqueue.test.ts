/** Which task a run queue picks: Linux 2.4's epochs share time by niceness. */
import { beforeEach, expect, test } from 'vitest';
import { loadGuest } from './host.ts';

const { functions } = loadGuest('kernel/sched/drive.ts');
const call = (name: string, ...args: number[]) => Number(functions[name]!(...args));

beforeEach(() => { call('begin', 0); });

test('the ticks of an epoch by niceness: NICE_TO_TICKS of Linux 2.4 at HZ = 100', () => {
  expect([-20, -10, 0, 8, 19].map((nice) => call('slice', nice))).toEqual([11, 8, 6, 4, 1]);
});

test.each([[2], [3], [7]])('%i equal tasks get equal time in every epoch', (count) => {
  for (let n = 0; n < count; n++) call('add_task', n, 0);
  for (let epoch = 1; epoch <= 5; epoch++) {
    call('run_tasks', 6 * count);
    const ticks = Array.from({ length: count }, (_, n) => call('ticks_of', n));
    expect({ epoch, ticks }).toEqual({ epoch, ticks: ticks.map(() => 6 * epoch) });
  }
});

test('tasks share time as their ticks', () => {
  [-20, 0, 19].forEach((nice, n) => call('add_task', n, nice));
  call('run_tasks', 10 * (11 + 6 + 1));
  expect([0, 1, 2].map((n) => call('ticks_of', n))).toEqual([110, 60, 10]);
});
