/** lsmod: the loaded modules, from /proc/modules. */
import { show_file } from '../lib/show.ts';

export function main(): i32 {
  return show_file('lsmod', '/proc/modules');
}
