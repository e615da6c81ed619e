import { workerData } from 'node:worker_threads';
import { type Shift, TrialWorker } from '../src/host/trial-worker.ts';

const worker = new TrialWorker(workerData);

export default (shift: Shift) => worker.work(shift);
