/** The file systems come up: Linux 2.4, init/main.c (vfs_caches_init, proc_root_init). */
import { BUG_ON } from '../debug/panic.ts';
import { do_mkdir } from './namei.ts';
import { do_mount } from './mount.ts';
import { proc_misc_init } from './proc/misc.ts';
import { proc_tree_init } from './proc/proc_fs.ts';
import { proc_fs_type } from './proc/root.ts';
import { rootfs_init } from './rootfs.ts';
import { register_filesystem } from './super.ts';

/** The root in memory, /dev and /proc: afterwards paths work. Needs a task that can sleep. @sleeps */
export function fs_init(): void {
  rootfs_init();
  proc_tree_init();
  BUG_ON(register_filesystem(proc_fs_type) !== 0);
  BUG_ON(do_mkdir('/dev', 0o755) !== 0);
  BUG_ON(do_mkdir('/proc', 0o555) !== 0);
  BUG_ON(do_mount('proc', '/proc', 'proc', 0, 0) !== 0);
  proc_misc_init();
}
