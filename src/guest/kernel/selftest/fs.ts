/**
 * Self-test of the file system: random operations on files in memory against a model, the same on all harts at once in
 * shared directories, and bytes through pipes between kernel threads; afterwards nothing is left.
 */
import { snprintf } from '../../lib/format.ts';
import { EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY } from '../errno.ts';
import { nr_dentries } from '../fs/dcache.ts';
import { IS_ERR, PTR_ERR } from '../fs/err.ts';
import { O_CREAT, O_RDWR, O_TRUNC } from '../fs/fcntl.ts';
import { nr_files } from '../fs/file_table.ts';
import { nr_inodes } from '../fs/inode.ts';
import { do_mkdir, do_rename, do_rmdir, do_unlink } from '../fs/namei.ts';
import { filp_close, filp_open } from '../fs/open.ts';
import { kernel_read, kernel_write } from '../fs/read_write.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL, nr_free_pages } from '../mm/page_alloc.ts';
import { kmem_cache_reap } from '../mm/slab.ts';
import { schedule_timeout, set_current_state } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';
import { test_pipes } from './pipes.ts';

const MODEL_STEPS = 400;
const SHARED_STEPS = 120;
/** Threads on each hart. */
const THREADS = 2;
/** Names in a test directory. */
const SLOTS = 6;
const LARGEST = 9000;
/** How long the last freed stacks and pages may take, in ticks. */
const PATIENCE = 20;

const ABSENT = 0;
const FILE = 1;
const DIRECTORY = 2;

/** What a name should be, and for a file how long and of which bytes. */
class Expected {
  kind: u32;
  size: u32;
  seed: u32;
}

export function selftest_fs(): i32 {
  // Once for what is made at the first use, then counted.
  if (do_mkdir('/selftest', 0o755) !== 0) return expect(false, 'cannot make /selftest', 0);
  let errors = run_crew(THREADS, shared_work);
  clear_shared();
  const inodes = nr_inodes(), dentries = nr_dentries(), files = nr_files(), pages = pages_when_quiet(0);
  errors += run_crew(1, model_work);
  errors += run_crew(THREADS, shared_work);
  clear_shared();
  errors += test_pipes();
  errors += expect(nr_inodes() === inodes, 'inodes are left', nr_inodes() - inodes)
    + expect(nr_dentries() === dentries, 'dentries are left', nr_dentries() - dentries)
    + expect(nr_files() === files, 'files are left', nr_files() - files);
  const left = pages_when_quiet(pages);
  errors += expect(left === pages, 'pages are missing', pages - left);
  return errors + expect(do_rmdir('/selftest') === 0, 'cannot remove /selftest', 0);
}

/** Free pages, once there are `wanted` or, for two ticks, no more. */
function pages_when_quiet(wanted: u32): u32 {
  let last: u32 = 0, still: u32 = 0;
  for (let tick = 0; tick < PATIENCE && still < 2; tick++) {
    kmem_cache_reap();
    const free = nr_free_pages();
    if (free === wanted) break;
    still = free === last ? still + 1 : 0;
    last = free;
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
  }
  return nr_free_pages();
}

/** A number below `below`, from a state that it moves on: xorshift32. */
export function random(state: Ptr<u32>, below: u32): u32 {
  let x = state[0];
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state[0] = x;
  return x % below;
}

