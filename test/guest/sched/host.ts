/** The kernel's scheduler, locks and timers on the host, over small stand-ins for the rest. */
import { loadWithStandIns } from '../../support/stand-ins.ts';

/** Loads files of `src/guest`; the files below `guest/` here take the place of the kernel's. */
export const loadGuest = (...files: readonly string[]) =>
  loadWithStandIns('test/guest/sched/guest', files, { memorySize: 4 << 20 });
