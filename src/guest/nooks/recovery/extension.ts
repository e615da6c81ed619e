/**
 * What is kept of an isolated extension: its file, so that it can be started again, how often it has failed, and how
 * far its recovery is. It outlives its domains.
 */
import { memcpy } from '../../lib/memory.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { jiffies } from '../../kernel/arch/time.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { vfree, vmalloc } from '../../kernel/mm/vmalloc.ts';
import { Limits, default_limits } from '../isolation/limits.ts';
import { Statistics } from './statistics.ts';

export const PARAMETERS_MAX = 512;
/** Failures whose times are kept. */
export const FAILURES_KEPT = 32;

// Extension.state.
/** It is loaded, or on its way there for the first time. */
export const EXTENSION_UP = 0;
/** It has failed and is unloaded, and somebody must decide what becomes of it. */
export const EXTENSION_DOWN = 1;
/** It was decided to start it anew, and that is under way. */
export const EXTENSION_STARTING = 2;
/** It is no more, but the record is still in use. */
export const EXTENSION_GONE = 3;
/** It has failed, and is being taken out. */
export const EXTENSION_FAILED = 4;

/** All but name and image is protected by module_sem. */
export class Extension {
  next: Extension | null;
  name: Arr<u8, 32>;
  image: usize;
  size: u32;
  parameters: Arr<u8, 512>;
  state: u32;
  /** By what it registers with the kernel: `network`, `sound`; `-` as long as that is not known. */
  kind: cstr;
  limits: Embed<Limits>;
  /** When it failed, jiffies: the last FAILURES_KEPT times. */
  failed_at: Arr<u32, 32>;
  failed: u32;
  /** Of its failures, those since it was last in service. */
  again: u32;
  /** Why it failed last: FAIL_... of domain.ts. */
  reason: u32;

  /** It is on the way from a failure to service, since `since` (units of the time CSR). */
  recovering: bool;
  since: u32;
  /** Where the present phase began. */
  phase_since: u32;
  /** The agent has been asked about the failure that it is down for. */
  asked: bool;
  /** The agent's process, 0 for none; when its time is up, jiffies; and whether it was killed for that. */
  agent: i32;
  agent_until: u32;
  killed: bool;
  /** Who uses the record: an agent, who decides, the manager. */
  users: u32;
  statistics: Embed<Statistics>;
}

export let extensions: Extension | null = null;

/**
 * Remembers an extension's file; the record that there is when it is being restarted. Null for no memory, or while one
 * of that name is in recovery. Under module_sem. @sleeps
 */
export function extension_keep(name: cstr, image: usize, size: u32, parameters: cstr): Extension | null {
  const known = extension_find(name);
  if (known !== null) return known.image === image ? known : null;
  const extension = kzalloc<Extension>(GFP_KERNEL);
  if (extension === null) return null;
  extension.image = vmalloc(size);
  if (extension.image === 0) {
    kfree(addr(extension));
    return null;
  }
  memcpy(cast(extension.image), cast(image), size);
  extension.size = size;
  strlcpy(extension.name, name, 32);
  strlcpy(extension.parameters, parameters, PARAMETERS_MAX);
  extension.kind = '-';
  memcpy(extension.limits, default_limits, sizeof<Limits>());
  extension.next = extensions;
  extensions = extension;
  return extension;
}

/** Under module_sem. */
export function extension_find(name: cstr): Extension | null {
  let extension = extensions;
  while (extension !== null && !is_called(extension, name)) extension = extension.next;
  return extension;
}

function is_called(extension: Extension, name: cstr): bool {
  return extension.state !== EXTENSION_GONE && strcmp(extension_name(extension), name) === 0;
}

/** From now on there is no such extension. The record stays as long as it is used. Under module_sem. @sleeps */
export function extension_forget(extension: Extension): void {
  extension.state = EXTENSION_GONE;
  if (extension.users === 0) free(extension);
}

/** Ends a use of the record. Under module_sem. @sleeps */
export function extension_put(extension: Extension): void {
  extension.users--;
  if (extension.users === 0 && extension.state === EXTENSION_GONE) free(extension);
}

function free(extension: Extension): void {
  if (extensions === extension) extensions = extension.next;
  for (let at = extensions; at !== null; at = at.next) if (at.next === extension) at.next = extension.next;
  vfree(extension.image);
  kfree(addr(extension));
}

/** One more failure, for policies that count. Under module_sem. */
export function extension_failed(extension: Extension, reason: u32): void {
  extension.reason = reason;
  extension.failed_at[extension.failed++ % FAILURES_KEPT] = jiffies;
  extension.again++;
}

/** When it failed for the last time but `n`, as so many jiffies ago; -1 if it did not, or that is not kept. */
export function failure_age(extension: Extension, n: u32): i32 {
  if (n >= extension.failed || n >= FAILURES_KEPT) return -1;
  return (jiffies - extension.failed_at[(extension.failed - 1 - n) % FAILURES_KEPT]) as i32;
}

/** @inline */
export function extension_name(extension: Extension): cstr {
  return cast<cstr>(extension.name);
}
