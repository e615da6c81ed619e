/** insmod and rmmod, as the system calls have them: Linux 2.4, sys_init_module and sys_delete_module of kernel/module.c. */
import { printk } from '../debug/printk.ts';
import { EBUSY, EEXIST, EINVAL, ENOENT } from '../errno.ts';
import { create_proc_read_entry } from '../fs/proc/proc_fs.ts';
import { down, up } from '../locking/semaphore.ts';
import { free_module, load_image } from './loader.ts';
import {
  claim_for_unload, find_module, MOD_DELETED, MOD_RUNNING, Module, module_list_add, module_list_init,
  module_list_remove, module_sem, modules_text, __MOD_DEC_USE_COUNT, __MOD_INC_USE_COUNT,
} from './module.ts';
import { set_parameters } from './params.ts';

/** Makes loading possible, and /proc/modules. */
export function module_init(): void {
  module_list_init();
  create_proc_read_entry('modules', 0o444, null, modules_read_proc, 0);
}

function modules_read_proc(
  page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize,
): i32 {
  down(module_sem);
  const length = modules_text(page, 4096);
  up(module_sem);
  eof[0] = 1;
  return length as i32;
}

/**
 * Loads a module from the bytes of an object file, under a name, with parameters, and starts it. 0, -EEXIST, -ENOEXEC,
 * -ENOMEM, -EINVAL, or what its init_module gives, which then is as if never loaded. @sleeps
 */
export function load_module(name: cstr, file: usize, size: u32, parameters: cstr): i32 {
  if (name[0] === 0) return -EINVAL;
  down(module_sem);
  const error = find_module(name) === null ? load_new(name, file, size, parameters) : -EEXIST;
  up(module_sem);
  return error;
}

function load_new(name: cstr, file: usize, size: u32, parameters: cstr): i32 {
  const failed = local<Arr<i32, 1>>();
  const module = load_image(name, file, size, failed);
  if (module === null) return failed[0];
  let error = set_parameters(module, parameters);
  if (error === 0) {
    module_list_add(module);
    error = start(module);
    if (error !== 0) module_list_remove(module);
  }
  if (error !== 0) free_module(module);
  return error;
}

/** Runs init_module; a use count keeps what it registers from being unloaded with it meanwhile. */
function start(module: Module): i32 {
  const init = module.init;
  if (init === null) return -EINVAL;
  __MOD_INC_USE_COUNT(module);
  const error = init();
  __MOD_DEC_USE_COUNT(module);
  if (error === 0) module.flags |= MOD_RUNNING;
  else {
    module.flags |= MOD_DELETED;
    printk('<4>%s: init_module: error %d\n', module.name, error);
  }
  return error;
}

/** Stops a module and takes it out. 0, -ENOENT, -EBUSY while it is in use or cannot be stopped. @sleeps */
export function unload_module(name: cstr): i32 {
  down(module_sem);
  const module = find_module(name);
  const error = module === null ? -ENOENT : unload(module);
  up(module_sem);
  return error;
}

function unload(module: Module): i32 {
  const cleanup = module.cleanup;
  if (cleanup === null || !claim_for_unload(module)) return -EBUSY;
  cleanup();
  module_list_remove(module);
  free_module(module);
  return 0;
}
