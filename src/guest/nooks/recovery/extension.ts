/**
 * What is kept of an isolated extension so that it can be started again: its file, its parameters, and how often it has
 * failed. It outlives its domains.
 */
import { memcpy } from '../../lib/memory.ts';
import { strcmp, strlcpy } from '../../lib/string.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { vfree, vmalloc } from '../../kernel/mm/vmalloc.ts';

export const PARAMETERS_MAX = 512;

/**
 * All but `next` belong to whoever loads, unloads or recovers it: one at a time, by module_sem and the domain's state.
 */
export class Extension {
  next: Extension | null;
  name: Arr<u8, 32>;
  image: usize;
  size: u32;
  parameters: Arr<u8, 512>;
  recoveries: u32;
  /** Failures in the window that began at `since`, jiffies. */
  failures: u32;
  since: u32;
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
  extension.next = extensions;
  extensions = extension;
  return extension;
}

/** Under module_sem. */
export function extension_find(name: cstr): Extension | null {
  let extension = extensions;
  while (extension !== null && strcmp(cast<cstr>(extension.name), name) !== 0) extension = extension.next;
  return extension;
}

/** Under module_sem. @sleeps */
export function extension_forget(extension: Extension): void {
  if (extensions === extension) extensions = extension.next;
  for (let at = extensions; at !== null; at = at.next) if (at.next === extension) at.next = extension.next;
  vfree(extension.image);
  kfree(addr(extension));
}
