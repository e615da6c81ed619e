/**
 * The objects of the virtual file system and the operations that file systems and drivers give for them: Linux 2.4,
 * include/linux/fs.h, include/linux/mount.h. Names, order and rules are its; left out is what nothing here has (locks
 * on files, quotas, mmap, symbolic links, the page cache, for which `i_mapping` would be the place).
 */
import type { ListHead } from '../../lib/list.ts';
import type { Atomic } from '../locking/atomic.ts';
import type { Semaphore } from '../locking/semaphore.ts';
import type { Module } from '../module/module.ts';
import type { Dentry } from './dcache.ts';
import type { PollTable } from './poll.ts';

/** Longest name of a directory entry, and longest path with its NUL, in bytes. */
export const NAME_MAX = 255;
export const PATH_MAX = 1024;

/**
 * A file, directory or device, open or not. `i_sem` protects the contents of directories, the size and the file's
 * writers; it may be held while sleeping and is outermost in the lock order (parents before children; two directories,
 * for rename only, under the super block's s_vfs_rename_sem). The counts and lists are inode_lock's.
 */
export class Inode {
  /** In inode_hashtable, if findable by iget. */
  i_hash: Embed<ListHead>;
  /** On its super block's s_inodes. */
  i_list: Embed<ListHead>;
  i_ino: u32;
  i_count: Embed<Atomic>;
  /** The device it is on. */
  i_dev: u32;
  i_mode: u32;
  i_nlink: u32;
  i_uid: u32;
  i_gid: u32;
  /** The device it is. */
  i_rdev: u32;
  i_size: i64;
  i_atime: u32;
  i_mtime: u32;
  i_ctime: u32;
  i_blksize: u32;
  i_blocks: u32;
  i_version: u32;
  i_sem: Embed<Semaphore>;
  i_op: InodeOperations;
  /** What f_op of a file begins with. */
  i_fop: FileOperations;
  i_sb: SuperBlock;
  /** A pipe's buffer, if it is one. */
  i_pipe: usize;
  /** I_DIRTY, I_FREEING, I_CLEAR, I_LOCK, I_NEW: inode_lock's. */
  i_state: u32;
  i_flags: u32;
  /** The file system's own (Linux: u.generic_ip). */
  generic_ip: usize;
}

export const I_DIRTY = 1;
export const I_LOCK = 8;
export const I_FREEING = 16;
export const I_CLEAR = 32;

/** Inode.i_flags: a removed directory, in which nothing can be made any more. */
export const S_DEAD = 32;

/** Null functions mean: the default, or "not supported". All may sleep; directories' functions hold the i_sem. */
export class InodeOperations {
  create: ((dir: Inode, dentry: Dentry, mode: u32) => i32) | null;
  /** Fills `dentry` by d_add (null: no such file); gives null, or another dentry to use, or an ERR_PTR. */
  lookup: ((dir: Inode, dentry: Dentry) => Dentry | null) | null;
  unlink: ((dir: Inode, dentry: Dentry) => i32) | null;
  mkdir: ((dir: Inode, dentry: Dentry, mode: u32) => i32) | null;
  rmdir: ((dir: Inode, dentry: Dentry) => i32) | null;
  mknod: ((dir: Inode, dentry: Dentry, mode: u32, dev: u32) => i32) | null;
  rename: ((old_dir: Inode, old_dentry: Dentry, new_dir: Inode, new_dentry: Dentry) => i32) | null;
  /** The file has become `i_size` long. */
  truncate: ((inode: Inode) => void) | null;
  permission: ((inode: Inode, mask: u32) => i32) | null;
  setattr: ((dentry: Dentry, attr: Iattr) => i32) | null;
}

/** What readdir calls for each entry; not 0 ends the listing, and the entry is not taken. */
export type filldir_t = (buf: usize, name: cstr, namlen: u32, offset: i64, ino: u32, d_type: u32) => i32;

/** Null functions mean: the default, or "not supported". Buffers are user addresses (see set_fs in arch/uaccess.ts). */
export class FileOperations {
  owner: Module | null;
  llseek: ((file: File, offset: i64, origin: u32) => i64) | null;
  /** At most `count` bytes at `*ppos`, which it moves; gives how many, or an error. */
  read: ((file: File, buf: usize, count: u32, ppos: Ptr<i64>) => i32) | null;
  write: ((file: File, buf: usize, count: u32, ppos: Ptr<i64>) => i32) | null;
  readdir: ((file: File, dirent: usize, filldir: filldir_t) => i32) | null;
  /** The POLL bits that hold now; calls poll_wait for the queues on which a change is told. */
  poll: ((file: File, wait: PollTable | null) => u32) | null;
  ioctl: ((inode: Inode, file: File, cmd: u32, arg: usize) => i32) | null;
  open: ((inode: Inode, file: File) => i32) | null;
  /** A descriptor of it was closed. */
  flush: ((file: File) => i32) | null;
  /** The last reference is gone. */
  release: ((inode: Inode, file: File) => i32) | null;
  fsync: ((file: File, dentry: Dentry, datasync: i32) => i32) | null;
}

