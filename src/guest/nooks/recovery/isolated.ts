/** Modules that run in a domain: how they are started and stopped. The native way is kernel/module/load.ts. */
import { memcpy } from '../../lib/memory.ts';
import { EINVAL } from '../../kernel/errno.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { cmpxchg } from '../../kernel/locking/atomic.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { PTE_R, PTE_W, PTE_X } from '../../kernel/mm/pgtable.ts';
import { MOD_RUNNING, Module, module_sem, set_module_flags } from '../../kernel/module/module.ts';
import {
  Domain, DOMAIN_CLOSED, domain_hold, DOMAIN_LIVE, domain_name, domain_open, domain_put,
} from '../isolation/domain.ts';
import { Limits } from '../isolation/limits.ts';
import { grant } from '../isolation/memory.ts';
import { nooks_driver_call } from '../isolation/xpc.ts';
import { Target } from '../interposition/targets.ts';
import { extension_find, extension_forget, extension_keep } from './extension.ts';
import { note_kind } from './kind.ts';
import { give_lines_back } from './lines.ts';
import { release_holdings, unload_isolated, wait_until_left } from './teardown.ts';

/** Gives a module's memory to its domain, and keeps its file. False for no memory. Under module_sem. @sleeps */
export function isolate(domain: Domain, module: Module, file: usize, size: u32, parameters: cstr): bool {
  domain.module = module;
  const data = module.base + module.text_size;
  if (!grant(domain.root, module.base, module.text_size, PTE_R | PTE_X)
    || !grant(domain.root, data, module.size - module.text_size, PTE_R | PTE_W)) return false;
  const extension = extension_keep(domain_name(domain), file, size, parameters);
  if (extension === null) return false;
  memcpy(domain.limits, extension.limits, sizeof<Limits>());
  return true;
}

/**
 * Runs init_module in the domain. An extension whose init_module fails or dies is as if never loaded, unless it is just
 * being started anew: then its recovery goes on. @sleeps
 */
export function start_isolated(domain: Domain, module: Module): i32 {
  domain_hold(domain);
  domain_open(domain);
  const error = call_module(domain, addr(module.init));
  // It may have failed since, by another call: then it is one that ran, and is restarted.
  if (error === 0) {
    set_module_flags(module, MOD_RUNNING);
    sort(domain);
    domain_put(domain);
    return 0;
  }
  printk('<4>%s: init_module: error %d\n', module.name, error);
  if (close(domain)) {
    forget_unless_recovering(domain);
    take_out(domain);
  }
  return error;
}

/** While it is held, so that its extension is not forgotten. @sleeps */
function sort(domain: Domain): void {
  down(module_sem);
  const extension = extension_find(domain_name(domain));
  if (extension !== null) note_kind(extension, domain);
  up(module_sem);
}

/** Runs cleanup_module in the domain, which the caller holds, and takes it out with all it still holds. @sleeps */
export function stop_isolated(domain: Domain, module: Module): i32 {
  call_module(domain, addr(module.cleanup));
  if (close(domain)) {
    forget(domain);
    take_out(domain);
  }
  return 0;
}

function call_module(domain: Domain, entry: usize): i32 {
  if (entry === 0) return -EINVAL;
  const target = local<Target>();
  target.domain = domain;
  target.entry = entry;
  return lo32(nooks_driver_call(target, 0)) as i32;
}

/** Ends a domain that the caller holds: false if it has failed, and so is the recovery manager's. @sleeps */
function close(domain: Domain): bool {
  if (cmpxchg(addr(domain.state), DOMAIN_LIVE, DOMAIN_CLOSED) !== DOMAIN_LIVE) {
    domain_put(domain);
    return false;
  }
  wait_until_left(domain, 1);
  return true;
}

/** Forgets an extension that has been stopped. @sleeps */
function forget(domain: Domain): void {
  down(module_sem);
  const extension = extension_find(domain_name(domain));
  if (extension !== null) extension_forget(extension);
  up(module_sem);
}

/** Forgets an extension that did not start, unless that was an attempt to start it anew. @sleeps */
function forget_unless_recovering(domain: Domain): void {
  down(module_sem);
  const extension = extension_find(domain_name(domain));
  if (extension !== null && !extension.recovering) extension_forget(extension);
  up(module_sem);
}

function take_out(domain: Domain): void {
  release_holdings(domain);
  domain_put(domain);
  unload_isolated(domain);
  give_lines_back();
}
