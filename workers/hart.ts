import { parentPort, workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { HartService } from '../src/host/hart-service.ts';

expose(new HartService(workerData), nodeEndpoint(parentPort!));