/**
 * An open file. Several tasks may share it: `f_count` is atomic, `f_pos` unprotected, as in Linux 2.4.
 */
export class File {
  f_dentry: Dentry;
  f_vfsmnt: VfsMount | null;
  /** @kernel */
  f_op: FileOperations;
  f_count: Embed<Atomic>;
  f_flags: u32;
  f_mode: u32;
  f_pos: i64;
  f_error: i32;
  f_version: u32;
  private_data: usize;
}

/** Null functions mean: nothing to do. All may sleep unless said. */
export class SuperOperations {
  /** Fills the inode that iget made, by its i_ino. */
  read_inode: ((inode: Inode) => void) | null;
  /** mark_inode_dirty; may not sleep. */
  dirty_inode: ((inode: Inode) => void) | null;
  write_inode: ((inode: Inode, sync: i32) => void) | null;
  /** A reference is about to go. */
  put_inode: ((inode: Inode) => void) | null;
  /** The last reference to an inode without links is gone: frees what it holds, then calls clear_inode. */
  delete_inode: ((inode: Inode) => void) | null;
  put_super: ((sb: SuperBlock) => void) | null;
  write_super: ((sb: SuperBlock) => void) | null;
  statfs: ((sb: SuperBlock, buf: usize) => i32) | null;
  /** The inode leaves memory: frees generic_ip. */
  clear_inode: ((inode: Inode) => void) | null;
}

/** A mounted file system. */
export class SuperBlock {
  s_list: Embed<ListHead>;
  s_dev: u32;
  s_blocksize: u32;
  s_blocksize_bits: u32;
  s_dirt: u32;
  s_maxbytes: i64;
  s_type: FileSystemType;
  s_op: SuperOperations;
  s_flags: u32;
  s_magic: u32;
  s_root: Dentry | null;
  s_count: i32;
  s_active: Embed<Atomic>;
  /** One rename between directories at a time, so that the tree stays one: outside all i_sem. */
  s_vfs_rename_sem: Embed<Semaphore>;
  /** All its inodes: inode_lock's. */
  s_inodes: Embed<ListHead>;
  /** The file system's own (Linux: u.generic_sbp). */
  generic_sbp: usize;
}

// SuperBlock.s_flags.
export const MS_RDONLY = 1;
export const MS_NODEV = 4;

/** A kind of file system, from register_filesystem on. */
export class FileSystemType {
  name: cstr;
  fs_flags: u32;
  /** Fills `sb` (s_op, s_root, ...) from `data`, the mount's options; gives null if it cannot. May sleep. */
  read_super: (sb: SuperBlock, data: usize, silent: i32) => SuperBlock | null;
  owner: Module | null;
  next: FileSystemType | null;
}

// FileSystemType.fs_flags.
export const FS_REQUIRES_DEV = 1;
/** Kernel-mounted once for all: every mount is of the same super block. */
export const FS_SINGLE = 8;
export const FS_NOMOUNT = 16;
/** It keeps all its names in the dcache. */
export const FS_LITTER = 32;

/** A place at which a file system is mounted: include/linux/mount.h. Links are dcache_lock's. */
export class VfsMount {
  mnt_list: Embed<ListHead>;
  mnt_parent: VfsMount;
  mnt_mountpoint: Dentry;
  mnt_root: Dentry;
  mnt_sb: SuperBlock;
  mnt_count: Embed<Atomic>;
  mnt_devname: Arr<u8, 32>;
}

/** New attributes, those that ia_valid names. */
export class Iattr {
  ia_valid: u32;
  ia_mode: u32;
  ia_size: i64;
  ia_atime: u32;
  ia_mtime: u32;
  ia_ctime: u32;
}

export const ATTR_MODE = 1;
export const ATTR_SIZE = 8;
export const ATTR_ATIME = 16;
export const ATTR_MTIME = 32;
export const ATTR_CTIME = 64;

// Masks of permission().
export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;
