/** The timer wheel against a list: whatever is started, moved and stopped, each timer runs at its tick, once. */
import { beforeEach, expect, test } from 'vitest';
import { loadGuest } from './host.ts';

const { functions } = loadGuest('kernel/sched/drive.ts');
const call = (name: string, ...args: number[]) => Number(functions[name]!(...args));
const timers = 64;

/** Runs one tick and gives the timers that ran. */
function tick(now: number): number[] {
  const count = call('tick', now >>> 0);
  return Array.from({ length: count }, (_, index) => call('fired_timer', index)).sort((a, b) => a - b);
}

/** Numbers below `limit` from a seed. */
function random(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
}

beforeEach(() => { call('begin', 0); });

test.each([
  ['now', 100, 0], ['the next tick', 100, 1], ['the end of the first level', 1, 255], ['its other side', 1, 256],
  ['a turn of the first level later', 255, 257], ['the second level', 77, 5000], ['the third level', 3, 20000],
  ['the wrap of jiffies', 0xffffff00, 0x180],
])('a timer for %s runs then', (_, now, ticks) => {
  call('begin', now);
  call('start', 0, (now + ticks) >>> 0);
  for (let n = 0; n < Math.max(ticks, 1) + 300; n++) {
    expect({ n, ran: tick(now + n) }).toEqual({ n, ran: n === ticks ? [0] : [] });
  }
});

test('a timer for a past tick runs at the next', () => {
  tick(50);
  call('start', 3, 20);
  expect(tick(51)).toEqual([3]);
});

test('a wheel that stood still runs what is started then in time', () => {
  tick(10);
  tick(100_000);
  call('start', 1, 100_010);
  expect(tick(100_009)).toEqual([]);
  expect(tick(100_010)).toEqual([1]);
});

test('a timer that starts itself for 256 ticks later waits so long', () => {
  call('repeat', 5, 256);
  call('start', 5, 10);
  const ran = Array.from({ length: 600 }, (_, now) => (tick(now).length > 0 ? now : -1)).filter((now) => now >= 0);
  expect(ran).toEqual([10, 266, 522]);
});

test('starting, moving and stopping at random, from seeds', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const pick = random(seed);
    const start = [0, 0xffffff80, 0x3f00, 0xfff00][seed % 4]!;
    call('begin', start);
    const expected = new Map<number, number>();
    for (let now = 0; now < 1200; now++) {
      const due = [...expected].filter(([, at]) => at <= now).map(([n]) => n).sort((a, b) => a - b);
      due.forEach((n) => expected.delete(n));
      expect({ seed, now, ran: tick(start + now) }).toEqual({ seed, now, ran: due });
      for (let change = pick(4); change > 0; change--) {
        const n = pick(timers);
        if (pick(4) === 0) {
          expect(call('stop', n) === 1, `seed ${seed}, tick ${now}: stopping ${n}`).toBe(expected.delete(n));
        } else {
          const at = now + pick([2, 10, 300, 900][pick(4)]!);
          expect(call('start', n, (start + at) >>> 0) === 1).toBe(expected.has(n));
          // What is started for this tick, which has run, comes with the next.
          expected.set(n, Math.max(at, now + 1));
        }
      }
    }
    for (let n = 0; n < timers; n++) expect(Boolean(call('pending', n))).toBe(expected.has(n));
  }
});
