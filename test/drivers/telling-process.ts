/** A process of `npm run drivers`: its argument is a Task, each message a seed, and each answer what came of one. */
import { type Task, Telling } from './telling.ts';

const telling = await Telling.start(JSON.parse(process.argv[2]!) as Task);
process.on('message', (seed: number) => void telling.seed(seed).then((told) => process.send!(told)));
process.send!('ready');
