/**
 * insmod and rmmod, as the system calls have them: Linux 2.4, sys_init_module and sys_delete_module of
 * kernel/module.c.
 */
import { Domain, domain_create, domain_destroy, domain_hold } from '../../nooks/isolation/domain.ts';
import { extension_find } from '../../nooks/recovery/extension.ts';
import { isolate, start_isolated, stop_isolated } from '../../nooks/recovery/isolated.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { printk } from '../debug/printk.ts';
import { EBUSY, EEXIST, EINVAL, ENOENT, ENOMEM } from '../errno.ts';
import { create_proc_read_entry } from '../fs/proc/proc_fs.ts';
import { down, up } from '../locking/semaphore.ts';
import { free_module, load_image } from './loader.ts';
import {
  claim_for_unload, find_module, MOD_RUNNING, Module, module_list_add, module_list_init, module_list_remove, module_sem,
  modules_text, set_module_flags,
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
  eof[0] = 1;
  return modules_text(page, PAGE_SIZE) as i32;
}

/**
 * Loads a module from the bytes of an object file, under a name, with parameters, and starts it. 0, -EEXIST, -ENOEXEC,
 * -ENOMEM, -EINVAL, or what its init_module gives, which then is as if never loaded. @sleeps
 */
export function load_module(name: cstr, file: usize, size: u32, parameters: cstr): i32 {
  if (name[0] === 0) return -EINVAL;
  const error = local<Arr<i32, 1>>();
  down(module_sem);
  const module = bind(name, file, size, parameters, null, error);
  up(module_sem);
  return module === null ? error[0] : start(module);
}

/** The same in a protection domain of its own. The file is kept, so that it can be started again. @sleeps */
export function load_module_isolated(name: cstr, file: usize, size: u32, parameters: cstr): i32 {
  if (name[0] === 0) return -EINVAL;
  const error = local<Arr<i32, 1>>();
  error[0] = -ENOMEM;
  const domain = domain_create(name);
  if (domain === null) return -ENOMEM;
  down(module_sem);
  const module = bind(name, file, size, parameters, domain, error);
  const kept = module !== null && isolate(domain, module, file, size, parameters);
  if (module !== null && !kept) {
    module_list_remove(module);
    free_module(module);
    error[0] = extension_find(name) !== null ? -EBUSY : -ENOMEM;
  }
  up(module_sem);
  if (module !== null && kept) return start_isolated(domain, module);
  domain_destroy(domain);
  return error[0];
}

/** A module in the list, not started; or null and the error. Under module_sem. */
function bind(
  name: cstr, file: usize, size: u32, parameters: cstr, domain: Domain | null, error: Ptr<i32>,
): Module | null {
  error[0] = -EEXIST;
  if (find_module(name) !== null) return null;
  const module = load_image(name, file, size, domain, error);
  if (module === null) return null;
  error[0] = set_parameters(module, parameters);
  if (error[0] === 0) {
    module_list_add(module);
    return module;
  }
  free_module(module);
  return null;
}

/**
 * Runs init_module, without module_sem: should it never come back, other modules can still be loaded. Until it is
 * running, nobody can unload it.
 */
function start(module: Module): i32 {
  const init = module.init;
  const error = init === null ? -EINVAL : init();
  if (error === 0) {
    set_module_flags(module, MOD_RUNNING);
    return 0;
  }
  printk('<4>%s: init_module: error %d\n', module.name, error);
  discard(module);
  return error;
}

function discard(module: Module): void {
  down(module_sem);
  module_list_remove(module);
  free_module(module);
  up(module_sem);
}

/**
 * Stops a module and takes it out. 0, -ENOENT, -EBUSY while it is in use, not running, or cannot be stopped. @sleeps
 */
export function unload_module(name: cstr): i32 {
  down(module_sem);
  const module = find_module(name);
  const claimed = module !== null && module.cleanup !== null && claim_for_unload(module);
  if (module !== null && claimed && module.domain !== null) domain_hold(module.domain);
  up(module_sem);
  if (module === null) return -ENOENT;
  const cleanup = module.cleanup, domain = module.domain;
  if (!claimed || cleanup === null) return -EBUSY;
  if (domain !== null) return stop_isolated(domain, module);
  cleanup();
  discard(module);
  return 0;
}
