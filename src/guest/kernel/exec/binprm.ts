/**
 * A program about to be loaded: its file, and the strings for its stack. Linux 2.4, include/linux/binfmts.h
 * (linux_binprm), fs/exec.c (copy_strings), fs/binfmt_elf.c (create_elf_tables).
 */
import { strlen } from '../../lib/string.ts';
import { memcpy } from '../../lib/memory.ts';
import { get_user, strncpy_from_user } from '../arch/uaccess.ts';
import { E2BIG, EFAULT, ENOMEM } from '../errno.ts';
import { __get_free_pages, free_pages, GFP_KERNEL } from '../mm/page_alloc.ts';
import { copy_to_mm } from '../mm/memory.ts';
import { MmStruct, STACK_TOP } from '../mm/mmap.ts';

/** Arguments and environment together, in bytes with their NULs: three of the four pages; the last has the pointers. */
export const MAX_ARG_BYTES = 12288;
/** Pointers that the last page holds, less argc and two nulls. */
export const MAX_ARG_STRINGS = 1021;
const STRINGS_ORDER = 2;

export class LinuxBinprm {
  /** The pages: strings one after another, arguments first. */
  strings: usize;
  used: u32;
  argc: u32;
  envc: u32;
}

/** 0 or -ENOMEM; free_binprm ends the use. @sleeps */
export function init_binprm(bprm: LinuxBinprm): i32 {
  bprm.used = 0;
  bprm.argc = 0;
  bprm.envc = 0;
  bprm.strings = __get_free_pages(GFP_KERNEL, STRINGS_ORDER);
  return bprm.strings === 0 ? -ENOMEM : 0;
}

export function free_binprm(bprm: LinuxBinprm): void {
  free_pages(bprm.strings, STRINGS_ORDER);
}

/** Adds a string of the kernel's: 0 or -E2BIG. The caller counts it. */
export function add_string(bprm: LinuxBinprm, text: cstr): i32 {
  const size = strlen(text) + 1;
  if (size > MAX_ARG_BYTES - bprm.used) return -E2BIG;
  memcpy(cast(bprm.strings + bprm.used), text, size);
  bprm.used += size;
  return 0;
}

/** Adds the strings of an array of the kernel's that a null ends, from element `first` on: how many, or -E2BIG. */
export function add_kernel_strings(bprm: LinuxBinprm, array: usize, first: u32): i32 {
  const texts = cast<Ptr<cstr | null>>(array);
  let count: u32 = 0;
  for (let index: u32 = 0; texts[index] !== null; index++) {
    if (index < first) continue;
    const error = add_string(bprm, cast<cstr>(texts[index]));
    if (error !== 0) return error;
    count++;
  }
  return count as i32;
}

/**
 * Adds the strings of a user's array that a null ends, from element `first` on; an array at 0 is empty. Gives how many,
 * -EFAULT or -E2BIG. @sleeps
 */
export function add_user_strings(bprm: LinuxBinprm, array: usize, first: u32): i32 {
  if (array === 0) return 0;
  const pointer = local<Arr<u32, 1>>();
  for (let index: u32 = 0; ; index++) {
    if (get_user(pointer, array + 4 * index) !== 0) return -EFAULT;
    if (pointer[0] === 0) return (index < first ? 0 : index - first) as i32;
    if (index < first) continue;
    if (index - first + bprm.argc + bprm.envc >= MAX_ARG_STRINGS) return -E2BIG;
    const room = MAX_ARG_BYTES - bprm.used;
    const length = strncpy_from_user(bprm.strings + bprm.used, pointer[0] as usize, room);
    if (length < 0) return length;
    if ((length as u32) >= room) return -E2BIG;
    bprm.used += (length as u32) + 1;
  }
}

/**
 * Writes the stack that a program begins with: argc, the arguments' addresses and 0, the environment's and 0, and above
 * them the strings. Gives the stack pointer, or 0 for no memory. @sleeps
 */
export function setup_arg_pages(bprm: LinuxBinprm, mm: MmStruct): usize {
  const strings = (STACK_TOP - bprm.used) & ~3;
  const words = bprm.argc + bprm.envc + 3;
  const sp = (strings - 4 * words) & ~15;
  const table = cast<Ptr<u32>>(bprm.strings + MAX_ARG_BYTES);
  table[0] = bprm.argc;
  const at = put_addresses(bprm, ptr(table[1]), bprm.argc, 0, strings);
  put_addresses(bprm, ptr(table[bprm.argc + 2]), bprm.envc, at, strings);
  if (copy_to_mm(mm, strings, bprm.strings, bprm.used) !== 0) return 0;
  return copy_to_mm(mm, sp, addr(table), 4 * words) === 0 ? sp : 0;
}

/** The addresses of `count` strings from byte `at` on, and 0; gives where the strings after them begin. */
function put_addresses(bprm: LinuxBinprm, to: Ptr<u32>, count: u32, at: u32, base: usize): u32 {
  for (let index: u32 = 0; index < count; index++) {
    to[index] = base + at;
    at += strlen(cast<cstr>(bprm.strings + at)) + 1;
  }
  to[count] = 0;
  return at;
}
