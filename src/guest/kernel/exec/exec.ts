/** Programs: Linux 2.4, fs/exec.c (do_execve), with spawn beside it instead of fork. */

/** Limits of a new program's arguments and environment together: Linux 2.4's MAX_ARG_PAGES is 32 pages. */
export const MAX_ARG_BYTES = 16384;
export const MAX_ARG_STRINGS = 256;

/**
 * From the kernel's first thread: opens /dev/console as descriptors 0 to 2 and becomes the program at `path` with the
 * arguments that init=... and the environment need. Returns only if it cannot: the negated error.
 */
export declare function run_init_process(path: cstr): i32;
