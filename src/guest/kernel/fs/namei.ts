/** Paths to files: Linux 2.4, fs/namei.c. Paths here are kernel strings; getname brings a user's in. */
import type { Dentry } from './dcache.ts';
import type { Inode, VfsMount } from './fs.ts';

/** Where a walk has come to, referenced. */
export class Nameidata {
  dentry: Dentry;
  mnt: VfsMount;
  flags: u32;
  last_type: u32;
}

// Nameidata.flags.
export const LOOKUP_FOLLOW = 1;
export const LOOKUP_DIRECTORY = 2;
export const LOOKUP_PARENT = 16;

/** A user's path copied to kernel memory (ENAMETOOLONG, EFAULT, ENOENT for an empty one); freed by putname. */
export declare function getname(filename: usize): cstr;
export declare function putname(name: cstr): void;
/** Walks `path` from the task's root or working directory: 0 or a negated error; path_release ends it. May sleep. */
export declare function path_lookup(path: cstr, flags: u32, nd: Nameidata): i32;
export declare function path_release(nd: Nameidata): void;
/** EACCES and so on by the mode bits and MAY_ mask; all run as root here. */
export declare function permission(inode: Inode, mask: u32): i32;

/** The file system calls by path (kernel strings): 0 or a negated error. All may sleep. */
export declare function do_mkdir(path: cstr, mode: u32): i32;
export declare function do_rmdir(path: cstr): i32;
export declare function do_unlink(path: cstr): i32;
export declare function do_rename(from: cstr, to: cstr): i32;
export declare function do_mknod(path: cstr, mode: u32, dev: u32): i32;
export declare function do_chdir(path: cstr): i32;
/** Writes the working directory's path with its NUL to `buffer` (user address) and gives its length with the NUL. */
export declare function do_getcwd(buffer: usize, size: u32): i32;
