import { parentPort, workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { IoService } from '../src/host/io-service.ts';

expose(new IoService(workerData), nodeEndpoint(parentPort!));
