/** All open files: Linux 2.4, fs/file_table.c. */
import type { File } from './fs.ts';

/** An empty file, referenced once; null for no memory or more than NR_FILE. */
export declare function get_empty_filp(): File | null;
/** @inline */
export declare function get_file(file: File): void;
/** Gives a reference back; the last one releases. May sleep. */
export declare function fput(file: File): void;
/** Open files in the system. */
export declare function nr_files(): u32;