/** Random operations in a directory of the thread's own, compared with what should be there. */
function model_work(index: usize): i32 {
  const path = local<Arr<u8, 64>>(), other = local<Arr<u8, 64>>(), state = local<Arr<u32, 1>>();
  const names = local<Arr<Embed<Expected>, 6>>();
  const buffer = kmalloc(LARGEST, GFP_KERNEL);
  if (!buffer) return expect(false, 'no memory', LARGEST);
  state[0] = index * 7919 + 1;
  snprintf(path, 64, '/selftest/m%u', index);
  let errors = expect(do_mkdir(cast<cstr>(path), 0o755) === 0, 'cannot make a directory', index as u32);
  for (let slot: u32 = 0; slot < SLOTS; slot++) names[slot].kind = ABSENT;
  for (let step: u32 = 0; step < MODEL_STEPS && errors === 0; step++) {
    const a = random(ptr(state[0]), SLOTS), b = random(ptr(state[0]), SLOTS);
    snprintf(path, 64, '/selftest/m%u/f%u', index, a);
    snprintf(other, 64, '/selftest/m%u/f%u', index, b);
    const name = cast<cstr>(path), to = cast<cstr>(other);
    switch (random(ptr(state[0]), 6)) {
      case 0: errors += make_directory(names[a], name); break;
      case 1: errors += remove_directory(names[a], name); break;
      case 2: errors += remove_file(names[a], name); break;
      case 3: errors += rename(names[a], name, names[b], to); break;
      case 4: errors += write_file(names[a], name, buffer, random(ptr(state[0]), LARGEST), step); break;
      default: errors += verify(names[a], name, buffer); break;
    }
    if (errors !== 0) expect(false, 'at step', step);
  }
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    snprintf(path, 64, '/selftest/m%u/f%u', index, slot);
    if (names[slot].kind === DIRECTORY) do_rmdir(cast<cstr>(path));
    if (names[slot].kind === FILE) do_unlink(cast<cstr>(path));
  }
  snprintf(path, 64, '/selftest/m%u', index);
  kfree(buffer);
  return errors + expect(do_rmdir(cast<cstr>(path)) === 0, 'cannot remove a directory', index as u32);
}

function make_directory(name: Expected, path: cstr): i32 {
  const result = do_mkdir(path, 0o755);
  if (name.kind !== ABSENT) return expect(result === -EEXIST, 'mkdir over something', result as u32);
  name.kind = DIRECTORY;
  return expect(result === 0, 'mkdir', result as u32);
}

function remove_directory(name: Expected, path: cstr): i32 {
  const wanted = name.kind === ABSENT ? -ENOENT : name.kind === FILE ? -ENOTDIR : 0;
  const result = do_rmdir(path);
  if (wanted === 0) name.kind = ABSENT;
  return expect(result === wanted, 'rmdir', result as u32);
}

function remove_file(name: Expected, path: cstr): i32 {
  const wanted = name.kind === ABSENT ? -ENOENT : name.kind === DIRECTORY ? -EISDIR : 0;
  const result = do_unlink(path);
  if (wanted === 0) name.kind = ABSENT;
  return expect(result === wanted, 'unlink', result as u32);
}

function rename(from: Expected, path: cstr, to: Expected, target: cstr): i32 {
  let wanted: i32 = 0;
  if (from.kind === ABSENT) wanted = -ENOENT;
  else if (from !== to && from.kind === DIRECTORY && to.kind === FILE) wanted = -ENOTDIR;
  else if (from !== to && from.kind === FILE && to.kind === DIRECTORY) wanted = -EISDIR;
  const result = do_rename(path, target);
  if (wanted === 0 && from !== to) {
    to.kind = from.kind;
    to.size = from.size;
    to.seed = from.seed;
    from.kind = ABSENT;
  }
  return expect(result === wanted, 'rename', result as u32);
}

function write_file(name: Expected, path: cstr, buffer: usize, size: u32, seed: u32): i32 {
  const file = filp_open(path, O_RDWR | O_CREAT | O_TRUNC, 0o644);
  if (IS_ERR(file)) {
    return expect(name.kind === DIRECTORY && PTR_ERR(file) === -EISDIR, 'open', PTR_ERR(file) as u32);
  }
  fill(buffer, size, seed);
  const written = kernel_write(file, 0n, buffer, size);
  filp_close(file);
  const errors = expect(name.kind !== DIRECTORY && written === (size as i32), 'write', written as u32);
  name.kind = FILE;
  name.size = size;
  name.seed = seed;
  return errors;
}

