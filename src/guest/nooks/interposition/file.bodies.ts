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
import {
  nooks_call_FileOperations_flush, nooks_call_FileOperations_ioctl, nooks_call_FileOperations_llseek,
  nooks_call_FileOperations_open, nooks_call_FileOperations_poll, nooks_call_FileOperations_read,
  nooks_call_FileOperations_release, nooks_call_FileOperations_write,
} from '../generated/file.wrappers.ts';
import { nooks_take_FileOperations } from '../generated/structs.wrappers.ts';
import { NX_FileOperations_release } from '../generated/extension.table.ts';
import { Domain, DOMAIN_LIVE } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import {
  CALL_POLL_TABLE, call_object_begin, call_object_end, call_object_held, CallObject,
} from '../tracker/call_objects.ts';
import {
  NooksObject, object_add, object_find, object_free, object_take, object_version,
} from '../tracker/objects.ts';
import { OBJECT_FILE, OBJECT_WAIT_QUEUE } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';
import { nooks_interpose, Target } from './targets.ts';

/** What stands for a function that there is not: where code never lies. */
const NO_FUNCTION = 1;

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
  nooks_take_FileOperations(domain, from, to);
  // Also without a function of the extension's: the domain's version of the file ends there.
  if (to.release === null) to.release = cast(nooks_interpose(domain, NX_FileOperations_release, NO_FUNCTION));
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

export function body_x_FileOperations_open(inode: Inode, file: File, target: Target, domain: Domain): i32 {
  const version = lend_file(domain, file);
  if (version === null) return -ENOMEM;
  const result = checked(nooks_call_FileOperations_open(target, inode, version), 0);
  if (result === 0 && domain.state === DOMAIN_LIVE) take_file(version, file);
  else end_file(domain, version);
  return result;
}

export function body_x_FileOperations_release(inode: Inode, file: File, target: Target, domain: Domain): i32 {
  if (target.entry === NO_FUNCTION) {
    const unused = object_version(domain, OBJECT_FILE, addr(file));
    if (unused !== 0) end_file(domain, cast<File>(unused));
    return 0;
  }
  const version = lend_file(domain, file);
  if (version === null) return -ENOMEM;
  const result = nooks_call_FileOperations_release(target, inode, version);
  end_file(domain, version);
  return result;
}

export function body_x_FileOperations_read(
  file: File, buf: usize, count: u32, ppos: Ptr<i64>, target: Target, domain: Domain,
): i32 {
  const version = lend_to_move(domain, file, ppos);
  if (version === null) return get_fs() === KERNEL_DS ? -EINVAL : -ENOMEM;
  const result = nooks_call_FileOperations_read(target, version, buf, count, position_in(version));
  take_moved(version, file, ppos);
  return checked(result, count);
}

export function body_x_FileOperations_write(
  file: File, buf: usize, count: u32, ppos: Ptr<i64>, target: Target, domain: Domain,
): i32 {
  const version = lend_to_move(domain, file, ppos);
  if (version === null) return get_fs() === KERNEL_DS ? -EINVAL : -ENOMEM;
  const result = nooks_call_FileOperations_write(target, version, buf, count, position_in(version));
  take_moved(version, file, ppos);
  return checked(result, count);
}

/** The buffer is the user's: a kernel's own, as set_fs has it, is not for extensions. Then, or for no memory, null. */
function lend_to_move(domain: Domain, file: File, position: Ptr<i64>): File | null {
  const version = get_fs() === KERNEL_DS ? null : lend_file(domain, file);
  if (version !== null) version.f_pos = position[0];
  return version;
}

function position_in(version: File): Ptr<i64> {
  return cast<Ptr<i64>>(addr(version) + offsetof<File>('f_pos'));
}

function take_moved(version: File, file: File, position: Ptr<i64>): void {
  position[0] = version.f_pos;
  take_file(version, file);
}

export function body_x_FileOperations_llseek(
  file: File, offset: i64, origin: u32, target: Target, domain: Domain,
): i64 {
  const version = lend_file(domain, file);
  if (version === null) return i64of(-ENOMEM as i32);
  const result = nooks_call_FileOperations_llseek(target, version, offset, origin);
  file.f_pos = version.f_pos;
  return result;
}

export function body_x_FileOperations_ioctl(
  inode: Inode, file: File, cmd: u32, arg: usize, target: Target, domain: Domain,
): i32 {
  const version = lend_file(domain, file);
  if (version === null) return -ENOMEM;
  const result = nooks_call_FileOperations_ioctl(target, inode, version, cmd, arg);
  take_file(version, file);
  return result;
}

export function body_x_FileOperations_flush(file: File, target: Target, domain: Domain): i32 {
  const version = lend_file(domain, file);
  return version === null ? -ENOMEM : nooks_call_FileOperations_flush(target, version);
}

/** The table is the call's: only then may the extension hand it to poll_wait. */
export function body_x_FileOperations_poll(file: File, wait: PollTable | null, target: Target, domain: Domain): u32 {
  const version = lend_file(domain, file);
  if (version === null) return POLLERR;
  const object = local<CallObject>();
  call_object_begin(object, domain, CALL_POLL_TABLE, addr(wait));
  const result = nooks_call_FileOperations_poll(target, version, wait);
  call_object_end(object);
  // An error number is no event.
  return domain.state === DOMAIN_LIVE ? result : POLLERR;
}

export function dead_x_FileOperations_poll(file: File, wait: PollTable | null, target: Target): u32 {
  return POLLERR;
}

export function body_poll_wait(file: usize, queue: usize, table: usize): u32 {
  if (table === 0) return 0;
  const domain = nooks_caller();
  const opened = object_find(domain, OBJECT_FILE, file);
  const head = object_find(domain, OBJECT_WAIT_QUEUE, queue);
  if (opened === 0) return nooks_bad_parameter('poll_wait', 'file');
  if (head === 0) return nooks_bad_parameter('poll_wait', 'queue');
  if (!call_object_held(domain, CALL_POLL_TABLE, table)) return nooks_bad_parameter('poll_wait', 'table');
  poll_wait(cast<File>(opened), cast<WaitQueueHead>(head), cast<PollTable>(table));
  return 0;
}
