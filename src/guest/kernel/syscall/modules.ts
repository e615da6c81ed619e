/** The module system calls: Linux 2.4, sys_init_module and sys_delete_module of kernel/module.c, in 2.6's form. */
import { copy_from_user, strncpy_from_user } from '../arch/uaccess.ts';
import { E2BIG, EFAULT, EINVAL, ENOMEM } from '../errno.ts';
import { vfree, vmalloc } from '../mm/vmalloc.ts';
import { load_module, load_module_isolated, unload_module } from '../module/load.ts';
import { MODULE_NAME_LEN } from '../module/module.ts';
import { MODULE_INIT_ISOLATED } from './numbers.ts';

/** The largest object file, and the longest parameters with their NUL. */
const MODULE_FILE_MAX = 0x400000;
const PARAMETERS_MAX = 512;

/**
 * Loads the object file of `size` bytes at `image` as a module called `name`, with parameters `a=1 b=2`; with the flag
 * MODULE_INIT_ISOLATED in a protection domain.
 */
export function sys_init_module(image: usize, size: u32, parameters: usize, name: usize, flags: u32): i32 {
  if (size === 0 || size > MODULE_FILE_MAX || (flags & ~MODULE_INIT_ISOLATED) !== 0) return -EINVAL;
  const called = local<Arr<u8, 32>>();
  const options = local<Arr<u8, 512>>();
  let error = copy_text(called, name, MODULE_NAME_LEN);
  if (error === 0) error = copy_text(options, parameters, PARAMETERS_MAX);
  if (error !== 0) return error;
  const file = vmalloc(size);
  if (file === 0) return -ENOMEM;
  if (copy_from_user(file, image, size) !== 0) error = -EFAULT;
  else if (flags === 0) error = load_module(cast<cstr>(called), file, size, cast<cstr>(options));
  else error = load_module_isolated(cast<cstr>(called), file, size, cast<cstr>(options));
  vfree(file);
  return error;
}

/** No flags: it never waits until a module is not used any more. */
export function sys_delete_module(name: usize, flags: u32): i32 {
  if (flags !== 0) return -EINVAL;
  const called = local<Arr<u8, 32>>();
  const error = copy_text(called, name, MODULE_NAME_LEN);
  return error === 0 ? unload_module(cast<cstr>(called)) : error;
}

/** A text of at most `size` bytes with its NUL: 0, -EFAULT or -E2BIG. */
function copy_text(to: Ptr<u8>, from: usize, size: u32): i32 {
  const length = strncpy_from_user(addr(to), from, size);
  if (length < 0) return length;
  return (length as u32) < size ? 0 : -E2BIG;
}
