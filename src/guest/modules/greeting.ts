/**
 * The smallest module: `insmod /lib/modules/greeting.o times=3`. Linux 2.4 examples of the kind: module-HOWTO,
 * hello.c.
 */
import { printk } from '../kernel/debug/printk.ts';
import { EINVAL } from '../kernel/errno.ts';

/** How often it greets; a parameter. */
export let times: u32 = 1;

const MOST = 10;

export function init_module(): i32 {
  if (times > MOST) return -EINVAL;
  for (let index: u32 = 0; index < times; index++) printk('hello, world\n');
  return 0;
}

export function cleanup_module(): void {
  printk('goodbye\n');
}
