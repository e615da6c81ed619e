/** Character devices by major number: Linux 2.4, fs/devices.c; and their nodes in /dev, as devfs makes them. */
import type { FileOperations } from './fs.ts';

/** Drivers register here; major 0 asks for a free one, which is the result; else 0, EBUSY, EINVAL. */
export declare function register_chrdev(major: u32, name: cstr, fops: FileOperations): i32;
export declare function unregister_chrdev(major: u32, name: cstr): i32;
/** Makes /dev/NAME for a character device (`mode`: permissions); 0 or a negated error. May sleep. */
export declare function devfs_register_chrdev(name: cstr, major: u32, minor: u32, mode: u32): i32;
export declare function devfs_unregister(name: cstr): i32;
