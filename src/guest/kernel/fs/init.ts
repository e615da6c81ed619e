/** The file systems come up: start_kernel calls these in this order (Linux 2.4, fs/dcache.c, vfs_caches_init). */

/** Caches, ramfs as the root, /dev, /proc with its files; afterwards paths work. Needs slab, locks, the first task. */
export declare function fs_init(): void;
/** Unpacks the initial RAM disk (newc cpio) at `start` (virtual) over the root; 0 or a negated error. */
export declare function unpack_initramfs(start: usize, size: u32): i32;
