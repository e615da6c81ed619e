import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';

const start = new URL('../../workers/start.mjs', import.meta.url);

/** Starts a thread in a TypeScript file, such as `new URL('../../workers/hart.ts', import.meta.url)`. */
export function startThread(entry: URL, options: Omit<WorkerOptions, 'argv' | 'eval'> = {}): Worker {
  return new Worker(start, { ...options, argv: [entry.href] });
}
