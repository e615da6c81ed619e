import { parentPort, workerData } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { loadCards } from '../src/host/card-files.ts';
import { IoService } from '../src/host/io-service.ts';

await loadCards(workerData.cards);
expose(new IoService(workerData), nodeEndpoint(parentPort!));
