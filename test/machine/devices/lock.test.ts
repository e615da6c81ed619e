import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startThread } from '../../../src/host/thread.ts';
import { Lock, SoleLock } from '../../../src/machine/devices/lock.ts';

const kinds: [string, typeof Lock][] = [['a lock', Lock], ['the lock of a lone thread', SoleLock]];

test.each(kinds)('%s is taken and given back', (_, Kind) => {
  const memory = new Int32Array(new SharedArrayBuffer(8));
  const lock = new Kind(memory, 1, 3);
  lock.acquire();
  expect([lock.owner, lock.tryAcquire(), ...memory]).toEqual([3, false, 0, 3]);
  lock.release();
  expect([lock.owner, ...memory]).toEqual([0, 0, 0]);
  expect([lock.tryAcquire(), lock.owner]).toEqual([true, 3]);
});

test.each(kinds)('%s: taking it twice, or releasing what one does not hold, is our mistake', (_, Kind) => {
  const memory = new Int32Array(new SharedArrayBuffer(4));
  const lock = new Kind(memory, 0, 1);
  expect(() => lock.release()).toThrow('released by its holder');
  lock.acquire();
  expect(() => lock.acquire()).toThrow('not taken twice');
  expect(() => new Kind(memory, 0, 2).release()).toThrow('released by its holder');
});

test('threads that contend lose no update and none is left asleep', async () => {
  const shared = new SharedArrayBuffer(16);
  const [threads, rounds] = [3, 20_000];
  const workers = Array.from({ length: threads }, (_, index) =>
    startThread(new URL('./lock-worker.ts', import.meta.url),
      { workerData: { shared, thread: index + 1, threads, rounds } }));
  await Promise.all(workers.map((each) => once(each, 'exit')));
  expect([...new Int32Array(shared).subarray(0, 2)]).toEqual([0, threads * rounds]);
});
