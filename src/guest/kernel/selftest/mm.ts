/**
 * Self-test: the allocators on all harts at once, all that was taken coming back; and that harts forget translations.
 */
import { cpu_relax } from '../arch/cpu.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { flush_tlb_kernel_range } from '../arch/smp.ts';
import { preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { __get_free_pages, free_pages, GFP_KERNEL, nr_free_pages } from '../mm/page_alloc.ts';
import { kernel_pte, make_pte, PAGE_KERNEL, set_kernel_pte } from '../mm/pgtable.ts';
import {
  kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, kmem_cache_objects, kmem_cache_reap,
  KmemCache, slab_active_objects,
} from '../mm/slab.ts';
import { vfree, vmalloc } from '../mm/vmalloc.ts';
import { flush_scheduled_tasks } from '../sched/context.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';
import { random } from './fs.ts';

/** What a thread holds at most, and how often it takes or gives back. */
const SLOTS = 24;
const STEPS = 400;
const VMALLOC_STEPS = 60;
const MOST_ORDER = 3;
const OBJECT = 120;
/** How often two pages are exchanged under the harts' eyes. */
const EXCHANGES = 100;
/** Ticks in which exited threads are collected. */
const PATIENCE = 300;

let cache!: KmemCache;
/** The page that is exchanged, and how often it has been: what it contains is as high or higher. */
let window: usize = 0;
let exchanges: Volatile<u32> = 0;
let exchanging: Volatile<u32> = 0;

export function selftest_mm(): i32 {
  kmem_cache_reap();
  const free = nr_free_pages(), objects = slab_active_objects();
  const failed = stress() + shootdown();
  return failed + all_came_back(free, objects);
}

function stress(): i32 {
  const made = kmem_cache_create('selftest_mm', OBJECT, 0, 0, null, null);
  if (made === null) return expect(false, 'no memory for a cache', 0);
  cache = made;
  let failed = run_crew(2, stress_pages) + run_crew(2, stress_objects) + run_crew(2, stress_sizes);
  failed += run_crew(1, stress_areas);
  failed += expect(kmem_cache_objects(made) === 0, 'objects left in a cache', kmem_cache_objects(made));
  return failed + expect(kmem_cache_destroy(made) === 0, 'a cache cannot be destroyed', 0);
}

/** Threads that have ended are collected a little later. */
export function all_came_back(free: u32, objects: u32): i32 {
  for (let tick: u32 = 0; tick < PATIENCE; tick++) {
    flush_scheduled_tasks();
    kmem_cache_reap();
    if (nr_free_pages() === free && slab_active_objects() === objects) return 0;
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
  }
  return expect(nr_free_pages() === free, 'pages lost', free - nr_free_pages())
    + expect(slab_active_objects() === objects, 'objects lost', slab_active_objects() - objects);
}

/** What a thread holds: where, how many bytes (or an order), and what it has written to the first and last word. */
class Holding {
  address: usize;
  size: u32;
  tag: u32;
}

/** What a thread of the stress has. */
class Stress {
  seed: u32;
  held: Arr<Embed<Holding>, 24>;
}

/** A kind of memory: takes some, of a size it chooses by `chance`, or gives 0; frees it. */
type Take = (holding: Holding, chance: u32) => usize;
type Give = (holding: Holding) => void;

function stress_pages(index: usize): i32 {
  return run_stress(index, STEPS, take_pages, give_pages);
}

function take_pages(holding: Holding, chance: u32): usize {
  const order = chance % (MOST_ORDER + 1);
  holding.size = PAGE_SIZE << order;
  return __get_free_pages(GFP_KERNEL, order);
}

function give_pages(holding: Holding): void {
  let order: u32 = 0;
  while ((PAGE_SIZE as u32) << order !== holding.size) order++;
  free_pages(holding.address, order);
}

function stress_objects(index: usize): i32 {
  return run_stress(index, STEPS, take_object, give_object);
}

function take_object(holding: Holding, chance: u32): usize {
  holding.size = OBJECT;
  return kmem_cache_alloc(cache, GFP_KERNEL);
}

function give_object(holding: Holding): void {
  kmem_cache_free(cache, holding.address);
}

function stress_sizes(index: usize): i32 {
  return run_stress(index, STEPS, take_size, give_size);
}

function take_size(holding: Holding, chance: u32): usize {
  holding.size = (chance % 3000 + 8) & ~3;
  return kmalloc(holding.size, GFP_KERNEL);
}

function give_size(holding: Holding): void {
  kfree(holding.address);
}

function stress_areas(index: usize): i32 {
  return run_stress(index, VMALLOC_STEPS, take_area, give_area);
}

function take_area(holding: Holding, chance: u32): usize {
  holding.size = (chance % 4 + 1) * PAGE_SIZE;
  return vmalloc(holding.size);
}

function give_area(holding: Holding): void {
  vfree(holding.address);
}

function run_stress(index: usize, steps: u32, take: Take, give: Give): i32 {
  const stress = cast<Stress>(kmalloc(sizeof<Stress>(), GFP_KERNEL));
  if (addr(stress) === 0) return 1;
  stress.seed = index * 0x9e3779b9 + 1;
  for (let slot: u32 = 0; slot < SLOTS; slot++) stress.held[slot].address = 0;
  let failed: i32 = 0;
  for (let step: u32 = 0; step < steps; step++) {
    const holding = stress.held[random(ptr(stress.seed), SLOTS)];
    if (holding.address !== 0) failed |= release(holding, give);
    else acquire(holding, take, random(ptr(stress.seed), 0x10000));
    if (random(ptr(stress.seed), 8) === 0) yield_();
  }
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    if (stress.held[slot].address !== 0) failed |= release(stress.held[slot], give);
  }
  kfree(addr(stress));
  return failed;
}

