// Node 20 starts no thread in a TypeScript file, whatever loader its parent has: this starts tsx first, then the file.
import { register } from 'tsx/esm/api';

register();
const [, , entry = ''] = process.argv;
/** What a pool calls, if it is a pool's thread. */
export default (await import(entry)).default;
