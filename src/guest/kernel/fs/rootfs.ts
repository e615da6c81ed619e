/** The VFS's tables and the root of all paths: Linux 2.4, fs/dcache.c (vfs_caches_init), fs/namespace.c (mnt_init). */
import { BUG_ON } from '../debug/panic.ts';
import { dcache_init } from './dcache.ts';
import { devices_init } from './devices.ts';
import { IS_ERR } from './err.ts';
import { file_table_init } from './file_table.ts';
import { init_fs_setup } from './fs_struct.ts';
import { inode_init } from './inode.ts';
import { kern_mount, mount_init, mount_root } from './mount.ts';
import { pipe_init } from './pipe.ts';
import { ramfs_fs_type } from './ramfs.ts';
import { register_filesystem, super_init } from './super.ts';

/** Afterwards paths work, below an empty root in memory. */
export function rootfs_init(): void {
  dcache_init();
  inode_init();
  file_table_init();
  super_init();
  mount_init();
  devices_init();
  BUG_ON(register_filesystem(ramfs_fs_type) !== 0);
  const root = kern_mount(ramfs_fs_type);
  BUG_ON(IS_ERR(root));
  mount_root(root);
  init_fs_setup(root);
  pipe_init();
}
