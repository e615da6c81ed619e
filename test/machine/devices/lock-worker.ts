import { workerData } from 'node:worker_threads';
import { Lock } from '../../../src/machine/devices/lock.ts';

/** Words shared with the test: the lock, the count, how many have arrived, somewhere to write. */
const memory = new Int32Array(workerData.shared as SharedArrayBuffer);
const lock = new Lock(memory, 0, workerData.thread as number);
Atomics.add(memory, 2, 1);
// Woken by the last to arrive, which counts itself and notifies.
Atomics.notify(memory, 2);
for (let here = 0; (here = Atomics.load(memory, 2)) < workerData.threads;) Atomics.wait(memory, 2, here);
for (let round = 0; round < workerData.rounds; round++) {
  lock.acquire();
  // A load and a store, which are not one operation, with some work between them.
  const before = memory[1]!;
  for (let step = 0; step < round % 64; step++) memory[3] = step;
  memory[1] = before + 1;
  lock.release();
}
