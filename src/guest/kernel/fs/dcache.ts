/**
 * The tree of names in memory: Linux 2.4, include/linux/dcache.h and fs/dcache.c. A dentry binds a name in a directory
 * to an inode, or (negative) to the knowledge that there is none. A referenced dentry keeps its parents in memory.
 * One that nobody uses any more stays, unless its d_delete says otherwise, until DENTRY_UNUSED_MAX others follow it.
 */
import { INIT_LIST_HEAD, ListHead, list_add, list_del, list_del_init, list_empty, list_entry } from '../../lib/list.ts';
import { memcmp, memcpy } from '../../lib/memory.ts';
import { BUG_ON } from '../debug/panic.ts';
import { Atomic, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { KmemCache, kmem_cache_alloc, kmem_cache_create, kmem_cache_free } from '../mm/slab.ts';
import { atomic_dec_and_lock } from './dec_and_lock.ts';
import { Inode, SuperBlock } from './fs.ts';
import { iput } from './inode.ts';

/** Names shorter than this lie in the dentry itself. */
export const DNAME_INLINE_LEN = 24;
/** How many unused dentries stay in memory. */
export const DENTRY_UNUSED_MAX = 256;
const HASH_BUCKETS = 128;

/** A name with its length and hash; not ended by a zero where it is part of a path. */
export class Qstr {
  name: cstr;
  len: u32;
  hash: u32;
}

export class Dentry {
  d_count: Embed<Atomic>;
  d_flags: u32;
  /** Null: negative. */
  d_inode: Inode | null;
  /** Itself for the root of a file system. */
  d_parent: Dentry;
  /** Mounts on top of this directory. */
  d_mounted: u32;
  d_hash: Embed<ListHead>;
  /** On dentry_unused, if d_count is 0. */
  d_lru: Embed<ListHead>;
  d_child: Embed<ListHead>;
  d_subdirs: Embed<ListHead>;
  d_op: DentryOperations | null;
  d_sb: SuperBlock;
  d_name: Embed<Qstr>;
  d_fsdata: usize;
  d_iname: Arr<u8, 24>;
}

/** Null functions mean: the default. */
export class DentryOperations {
  /** 1 if the dentry is good, 0 to look it up anew; called outside all spinlocks. */
  d_revalidate: ((dentry: Dentry, flags: u32) => i32) | null;
  d_hash: ((dentry: Dentry, name: Qstr) => i32) | null;
  /** 0 if equal. Under dcache_lock. */
  d_compare: ((dentry: Dentry, a: Qstr, b: Qstr) => i32) | null;
  /** 1 if an unused dentry is not worth keeping. Under dcache_lock. */
  d_delete: ((dentry: Dentry) => i32) | null;
  d_release: ((dentry: Dentry) => void) | null;
  d_iput: ((dentry: Dentry, inode: Inode) => void) | null;
}

/**
 * Protects links, names, parents, d_mounted and d_inode of dentries, the list of unused ones, and the tree of mounts. A
 * d_count goes from or to 0 only under it. Taken inside i_sem and FsStruct.lock; nothing but a wake-up is inside it.
 */
export let dcache_lock!: Embed<SpinLock>;

let dentry_hashtable!: Arr<Embed<ListHead>, 128>;
/** The dentries that nobody uses, last used first. */
let dentry_unused!: Embed<ListHead>;
let nr_unused: u32 = 0;
let nr_dentry: u32 = 0;
let dentry_cache!: KmemCache;

export function dcache_init(): void {
  spin_lock_init(dcache_lock, 'dcache_lock');
  for (let i: u32 = 0; i < HASH_BUCKETS; i++) INIT_LIST_HEAD(dentry_hashtable[i]);
  INIT_LIST_HEAD(dentry_unused);
  dentry_cache = cast<KmemCache>(kmem_cache_create('dentry_cache', sizeof<Dentry>(), 0, 0, null, null));
  BUG_ON(addr(dentry_cache) === 0);
}

/** The hash that Qstr.hash holds: 2.4's partial_name_hash over `len` bytes. */
export function full_name_hash(name: cstr, len: u32): u32 {
  let hash: u32 = 0;
  for (let i: u32 = 0; i < len; i++) {
    const c = name[i];
    hash = (hash + (c << 4) + (c >>> 4)) * 11;
  }
  return hash;
}

/** A negative dentry below `parent`, referenced once, that lookups do not find; null for no memory. @sleeps */
export function d_alloc(parent: Dentry, name: Qstr): Dentry | null {
  const dentry = new_dentry(name);
  if (dentry === null) return null;
  dentry.d_parent = dget(parent);
  dentry.d_sb = parent.d_sb;
  spin_lock(dcache_lock);
  list_add(dentry.d_child, parent.d_subdirs);
  nr_dentry++;
  spin_unlock(dcache_lock);
  return dentry;
}

/** The dentry of a file system's root; takes over the reference to `root_inode`. Null for no memory. @sleeps */
export function d_alloc_root(root_inode: Inode): Dentry | null {
  const name = local<Qstr>();
  name.name = '/';
  name.len = 1;
  name.hash = 0;
  const dentry = new_dentry(name);
  if (dentry === null) return null;
  dentry.d_parent = dentry;
  dentry.d_sb = root_inode.i_sb;
  dentry.d_inode = root_inode;
  spin_lock(dcache_lock);
  nr_dentry++;
  spin_unlock(dcache_lock);
  return dentry;
}

function new_dentry(name: Qstr): Dentry | null {
  const found = kmem_cache_alloc(dentry_cache, GFP_KERNEL);
  if (!found) return null;
  const dentry = cast<Dentry>(found);
  let text = addr(dentry.d_iname);
  if (name.len >= DNAME_INLINE_LEN) {
    text = kmalloc(name.len + 1, GFP_KERNEL);
    if (!text) {
      kmem_cache_free(dentry_cache, found);
      return null;
    }
  }
  memcpy(cast(text), cast(name.name), name.len);
  writeb(text + name.len, 0);
  dentry.d_name.name = cast<cstr>(text);
  dentry.d_name.len = name.len;
  dentry.d_name.hash = name.hash;
  atomic_set(dentry.d_count, 1);
  dentry.d_flags = 0;
  dentry.d_inode = null;
  dentry.d_mounted = 0;
  dentry.d_op = null;
  dentry.d_fsdata = 0;
  INIT_LIST_HEAD(dentry.d_hash);
  INIT_LIST_HEAD(dentry.d_lru);
  INIT_LIST_HEAD(dentry.d_child);
  INIT_LIST_HEAD(dentry.d_subdirs);
  return dentry;
}

/** Makes it positive, taking over the reference to the inode. */
export function d_instantiate(dentry: Dentry, inode: Inode | null): void {
  spin_lock(dcache_lock);
  dentry.d_inode = inode;
  spin_unlock(dcache_lock);
}

/** d_instantiate, and lookups find it. */
export function d_add(dentry: Dentry, inode: Inode | null): void {
  spin_lock(dcache_lock);
  dentry.d_inode = inode;
  list_add(dentry.d_hash, bucket(dentry.d_parent, dentry.d_name.hash));
  spin_unlock(dcache_lock);
}

/** @inline */
function bucket(parent: Dentry, hash: u32): ListHead {
  const mixed = hash + (addr(parent) >>> 5);
  return dentry_hashtable[(mixed ^ (mixed >>> 7)) % HASH_BUCKETS];
}

/** The dentry of that name, referenced; negative ones too; null if not in memory. */
export function d_lookup(parent: Dentry, name: Qstr): Dentry | null {
  spin_lock(dcache_lock);
  const head = bucket(parent, name.hash);
  for (let entry = head.next; entry !== head; entry = entry.next) {
    const dentry = list_entry<Dentry>(entry, offsetof<Dentry>('d_hash'));
    if (dentry.d_parent !== parent || !is_called(dentry, name)) continue;
    dget_locked(dentry);
    spin_unlock(dcache_lock);
    return dentry;
  }
  spin_unlock(dcache_lock);
  return null;
}

function is_called(dentry: Dentry, name: Qstr): bool {
  if (dentry.d_name.hash !== name.hash) return false;
  const parent = dentry.d_parent;
  const op = parent.d_op;
  if (op !== null && op.d_compare !== null) return op.d_compare(parent, dentry.d_name, name) === 0;
  return dentry.d_name.len === name.len && memcmp(cast(dentry.d_name.name), cast(name.name), name.len) === 0;
}

/** Whether lookups do not find it. Under dcache_lock, or as a hint. @inline */
export function d_unhashed(dentry: Dentry): bool {
  return list_empty(dentry.d_hash);
}

/** Lookups do not find it any more. */
export function d_drop(dentry: Dentry): void {
  spin_lock(dcache_lock);
  list_del_init(dentry.d_hash);
  spin_unlock(dcache_lock);
}

/** The file was removed: the caller's dentry becomes negative, or, if others use it, unfindable. @sleeps */
export function d_delete(dentry: Dentry): void {
  spin_lock(dcache_lock);
  if (atomic_read(dentry.d_count) === 1) {
    dentry_iput(dentry);
    return;
  }
  list_del_init(dentry.d_hash);
  spin_unlock(dcache_lock);
}

/** `dentry` takes name and place of `target`, which lookups do not find any more. Both parents' i_sem are held. */
export function d_move(dentry: Dentry, target: Dentry): void {
  spin_lock(dcache_lock);
  list_del(dentry.d_hash);
  list_add(dentry.d_hash, bucket(target.d_parent, target.d_name.hash));
  list_del_init(target.d_hash);
  list_del(dentry.d_child);
  list_del(target.d_child);
  switch_names(dentry, target);
  const parent = dentry.d_parent;
  dentry.d_parent = target.d_parent;
  target.d_parent = parent;
  list_add(target.d_child, target.d_parent.d_subdirs);
  list_add(dentry.d_child, dentry.d_parent.d_subdirs);
  spin_unlock(dcache_lock);
}

function switch_names(a: Dentry, b: Dentry): void {
  const name = local<Qstr>(), text = local<Arr<u8, 24>>();
  memcpy(name, a.d_name, sizeof<Qstr>());
  memcpy(a.d_name, b.d_name, sizeof<Qstr>());
  memcpy(b.d_name, name, sizeof<Qstr>());
  memcpy(text, a.d_iname, DNAME_INLINE_LEN);
  memcpy(a.d_iname, b.d_iname, DNAME_INLINE_LEN);
  memcpy(b.d_iname, text, DNAME_INLINE_LEN);
  if (a.d_name.len < DNAME_INLINE_LEN) a.d_name.name = cast<cstr>(addr(a.d_iname));
  if (b.d_name.len < DNAME_INLINE_LEN) b.d_name.name = cast<cstr>(addr(b.d_iname));
}

/** One more reference; the caller has one. @inline */
export function dget(dentry: Dentry): Dentry {
  atomic_inc(dentry.d_count);
  return dentry;
}

/** One more reference; the caller may have none, but dcache_lock. */
export function dget_locked(dentry: Dentry): Dentry {
  atomic_inc(dentry.d_count);
  if (atomic_read(dentry.d_count) === 1) {
    nr_unused--;
    list_del_init(dentry.d_lru);
  }
  return dentry;
}

/** Gives a reference back. @sleeps */
export function dput(dentry: Dentry | null): void {
  let next = dentry;
  while (next !== null) {
    if (!atomic_dec_and_lock(next.d_count, dcache_lock)) return;
    const op = next.d_op;
    if (op !== null && op.d_delete !== null && op.d_delete(next)) list_del_init(next.d_hash);
    if (!d_unhashed(next)) {
      list_add(next.d_lru, dentry_unused);
      nr_unused++;
      const many = nr_unused > DENTRY_UNUSED_MAX;
      spin_unlock(dcache_lock);
      if (many) prune_dcache(1);
      return;
    }
    next = kill_dentry(next);
  }
}

/** Frees a dentry of which nothing is left; lets go of dcache_lock. Gives the parent, to be put, or null. */
function kill_dentry(dentry: Dentry): Dentry | null {
  const parent = dentry.d_parent;
  list_del(dentry.d_child);
  nr_dentry--;
  dentry_iput(dentry);
  const op = dentry.d_op;
  if (op !== null && op.d_release !== null) op.d_release(dentry);
  if (dentry.d_name.len >= DNAME_INLINE_LEN) kfree(addr(dentry.d_name.name));
  kmem_cache_free(dentry_cache, addr(dentry));
  return parent === dentry ? null : parent;
}

/** Makes it negative; lets go of dcache_lock. */
function dentry_iput(dentry: Dentry): void {
  const inode = dentry.d_inode;
  dentry.d_inode = null;
  spin_unlock(dcache_lock);
  if (inode === null) return;
  const op = dentry.d_op;
  if (op !== null && op.d_iput !== null) op.d_iput(dentry, inode);
  else iput(inode);
}

/** Frees up to `count` unused dentries, longest unused first. @sleeps */
export function prune_dcache(count: u32): void {
  for (let left = count; left > 0; left--) {
    spin_lock(dcache_lock);
    if (list_empty(dentry_unused)) {
      spin_unlock(dcache_lock);
      return;
    }
    prune_one(list_entry<Dentry>(dentry_unused.prev, offsetof<Dentry>('d_lru')));
  }
}

/** Frees all unused dentries of a file system. @sleeps */
export function shrink_dcache_sb(sb: SuperBlock): void {
  for (;;) {
    spin_lock(dcache_lock);
    let entry = dentry_unused.prev;
    while (entry !== dentry_unused && list_entry<Dentry>(entry, offsetof<Dentry>('d_lru')).d_sb !== sb) {
      entry = entry.prev;
    }
    if (entry === dentry_unused) {
      spin_unlock(dcache_lock);
      return;
    }
    prune_one(list_entry<Dentry>(entry, offsetof<Dentry>('d_lru')));
  }
}

/** Frees an unused dentry; lets go of dcache_lock. */
function prune_one(dentry: Dentry): void {
  nr_unused--;
  list_del_init(dentry.d_lru);
  list_del_init(dentry.d_hash);
  dput(kill_dentry(dentry));
}

/** Lets go of the names that a file system in memory keeps, all below `root`, of which nobody uses any. @sleeps */
export function d_genocide(root: Dentry): void {
  for (;;) {
    let leaf = root;
    spin_lock(dcache_lock);
    while (!list_empty(leaf.d_subdirs)) {
      leaf = list_entry<Dentry>(leaf.d_subdirs.next, offsetof<Dentry>('d_child'));
    }
    list_del_init(leaf.d_hash);
    spin_unlock(dcache_lock);
    if (leaf === root) return;
    dput(leaf);
  }
}

/** Whether `dentry` is `ancestor` or below it. Under dcache_lock, or while no directory can move. */
export function is_subdir(dentry: Dentry, ancestor: Dentry): bool {
  let at = dentry;
  while (at !== ancestor && at.d_parent !== at) at = at.d_parent;
  return at === ancestor;
}

/** Dentries in memory, used or not. */
export function nr_dentries(): u32 {
  return nr_dentry;
}

/** A d_delete for file systems in memory: negative dentries save them nothing (2.6's simple_delete_dentry). */
export function simple_delete_dentry(dentry: Dentry): i32 {
  return dentry.d_inode === null ? 1 : 0;
}
