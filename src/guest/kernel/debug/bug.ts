/** BUG() with a reason, for messages that name what was misused. */
import { BUG } from './panic.ts';
import { printk } from './printk.ts';

/** Says what cannot be, and then is an oops of the caller. */
export function bug(what: cstr): never {
  printk('<1>kernel BUG: %s\n', what);
  return BUG();
}
