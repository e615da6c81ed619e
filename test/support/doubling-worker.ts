/** A thread in TypeScript: answers each number with its double. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../src/assert.ts';

const { factor } = workerData as { readonly factor: number };
assert(parentPort, 'this file is a thread');
parentPort.on('message', (value: number) => parentPort!.postMessage(value * factor));
