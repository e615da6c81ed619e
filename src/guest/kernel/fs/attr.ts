/** Changing attributes: Linux 2.4, fs/attr.c. */
import { EFBIG } from '../errno.ts';
import type { Dentry } from './dcache.ts';
import { ATTR_ATIME, ATTR_CTIME, ATTR_MODE, ATTR_MTIME, ATTR_SIZE, Iattr, Inode } from './fs.ts';
import { mark_inode_dirty } from './inode.ts';
import { S_IALLUGO, S_IFMT } from './mode.ts';

/** Gives a file new attributes, by its file system's setattr if there is one; for a new size i_sem is held. @sleeps */
export function notify_change(dentry: Dentry, attr: Iattr): i32 {
  const inode = cast<Inode>(dentry.d_inode);
  if (inode.i_op.setattr !== null) return inode.i_op.setattr(dentry, attr);
  return inode_setattr(inode, attr);
}

/** What setattr functions do in the end: EFBIG beyond s_maxbytes. @sleeps */
export function inode_setattr(inode: Inode, attr: Iattr): i32 {
  const valid = attr.ia_valid;
  if (valid & ATTR_SIZE) {
    if (attr.ia_size > inode.i_sb.s_maxbytes) return -EFBIG;
    inode.i_size = attr.ia_size;
    if (inode.i_op.truncate !== null) inode.i_op.truncate(inode);
  }
  if (valid & ATTR_MODE) inode.i_mode = (inode.i_mode & S_IFMT) | (attr.ia_mode & S_IALLUGO);
  if (valid & ATTR_ATIME) inode.i_atime = attr.ia_atime;
  if (valid & ATTR_MTIME) inode.i_mtime = attr.ia_mtime;
  if (valid & ATTR_CTIME) inode.i_ctime = attr.ia_ctime;
  mark_inode_dirty(inode);
  return 0;
}
