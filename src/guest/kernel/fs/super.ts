/** Kinds of file systems, super blocks and mounts: Linux 2.4, fs/super.c and fs/namespace.c. */
import type { FileSystemType, VfsMount } from './fs.ts';

/** Adds a kind of file system: 0 or EBUSY. */
export declare function register_filesystem(fs: FileSystemType): i32;
export declare function unregister_filesystem(fs: FileSystemType): i32;
/** Mounts a file system of a registered kind on a directory (kernel strings): 0 or a negated error. May sleep. */
export declare function do_mount(dev_name: cstr, dir_name: cstr, type: cstr, flags: u32, data: usize): i32;
/** EBUSY while anything is open on it. */
export declare function do_umount(dir_name: cstr): i32;
/** Mounts it for the kernel only, at no path; an ERR_PTR if it cannot. */
export declare function kern_mount(type: FileSystemType): VfsMount;
