/** The file system of /proc: Linux 2.4, fs/proc/inode.c, fs/proc/root.c. Processes' directories are base.ts. */
import { ENOENT, ENOMEM } from '../../errno.ts';
import { atomic_inc } from '../../locking/atomic.ts';
import { Dentry, DentryOperations, d_add, d_alloc_root } from '../dcache.ts';
import { ERR_PTR } from '../err.ts';
import {
  FS_SINGLE, File, FileOperations, FileSystemType, Inode, InodeOperations, SuperBlock, SuperOperations, filldir_t,
} from '../fs.ts';
import { iput, new_inode } from '../inode.ts';
import { generic_read_dir, readdir_dots } from '../libfs.ts';
import { S_ISDIR } from '../mode.ts';
import { proc_pid_lookup, proc_pid_readdir } from './base.ts';
import { PDE, proc_file_operations } from './file.ts';
import { ProcDirEntry, de_put, proc_find, proc_nth, proc_root } from './proc_fs.ts';

const PROC_SUPER_MAGIC = 0x9fa0;

const proc_sops: SuperOperations = {
  read_inode: null, dirty_inode: null, write_inode: null, put_inode: null, delete_inode: null, put_super: null,
  write_super: null, statfs: null, clear_inode: proc_clear_inode,
};
const proc_dir_inode_operations: InodeOperations = {
  create: null, lookup: proc_lookup, unlink: null, mkdir: null, rmdir: null, mknod: null, rename: null, truncate: null,
  permission: null, setattr: null,
};
const proc_dir_operations: FileOperations = {
  owner: null, llseek: null, read: generic_read_dir, write: null, readdir: proc_readdir, poll: null, ioctl: null,
  open: null, flush: null, release: null, fsync: null,
};
/** Entries come and go: nothing is remembered once nobody uses it, and a dentry of what is gone is made anew. */
export const proc_dentry_operations: DentryOperations = {
  d_revalidate: proc_revalidate, d_hash: null, d_compare: null, d_delete: proc_delete_dentry, d_release: null,
  d_iput: null,
};

export let proc_fs_type: Embed<FileSystemType> = {
  name: 'proc', fs_flags: FS_SINGLE, read_super: proc_read_super, owner: null, next: null,
};

function proc_read_super(sb: SuperBlock, data: usize, silent: i32): SuperBlock | null {
  sb.s_op = proc_sops;
  sb.s_magic = PROC_SUPER_MAGIC;
  sb.s_blocksize = 1024;
  atomic_inc(proc_root.count);
  const root = proc_get_inode(sb, proc_root);
  if (root === null) return null;
  sb.s_root = d_alloc_root(root);
  if (sb.s_root === null) iput(root);
  return sb.s_root === null ? null : sb;
}

/** An inode for an entry, whose reference it takes over; null for no memory. @sleeps */
function proc_get_inode(sb: SuperBlock, entry: ProcDirEntry): Inode | null {
  const inode = new_inode(sb);
  if (inode === null) {
    de_put(entry);
    return null;
  }
  inode.generic_ip = addr(entry);
  inode.i_ino = entry.low_ino;
  inode.i_mode = entry.mode;
  inode.i_nlink = entry.nlink;
  inode.i_size = i64of(entry.size);
  if (S_ISDIR(entry.mode)) {
    inode.i_op = proc_dir_inode_operations;
    inode.i_fop = proc_dir_operations;
  } else {
    inode.i_fop = proc_file_operations;
  }
  if (entry.proc_iops !== null) inode.i_op = entry.proc_iops;
  if (entry.proc_fops !== null) inode.i_fop = entry.proc_fops;
  return inode;
}

/** Inodes of processes have no entry. */
function proc_clear_inode(inode: Inode): void {
  if (inode.generic_ip !== 0) de_put(PDE(inode));
  inode.generic_ip = 0;
}

function proc_lookup(dir: Inode, dentry: Dentry): Dentry | null {
  dentry.d_op = proc_dentry_operations;
  const parent = PDE(dir);
  const entry = proc_find(parent, dentry.d_name.name, dentry.d_name.len);
  if (entry === null) return parent === proc_root ? proc_pid_lookup(dir, dentry) : ERR_PTR<Dentry>(-ENOENT);
  const inode = proc_get_inode(dir.i_sb, entry);
  if (inode === null) return ERR_PTR<Dentry>(-ENOMEM);
  d_add(dentry, inode);
  return null;
}

/** A removed entry's name may be someone else's by now. */
function proc_revalidate(dentry: Dentry, flags: u32): i32 {
  const inode = dentry.d_inode;
  return inode !== null && inode.generic_ip !== 0 && PDE(inode).deleted ? 0 : 1;
}

function proc_delete_dentry(dentry: Dentry): i32 {
  return 1;
}

function proc_readdir(file: File, dirent: usize, filldir: filldir_t): i32 {
  const dir = PDE(cast<Inode>(file.f_dentry.d_inode));
  if (!readdir_dots(file, dirent, filldir)) return 0;
  for (;;) {
    const entry = proc_nth(dir, lo32(file.f_pos) - 2);
    if (entry === null) break;
    const full = filldir(dirent, entry.name, entry.namelen, file.f_pos, entry.low_ino, entry.mode >>> 12) < 0;
    de_put(entry);
    if (full) return 0;
    file.f_pos++;
  }
  return dir === proc_root ? proc_pid_readdir(file, dirent, filldir) : 0;
}
