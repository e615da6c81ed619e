/**
 * Calls nothing.ts by what that offers: `echo FILE BYTES COUNT > /proc/caller` makes COUNT writes of BYTES bytes to
 * /proc/nothing, or with FILE 1 to /dev/dsp. A native module, so that there is little around the calls to be measured.
 */
import { copy_from_user } from '../kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENOMEM } from '../kernel/errno.ts';
import { IS_ERR, PTR_ERR } from '../kernel/fs/err.ts';
import { O_WRONLY } from '../kernel/fs/fcntl.ts';
import { filp_close, filp_open } from '../kernel/fs/open.ts';
import { create_proc_entry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { vfs_write } from '../kernel/fs/read_write.ts';
import { simple_strtoul } from '../lib/number.ts';

export function init_module(): i32 {
  const entry = create_proc_entry('caller', 0o200, null);
  if (entry === null) return -ENOMEM;
  entry.write_proc = write_caller;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('caller', null);
}

const MOST = 32;

function write_caller(buffer: usize, size: u32, data: usize): i32 {
  const text = local<Arr<u8, 32>>(), rest = local<Arr<cstr, 1>>();
  if (size >= MOST) return -EINVAL;
  if (copy_from_user(addr(text), buffer, size) !== 0) return -EFAULT;
  text[size] = 0;
  const file = simple_strtoul(cast<cstr>(text), rest, 10);
  const bytes = simple_strtoul(after_blank(rest[0]), rest, 10);
  const error = call(file === 0 ? '/proc/nothing' : '/dev/dsp', bytes, simple_strtoul(after_blank(rest[0]), rest, 10));
  return error < 0 ? error : (size as i32);
}

function after_blank(text: cstr): cstr {
  return text[0] === char(' ') ? cast<cstr>(addr(text) + 1) : text;
}

function call(path: cstr, bytes: u32, count: u32): i32 {
  const file = filp_open(path, O_WRONLY, 0);
  if (IS_ERR(file)) return PTR_ERR(file);
  let result: i32 = 0;
  for (let left = count; left > 0 && result >= 0; left--) result = vfs_write(file, 0, bytes);
  filp_close(file);
  return result;
}
