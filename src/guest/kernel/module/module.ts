/** What the kernel knows of a loaded module, for use counts: Linux 2.4, include/linux/module.h. The loader adds the rest. */
import type { Atomic } from '../locking/atomic.ts';

/** @object */
export class Module {
  name: cstr;
  flags: u32;
  /** How many hold it (Linux: uc.usecount). */
  usecount: Embed<Atomic>;
}

// Module.flags.
export const MOD_RUNNING = 1;
export const MOD_DELETED = 2;
