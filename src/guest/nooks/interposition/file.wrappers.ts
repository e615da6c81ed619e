/**
 * Extension wrappers of file operations: the kernel has a version of an extension's FileOperations that calls these.
 * Of an open file the extension has a version of its own from open to release; the inode it reads where it is.
 */
import { memcpy } from '../../lib/memory.ts';
import { get_fs, KERNEL_DS } from '../../kernel/arch/uaccess.ts';
import { EINVAL, EIO, ENOMEM } from '../../kernel/errno.ts';
import { O_APPEND, O_NONBLOCK, POLLERR } from '../../kernel/fs/fcntl.ts';
import { File, FileOperations, Inode } from '../../kernel/fs/fs.ts';
import { poll_wait, PollTable } from '../../kernel/fs/poll.ts';
import { kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import type { WaitQueueHead } from '../../kernel/sched/wait.ts';
import { Domain, DOMAIN_LIVE, domain_put } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { nooks_driver_call } from '../isolation/xpc.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
import {
  NooksObject, object_add, object_find, object_free, object_take, object_version,
} from '../tracker/objects.ts';
import { OBJECT_FILE, OBJECT_POLL_TABLE, OBJECT_WAIT_QUEUE } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';
import { interpose, Target, target_hold } from './targets.ts';

export const NX_LLSEEK = 20;
export const NX_READ = 21;
export const NX_WRITE = 22;
export const NX_POLL = 23;
export const NX_IOCTL = 24;
export const NX_OPEN = 25;
export const NX_FLUSH = 26;
export const NX_RELEASE = 27;
export const NX_NO_RELEASE = 28;

/**
 * The kernel's version of an extension's operations, from kmalloc, to be buried (graveyard.ts); null if they are not
 * readable, or for no memory. The module counts as used while a file is open, whatever `owner` says.
 */
export function file_operations(domain: Domain, operations: usize): FileOperations | null {
  if ((operations & 3) !== 0 || !nooks_buffer_valid(domain, operations, sizeof<FileOperations>(), false)) return null;
  const from = cast<FileOperations>(operations);
  const to = kzalloc<FileOperations>(GFP_KERNEL);
  if (to === null) return null;
  to.owner = domain.module;
  to.llseek = cast(interpose(domain, NX_LLSEEK, cast<usize>(nooks_x_llseek), 4, addr(from.llseek)));
  to.read = cast(interpose(domain, NX_READ, cast<usize>(nooks_x_move), 4, addr(from.read)));
  to.write = cast(interpose(domain, NX_WRITE, cast<usize>(nooks_x_move), 4, addr(from.write)));
  to.poll = cast(interpose(domain, NX_POLL, cast<usize>(nooks_x_poll), 2, addr(from.poll)));
  to.ioctl = cast(interpose(domain, NX_IOCTL, cast<usize>(nooks_x_ioctl), 4, addr(from.ioctl)));
  to.open = cast(interpose(domain, NX_OPEN, cast<usize>(nooks_x_open), 2, addr(from.open)));
  to.flush = cast(interpose(domain, NX_FLUSH, cast<usize>(nooks_x_flush), 1, addr(from.flush)));
  // Also without a function of the extension's: the domain's version of the file ends there.
  const release = addr(from.release);
  to.release = release === 0 ? cast(interpose(domain, NX_NO_RELEASE, cast<usize>(nooks_x_no_release), 2, operations))
    : cast(interpose(domain, NX_RELEASE, cast<usize>(nooks_x_release), 2, release));
  return to;
}

/** The domain's version of a file, made at its first use, with what the kernel has changed; null for no memory. */
function lend_file(domain: Domain, file: File): File | null {
  const known = object_version(domain, OBJECT_FILE, addr(file));
  if (known !== 0) {
    const version = cast<File>(known);
    version.f_flags = file.f_flags;
    version.f_pos = file.f_pos;
    return version;
  }
  const made = heap_alloc(domain, sizeof<File>(), GFP_KERNEL);
  if (made === 0) return null;
  memcpy(cast(made), file, sizeof<File>());
  if (object_add(domain, OBJECT_FILE, addr(file), made, sizeof<File>(), 0)) return cast<File>(made);
  heap_free(domain, made, sizeof<File>());
  return null;
}

/** What an extension may change of a file. */
function take_file(version: File, file: File): void {
  const settable = O_APPEND | O_NONBLOCK;
  file.f_flags = (file.f_flags & ~settable) | (version.f_flags & settable);
  file.private_data = version.private_data;
}

function end_file(domain: Domain, version: File): void {
  const object = object_take(domain, OBJECT_FILE, addr(version));
  if (object === null) return;
  release_file(domain, object);
  object_free(object);
}

export function release_file(domain: Domain, object: NooksObject): void {
  heap_free(domain, object.extension, object.size);
}

/** 0 or a negated error, or else -EIO: what is more would be taken for an address. */
function checked(result: i32, most: u32): i32 {
  return result >= -4095 && (result < 0 || result as u32 <= most) ? result : -EIO;
}

function nooks_x_open(inode: Inode, file: File, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = lend_file(domain, file);
  let result: i32 = -ENOMEM;
  if (version !== null) {
    result = checked(lo32(nooks_driver_call(target, 2, inode, version)) as i32, 0);
    if (result === 0 && domain.state === DOMAIN_LIVE) take_file(version, file);
    else end_file(domain, version);
  }
  domain_put(domain);
  return result;
}

function nooks_x_release(inode: Inode, file: File, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = lend_file(domain, file);
  let result: i32 = -ENOMEM;
  if (version !== null) {
    result = lo32(nooks_driver_call(target, 2, inode, version)) as i32;
    end_file(domain, version);
  }
  domain_put(domain);
  return result;
}

function nooks_x_no_release(inode: Inode, file: File, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = object_version(domain, OBJECT_FILE, addr(file));
  if (version !== 0) end_file(domain, cast<File>(version));
  domain_put(domain);
  return 0;
}

/** Read and write. The buffer is the user's: a kernel's own, as set_fs has it, is not for extensions. */
function nooks_x_move(file: File, buffer: usize, count: u32, position: Ptr<i64>, target: Target): i32 {
  if (get_fs() === KERNEL_DS) return -EINVAL;
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = lend_file(domain, file);
  let result: i32 = -ENOMEM;
  if (version !== null) {
    version.f_pos = position[0];
    const cell = addr(version) + offsetof<File>('f_pos');
    result = checked(lo32(nooks_driver_call(target, 4, version, buffer, count, cell)) as i32, count);
    position[0] = version.f_pos;
    take_file(version, file);
  }
  domain_put(domain);
  return result;
}

function nooks_x_llseek(file: File, offset: i64, origin: u32, target: Target): i64 {
  const domain = target_hold(target);
  if (domain === null) return i64of(-EIO as i32);
  const version = lend_file(domain, file);
  let result: i64 = i64of(-ENOMEM as i32);
  if (version !== null) {
    result = nooks_driver_call(target, 4, version, lo32(offset), hi32(offset), origin) as i64;
    file.f_pos = version.f_pos;
  }
  domain_put(domain);
  return result;
}

function nooks_x_ioctl(inode: Inode, file: File, cmd: u32, arg: usize, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = lend_file(domain, file);
  let result: i32 = -ENOMEM;
  if (version !== null) {
    result = lo32(nooks_driver_call(target, 4, inode, version, cmd, arg)) as i32;
    take_file(version, file);
  }
  domain_put(domain);
  return result;
}

function nooks_x_flush(file: File, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const version = lend_file(domain, file);
  const result = version === null ? -ENOMEM : lo32(nooks_driver_call(target, 1, version)) as i32;
  domain_put(domain);
  return result;
}

/** The table is tracked for the call: only then may the extension hand it to poll_wait. */
function nooks_x_poll(file: File, wait: PollTable | null, target: Target): u32 {
  const domain = target_hold(target);
  if (domain === null) return POLLERR;
  const version = lend_file(domain, file);
  let result: u32 = POLLERR;
  const tracked = wait !== null && object_add(domain, OBJECT_POLL_TABLE, addr(wait), addr(wait), 0, 0);
  if (version !== null) result = lo32(nooks_driver_call(target, 2, version, tracked ? addr(wait) : 0));
  const object = tracked ? object_take(domain, OBJECT_POLL_TABLE, addr(wait)) : null;
  if (object !== null) object_free(object);
  // An error number is no event.
  const dead = domain.state !== DOMAIN_LIVE;
  domain_put(domain);
  return dead ? POLLERR : result;
}

export function nooks_w_poll_wait(file: File, queue: WaitQueueHead, table: PollTable | null): void {
  nooks_kernel_call(cast<usize>(body_poll_wait), 3, file, queue, table);
}

function body_poll_wait(file: usize, queue: usize, table: usize): u32 {
  if (table === 0) return 0;
  const domain = nooks_caller();
  const opened = object_find(domain, OBJECT_FILE, file);
  const head = object_find(domain, OBJECT_WAIT_QUEUE, queue);
  if (opened === 0) return nooks_bad_parameter('poll_wait', 'file');
  if (head === 0) return nooks_bad_parameter('poll_wait', 'queue');
  if (object_find(domain, OBJECT_POLL_TABLE, table) === 0) return nooks_bad_parameter('poll_wait', 'table');
  poll_wait(cast<File>(opened), cast<WaitQueueHead>(head), cast<PollTable>(table));
  return 0;
}

/** It is the poll call's, on that task's stack. */
export function release_poll_table(domain: Domain, object: NooksObject): void {
  object.kernel = 0;
}
