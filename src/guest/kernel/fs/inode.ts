/** Inodes in memory: Linux 2.4, fs/inode.c. */
import type { Inode, SuperBlock } from './fs.ts';

/** An inode in no table, referenced once; null for no memory. May sleep. */
export declare function new_inode(sb: SuperBlock): Inode | null;
/** The inode of that number, referenced, read in by s_op.read_inode if not in memory. May sleep. */
export declare function iget(sb: SuperBlock, ino: u32): Inode | null;
/** Gives a reference back. May sleep. */
export declare function iput(inode: Inode | null): void;
/** Inodes in memory. */
export declare function nr_inodes(): u32;
