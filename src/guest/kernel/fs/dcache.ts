/**
 * The tree of names in memory: Linux 2.4, include/linux/dcache.h and fs/dcache.c. A dentry binds a name in a directory
 * to an inode, or (negative) to the knowledge that there is none.
 */
import type { ListHead } from '../../lib/list.ts';
import type { Atomic } from '../locking/atomic.ts';
import type { SpinLock } from '../locking/spinlock.ts';
import type { Inode, SuperBlock, VfsMount } from './fs.ts';

/** Names up to this length lie in the dentry itself. */
export const DNAME_INLINE_LEN = 24;

/** A name with its length and hash; not ended by a zero where it is part of a path. */
export class Qstr {
  name: cstr;
  len: u32;
  hash: u32;
}

/** @object release dput */
export class Dentry {
  d_count: Embed<Atomic>;
  d_flags: u32;
  /** Null: negative. */
  d_inode: Inode | null;
  d_parent: Dentry;
  /** Mounts on top of this directory. */
  d_mounted: u32;
  d_hash: Embed<ListHead>;
  d_lru: Embed<ListHead>;
  d_child: Embed<ListHead>;
  d_subdirs: Embed<ListHead>;
  d_op: DentryOperations | null;
  d_sb: SuperBlock;
  d_name: Embed<Qstr>;
  d_fsdata: usize;
  d_iname: Arr<u8, 24>;
}

export class DentryOperations {
  /** 1 if the dentry is good, 0 to look it up anew; called outside all spinlocks. */
  d_revalidate: ((dentry: Dentry, flags: i32) => i32) | null;
  d_hash: ((dentry: Dentry, name: Qstr) => i32) | null;
  /** 0 if equal. Under dcache_lock. */
  d_compare: ((dentry: Dentry, a: Qstr, b: Qstr) => i32) | null;
  /** 1 if an unused dentry is not worth keeping. Under dcache_lock. */
  d_delete: ((dentry: Dentry) => i32) | null;
  d_release: ((dentry: Dentry) => void) | null;
  d_iput: ((dentry: Dentry, inode: Inode) => void) | null;
}

/** Protects links, names, parents, d_mounted and d_inode of dentries, and the tree of mounts. Taken inside i_sem. */
export let dcache_lock!: Embed<SpinLock>;

/** A negative dentry, referenced once, in the tree below `parent` but not hashed; null for no memory. May sleep. */
export declare function d_alloc(parent: Dentry, name: Qstr): Dentry | null;
/** The dentry of a file system's root; takes over the reference to `root_inode`. */
export declare function d_alloc_root(root_inode: Inode): Dentry | null;
/** Makes it positive, taking over the reference to the inode. */
export declare function d_instantiate(dentry: Dentry, inode: Inode | null): void;
/** d_instantiate, and lookups find it. */
export declare function d_add(dentry: Dentry, inode: Inode | null): void;
/** The dentry of that name, referenced; negative ones too; null if not in memory. */
export declare function d_lookup(parent: Dentry, name: Qstr): Dentry | null;
/** The file was removed: makes it negative, or unfindable if in use. */
export declare function d_delete(dentry: Dentry): void;
export declare function d_move(dentry: Dentry, target: Dentry): void;
export declare function d_drop(dentry: Dentry): void;
export declare function dget(dentry: Dentry): Dentry;
/** Gives a reference back. May sleep. */
export declare function dput(dentry: Dentry | null): void;
/** The path of `dentry` from the task's root, at the end of `buffer`; an ERR_PTR if too long. */
export declare function d_path(dentry: Dentry, vfsmnt: VfsMount | null, buffer: Ptr<u8>, size: u32): cstr;
/** Dentries in memory, used or not. */
export declare function nr_dentries(): u32;
