import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startThread } from '../../src/host/thread.ts';

test('a thread starts in a TypeScript file and misses no message', async () => {
  const thread = startThread(new URL('../support/doubling-worker.ts', import.meta.url), { workerData: { factor: 2 } });
  thread.postMessage(21);
  expect(await once(thread, 'message')).toEqual([42]);
  await thread.terminate();
});
