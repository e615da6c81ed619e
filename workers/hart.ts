import { parentPort, workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { loadCards } from '../src/host/card-files.ts';
import { HartService } from '../src/host/hart-service.ts';

await loadCards(workerData.cards);
expose(new HartService(workerData), nodeEndpoint(parentPort!));
