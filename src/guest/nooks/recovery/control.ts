/**
 * What may be written to /proc/nooks, a line at a time: `fail NAME` is the explicit request to recover an extension,
 * `limit NAME heap|objects|stacks|parameters NUMBER [fail]` says how much it may take, or be wrong. The rest are the
 * decisions of the agent of an extension that is down, or of what the agent has started: `give-up NAME`,
 * `restart NAME [parameter=value...]`, `replaced NAME SUCCESSOR`.
 */
import { simple_strtoul } from '../../lib/number.ts';
import { strchr, strcmp, strlcpy } from '../../lib/string.ts';
import { current } from '../../kernel/arch/cpu.ts';
import { copy_from_user } from '../../kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENOENT, EPERM } from '../../kernel/errno.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { module_sem } from '../../kernel/module/module.ts';
import { domain_called, FAIL_REQUEST } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { limit_names, Limits, LIMITS } from '../isolation/limits.ts';
import { give_up_extension, restart_extension } from './decision.ts';
import { Extension, extension_find, extension_put, PARAMETERS_MAX } from './extension.ts';

/** A word, a name, and parameters, with the blanks between and the NUL. */
const LINE_MAX = 576;

/** A write_proc_t. @sleeps */
export function nooks_write_proc(buffer: usize, count: u32, data: usize): i32 {
  const line = local<Arr<u8, 576>>();
  if (count >= LINE_MAX) return -EINVAL;
  if (copy_from_user(addr(line), buffer, count) !== 0) return -EFAULT;
  let length = count;
  while (length > 0 && line[length - 1] === char('\n')) length--;
  line[length] = 0;
  const name = after_word(cast<cstr>(line));
  const rest = after_word(name);
  const error = name[0] === 0 ? -EINVAL : perform(cast<cstr>(line), name, rest);
  return error === 0 ? count as i32 : error;
}

/** Ends a word, and gives what is behind the blank; '' if there is none. */
function after_word(text: cstr): cstr {
  const blank = strchr(text, char(' '));
  if (blank === null) return '';
  cast<Ptr<u8>>(addr(blank))[0] = 0;
  return cast<cstr>(addr(blank) + 1);
}

function perform(word: cstr, name: cstr, rest: cstr): i32 {
  if (strcmp(word, 'fail') === 0) return request(name);
  if (strcmp(word, 'limit') === 0) return limit(name, rest);
  const extension = local<Arr<usize, 1>>();
  const error = hold_as_agent(name, extension);
  if (error !== 0) return error;
  const result = decide(cast<Extension>(extension[0]), word, rest);
  down(module_sem);
  extension_put(cast<Extension>(extension[0]));
  up(module_sem);
  return result;
}

function decide(extension: Extension, word: cstr, rest: cstr): i32 {
  if (strcmp(word, 'restart') === 0) return restart_extension(extension, rest);
  if (strcmp(word, 'give-up') === 0 && rest[0] === 0) return give_up_extension(extension, null);
  if (strcmp(word, 'replaced') === 0 && rest[0] !== 0) return give_up_extension(extension, rest);
  return -EINVAL;
}

/** An extension whose agent, or what that has started, the current task is. */
function hold_as_agent(name: cstr, held: Ptr<usize>): i32 {
  down(module_sem);
  const extension = extension_find(name);
  let error: i32 = -ENOENT;
  if (extension !== null) {
    error = extension.agent !== 0 && extension.agent === current().pgrp ? 0 : -EPERM;
    held[0] = addr(extension);
    if (error === 0) extension.users++;
  }
  up(module_sem);
  return error;
}

function request(name: cstr): i32 {
  const domain = domain_called(name);
  if (domain === null) return -ENOENT;
  domain_fail(domain, FAIL_REQUEST, null, 'on request');
  return 0;
}

/** For the extension's domain as it is, and those that it will be started in. */
function limit(name: cstr, what: cstr): i32 {
  const number = after_word(what);
  const fails = after_word(number);
  let resource: u32 = 0;
  while (resource < LIMITS && strcmp(limit_names[resource], what) !== 0) resource++;
  const end = local<Arr<cstr, 1>>();
  const most = simple_strtoul(number, end, 10);
  if (resource === LIMITS || number[0] === 0 || end[0][0] !== 0) return -EINVAL;
  if (fails[0] !== 0 && strcmp(fails, 'fail') !== 0) return -EINVAL;
  down(module_sem);
  const extension = extension_find(name), domain = domain_called(name);
  if (extension !== null) set_limit(extension.limits, resource, most, fails[0] !== 0);
  if (extension !== null && domain !== null) set_limit(domain.limits, resource, most, fails[0] !== 0);
  up(module_sem);
  return extension === null ? -ENOENT : 0;
}

function set_limit(limits: Limits, resource: u32, most: u32, fails: bool): void {
  limits.most[resource] = most;
  limits.fails = (limits.fails & ~(1 << resource)) | (fails ? 1 << resource : 0);
}