function acquire(holding: Holding, take: Take, chance: u32): void {
  holding.address = take(holding, chance);
  if (holding.address === 0) return;
  holding.tag = chance;
  writel(holding.address, chance);
  writel(holding.address + holding.size - 4, ~chance);
}

/** Gives it back, and 1 if somebody else has written to it. */
function release(holding: Holding, give: Give): i32 {
  const good = readl(holding.address) === holding.tag && readl(holding.address + holding.size - 4) === ~holding.tag;
  give(holding);
  holding.address = 0;
  return expect(good, 'memory is somebody else\'s too', holding.size);
}

/**
 * A page of the vmalloc area is exchanged for another again and again; every hart that knows of an exchange must see
 * that page or a later one. Without the flush it is not so, or the test would show nothing.
 */
function shootdown(): i32 {
  window = vmalloc(PAGE_SIZE);
  const other = __get_free_pages(GFP_KERNEL, 0);
  if (window === 0 || other === 0) return expect(false, 'no memory for the shootdown', 0);
  exchanges = 0;
  exchanging = 1;
  writel(window, 0);
  spare = other;
  const failed = run_crew(1, watch_or_exchange);
  // Before it is flushed, a hart may still see the page that was, and mostly does; that it forgets is its right.
  let remembered = false, wrong: u32 = 0;
  for (let turn: u32 = 0; turn < EXCHANGES && !remembered; turn++) {
    preempt_disable();
    const stale = readl(window);
    exchange(stale + 1);
    remembered = readl(window) === stale;
    flush_tlb_kernel_range(window, window + PAGE_SIZE);
    if (readl(window) !== stale + 1) wrong++;
    preempt_enable();
  }
  const planted = expect(remembered, 'translations are always forgotten without a flush', EXCHANGES);
  const seen = expect(wrong === 0, 'a translation outlives the flush', wrong);
  vfree(window);
  free_pages(spare, 0);
  return failed + planted + seen;
}

/** The page that is not in the window. */
let spare: usize = 0;

/** The first thread exchanges, the others watch. */
function watch_or_exchange(index: usize): i32 {
  if (index !== 0) return watch();
  let failed: i32 = 0;
  for (let n: u32 = 1; n <= EXCHANGES; n++) {
    exchange(n);
    flush_tlb_kernel_range(window, window + PAGE_SIZE);
    exchanges = n;
    failed |= expect(readl(window) === n, 'the exchange is not seen where it was made', n);
    if (n % 8 === 0) yield_();
  }
  exchanging = 0;
  return failed;
}

function watch(): i32 {
  let failed: i32 = 0;
  while (exchanging !== 0) {
    const least = exchanges;
    smp_rmb();
    const seen = readl(window);
    failed |= expect(seen >= least, 'a hart still sees a page that was exchanged', seen);
    cpu_relax();
  }
  return failed;
}

/** Puts the other page into the window, with this content. */
function exchange(content: u32): void {
  const inside = (kernel_pte(window) >> 10) * PAGE_SIZE;
  writel(spare, content);
  smp_wmb();
  set_kernel_pte(window, make_pte(spare, PAGE_KERNEL));
  spare = inside;
}
