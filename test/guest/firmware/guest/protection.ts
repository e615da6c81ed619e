/** The firmware's memory is out of S-mode's reach, also by way of the firmware. */
import { firmwarePages } from '../../../../src/guest/firmware/hart.ts';
import {
  SBI_DBCN_CONSOLE_READ, SBI_DBCN_CONSOLE_WRITE, SBI_EXT_DBCN, SBI_EXT_SSE, SBI_SSE_READ_ATTRS, SSE_EVENT_WATCHDOG,
} from '../../../../src/guest/firmware/sbi.ts';
import { say, show } from './say.ts';
import { at, result, sbi } from './sbi-call.ts';
import { catchTraps, note } from './traps.ts';

const PAGE = 4096;
const PAGES = 17;
const LOAD = 5;
const STORE = 7;

export function protection(): void {
  catchTraps();
  const first = addr(firmwarePages) + PAGE - 1 & ~(PAGE - 1);
  let refused: u32 = 0;
  for (let page: u32 = 0; page < PAGES; page++) {
    const address = first + page * PAGE + 4 * page;
    readl(address);
    if (note.cause === LOAD && note.tval === address) refused++;
    writel(address, 1);
    if (note.cause === STORE && note.tval === address) refused++;
  }
  show('refused', refused);
  note.cause = 0;
  readl(first - 4);
  readl(first + PAGES * PAGE);
  show('cause', note.cause);
  const within = first + PAGE;
  show('write', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 1, within, 0) as u32);
  show('from before', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 8, first - 4, 0) as u32);
  show('around', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 0xffffffff, first - 4, 0) as u32);
  show('read', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_READ, 1, within, 0) as u32);
  show('attributes', sbi(SBI_EXT_SSE, SBI_SSE_READ_ATTRS, SSE_EVENT_WATCHDOG, 0, 1, within, 0) as u32);
  // Nothing is there, and the firmware survives the fault.
  show('nowhere', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 1, 0x70000, 0) as u32);
  const text = 'written at once\n';
  show('text', sbi(SBI_EXT_DBCN, SBI_DBCN_CONSOLE_WRITE, 16, at(text), 0) as u32);
  show('bytes', result());
  say('done\n');
}
