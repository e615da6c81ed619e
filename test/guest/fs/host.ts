/** The kernel's file system on the host: the oracle runs it over small stand-ins for locks, memory and user copies. */
import type { Planted } from '../../support/planted.ts';
import { loadWithStandIns } from '../../support/stand-ins.ts';

/** Loads files of `src/guest`, with a mistake or not; the files below `guest/` here take the place of the kernel's. */
export const loadGuest = (files: readonly string[], planted?: Planted) =>
  loadWithStandIns('test/guest/fs/guest', files, { memorySize: 16 << 20 }, planted);
