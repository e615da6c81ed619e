/**
 * The file system in memory, which is the root: Linux 2.4, fs/ramfs/inode.c. Names are dentries that are never let go,
 * contents are pages (ramfs_file.ts).
 */
import { ENOSPC, ENOTEMPTY } from '../errno.ts';
import { list_entry } from '../../lib/list.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import {
  Dentry, DentryOperations, d_add, d_alloc_root, d_instantiate, d_unhashed, dcache_lock, dget, dput,
  simple_delete_dentry,
} from './dcache.ts';
import { init_special_inode } from './devices.ts';
import { FS_LITTER, FileSystemType, Inode, InodeOperations, SuperBlock, SuperOperations } from './fs.ts';
import { iput, new_inode, touch_inode } from './inode.ts';
import { dcache_dir_ops } from './libfs.ts';
import { S_IFDIR, S_IFMT, S_IFREG, S_ISDIR } from './mode.ts';
import { ramfs_alloc_pages, ramfs_file_operations, ramfs_free_pages, ramfs_truncate } from './ramfs_file.ts';

const RAMFS_MAGIC = 0x858458f6;

const ramfs_ops: SuperOperations = {
  read_inode: null, dirty_inode: null, write_inode: null, put_inode: null, delete_inode: null, put_super: null,
  write_super: null, statfs: null, clear_inode: ramfs_clear_inode,
};
const ramfs_dir_inode_operations: InodeOperations = {
  create: ramfs_create, lookup: ramfs_lookup, unlink: ramfs_unlink, mkdir: ramfs_mkdir, rmdir: ramfs_rmdir,
  mknod: ramfs_mknod, rename: ramfs_rename, truncate: null, permission: null, setattr: null,
};
const ramfs_file_inode_operations: InodeOperations = {
  create: null, lookup: null, unlink: null, mkdir: null, rmdir: null, mknod: null, rename: null,
  truncate: ramfs_truncate, permission: null, setattr: null,
};
const ramfs_dentry_operations: DentryOperations = {
  d_revalidate: null, d_hash: null, d_compare: null, d_delete: simple_delete_dentry, d_release: null, d_iput: null,
};

export let ramfs_fs_type: Embed<FileSystemType> = {
  name: 'ramfs', fs_flags: FS_LITTER, read_super: ramfs_read_super, owner: null, next: null,
};

function ramfs_read_super(sb: SuperBlock, data: usize, silent: i32): SuperBlock | null {
  sb.s_op = ramfs_ops;
  sb.s_magic = RAMFS_MAGIC;
  const root = ramfs_get_inode(sb, S_IFDIR | 0o755, 0);
  if (root === null) return null;
  sb.s_root = d_alloc_root(root);
  if (sb.s_root === null) {
    iput(root);
    return null;
  }
  sb.s_root.d_op = ramfs_dentry_operations;
  return sb;
}

function ramfs_get_inode(sb: SuperBlock, mode: u32, dev: u32): Inode | null {
  const inode = new_inode(sb);
  if (inode === null) return null;
  inode.i_mode = mode;
  const type = mode & S_IFMT;
  if (type === S_IFREG) {
    inode.i_op = ramfs_file_inode_operations;
    inode.i_fop = ramfs_file_operations;
    if (!ramfs_alloc_pages(inode)) {
      iput(inode);
      return null;
    }
  } else if (type === S_IFDIR) {
    inode.i_op = ramfs_dir_inode_operations;
    inode.i_fop = dcache_dir_ops;
    // "." is a link too.
    inode.i_nlink = 2;
  } else {
    init_special_inode(inode, mode, dev);
  }
  return inode;
}

function ramfs_clear_inode(inode: Inode): void {
  if (inode.generic_ip !== 0) ramfs_free_pages(inode);
}

/** What is not in memory is not there. */
function ramfs_lookup(dir: Inode, dentry: Dentry): Dentry | null {
  dentry.d_op = ramfs_dentry_operations;
  d_add(dentry, null);
  return null;
}

function ramfs_mknod(dir: Inode, dentry: Dentry, mode: u32, dev: u32): i32 {
  const inode = ramfs_get_inode(dir.i_sb, mode, dev);
  if (inode === null) return -ENOSPC;
  d_instantiate(dentry, inode);
  // The reference that keeps the name.
  dget(dentry);
  touch_inode(dir);
  return 0;
}

function ramfs_create(dir: Inode, dentry: Dentry, mode: u32): i32 {
  return ramfs_mknod(dir, dentry, mode | S_IFREG, 0);
}

function ramfs_mkdir(dir: Inode, dentry: Dentry, mode: u32): i32 {
  const error = ramfs_mknod(dir, dentry, mode | S_IFDIR, 0);
  if (error === 0) dir.i_nlink = dir.i_nlink + 1;
  return error;
}

function ramfs_unlink(dir: Inode, dentry: Dentry): i32 {
  const inode = cast<Inode>(dentry.d_inode);
  inode.i_nlink = inode.i_nlink - 1;
  touch_inode(dir);
  dput(dentry);
  return 0;
}

function ramfs_rmdir(dir: Inode, dentry: Dentry): i32 {
  if (!ramfs_empty(dentry)) return -ENOTEMPTY;
  const inode = cast<Inode>(dentry.d_inode);
  inode.i_nlink = 0;
  dir.i_nlink = dir.i_nlink - 1;
  touch_inode(dir);
  dput(dentry);
  return 0;
}

function ramfs_rename(old_dir: Inode, old_dentry: Dentry, new_dir: Inode, new_dentry: Dentry): i32 {
  const target = new_dentry.d_inode, moved = cast<Inode>(old_dentry.d_inode);
  if (target !== null) {
    if (!ramfs_empty(new_dentry)) return -ENOTEMPTY;
    if (S_ISDIR(target.i_mode)) {
      target.i_nlink = 0;
      new_dir.i_nlink = new_dir.i_nlink - 1;
    } else {
      target.i_nlink = target.i_nlink - 1;
    }
    dput(new_dentry);
  }
  if (S_ISDIR(moved.i_mode)) {
    old_dir.i_nlink = old_dir.i_nlink - 1;
    new_dir.i_nlink = new_dir.i_nlink + 1;
  }
  touch_inode(old_dir);
  touch_inode(new_dir);
  return 0;
}

/** Whether no name below it exists; true for files. */
function ramfs_empty(dentry: Dentry): bool {
  let empty = true;
  spin_lock(dcache_lock);
  const head = dentry.d_subdirs;
  for (let entry = head.next; entry !== head; entry = entry.next) {
    const child = list_entry<Dentry>(entry, offsetof<Dentry>('d_child'));
    if (child.d_inode !== null && !d_unhashed(child)) empty = false;
  }
  spin_unlock(dcache_lock);
  return empty;
}