function verify(name: Expected, path: cstr, buffer: usize): i32 {
  const file = filp_open(path, 0, 0);
  if (IS_ERR(file)) return expect(name.kind === ABSENT && PTR_ERR(file) === -ENOENT, 'open', PTR_ERR(file) as u32);
  const read = name.kind === FILE ? kernel_read(file, 0n, buffer, LARGEST) : 0;
  filp_close(file);
  if (name.kind === DIRECTORY) return 0;
  return expect(name.kind === FILE && read === (name.size as i32), 'read', read as u32)
    + expect(is_filled(buffer, name.size, name.seed), 'the file has other bytes', name.seed);
}

/** Bytes that tell their place and their seed. */
function fill(buffer: usize, size: u32, seed: u32): void {
  for (let i: u32 = 0; i < size; i++) writeb(buffer + i, (i + seed * 31) ^ (i >>> 8));
}

function is_filled(buffer: usize, size: u32, seed: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    if (readb(buffer + i) !== (((i + seed * 31) ^ (i >>> 8)) & 0xff)) return false;
  }
  return true;
}

/** All threads make, rename and remove the same few names in two levels: only certain errors are right. */
function shared_work(index: usize): i32 {
  const path = local<Arr<u8, 64>>(), other = local<Arr<u8, 64>>(), state = local<Arr<u32, 1>>();
  let errors: i32 = 0;
  state[0] = index * 104729 + 3;
  for (let step: u32 = 0; step < SHARED_STEPS; step++) {
    const name = shared_name(ptr(path[0]), ptr(state[0])), to = shared_name(ptr(other[0]), ptr(state[0]));
    let result: i32 = 0;
    switch (random(ptr(state[0]), 5)) {
      case 0: result = do_mkdir(name, 0o755); break;
      case 1: result = do_rmdir(name); break;
      case 2: result = do_unlink(name); break;
      case 3: result = do_rename(name, to); break;
      default: result = touch(name, index); break;
    }
    // EINVAL: a rename of a directory into itself.
    const known = result === 0 || result === -ENOENT || result === -EEXIST || result === -ENOTDIR || result === -EISDIR
      || result === -ENOTEMPTY || result === -EINVAL;
    errors += expect(known, 'an unexpected error', result as u32);
  }
  return errors;
}

function shared_name(path: Ptr<u8>, state: Ptr<u32>): cstr {
  const directory = random(state, 3), name = random(state, 3);
  if (random(state, 2)) snprintf(path, 64, '/selftest/d%u', directory);
  else snprintf(path, 64, '/selftest/d%u/e%u', directory, name);
  return cast<cstr>(path);
}

/** Writes a word to a file and reads some word of some thread's back. */
function touch(path: cstr, index: usize): i32 {
  const word = local<Arr<u32, 1>>();
  const file = filp_open(path, O_RDWR | O_CREAT, 0o644);
  if (IS_ERR(file)) return PTR_ERR(file);
  word[0] = index + 0x5e1f0000;
  let result = kernel_write(file, 0n, addr(word), 4);
  if (result === 4) result = kernel_read(file, 0n, addr(word), 4);
  filp_close(file);
  if (result !== 4) return -1;
  return word[0] >>> 8 === 0x5e1f00 ? 0 : -1;
}

/** Removes what shared_work left: what stays is found by the counts. */
function clear_shared(): void {
  const path = local<Arr<u8, 64>>();
  for (let directory: u32 = 0; directory < 3; directory++) {
    for (let name: u32 = 0; name < 3; name++) {
      snprintf(path, 64, '/selftest/d%u/e%u', directory, name);
      if (do_unlink(cast<cstr>(path)) === -EISDIR) clear_below(cast<cstr>(path));
    }
    snprintf(path, 64, '/selftest/d%u', directory);
    if (do_unlink(cast<cstr>(path)) === -EISDIR) clear_below(cast<cstr>(path));
  }
}

/** Removes a directory with what renames put below it: names are the same on all levels. */
function clear_below(path: cstr): void {
  if (do_rmdir(path) !== -ENOTEMPTY) return;
  const below = local<Arr<u8, 64>>();
  for (let name: u32 = 0; name < 3; name++) {
    snprintf(below, 64, '%s/e%u', path, name);
    if (do_unlink(cast<cstr>(below)) === -EISDIR) clear_below(cast<cstr>(below));
  }
  do_rmdir(path);
}
