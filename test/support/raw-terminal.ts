/** Takes the terminal over, then ends in the way its argument names. A test looks at the terminal's mode afterwards. */
import { Terminal, signalStatus } from '../../src/host/terminal.ts';
import type { Farewell } from '../../src/host/terminal.ts';

const terminal = new Terminal({
  keyboard: process.stdin, screen: process.stdout, type: () => {}, end: () => {},
  leave: (reason: Farewell) => process.exit(reason === 'SIGTERM' ? signalStatus[reason] : 1),
});
terminal.open();
if (!process.stdin.isRaw) throw new Error('the terminal was not taken over');

const end = process.argv[2];
if (end === 'return') terminal.close();
else if (end === 'throw') throw new Error('on purpose');
else if (end === 'exit') process.exit(7);
else if (end === 'SIGTERM') process.kill(process.pid, 'SIGTERM');
