/** Self-test: what the kernel must not do with memory ends the task that does it, by an oops, and no other. */
import { TASK_SIZE } from '../arch/layout.ts';
import { wait_for_completion } from '../locking/completion.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { __get_free_page, free_page, GFP_KERNEL } from '../mm/page_alloc.ts';
import { vfree, vmalloc } from '../mm/vmalloc.ts';
import { ends, may_begin } from './misuse.ts';

export function selftest_oops(): i32 {
  return ends(read_null, 'a null pointer was followed')
    + ends(read_user, 'user memory was read without a copy')
    + ends(write_code, 'code was written')
    + ends(write_constant, 'a constant was written')
    + ends(run_data, 'data was executed')
    + ends(use_freed_area, 'a vmalloc area was used after vfree')
    + ends(free_page_twice, 'a page was freed twice')
    + ends(free_wild, 'a wild pointer was freed')
    + ends(overflow_stack, 'the stack overflowed');
}

function read_null(_: usize): i32 {
  wait_for_completion(may_begin);
  return readl(4) as i32;
}

function read_user(_: usize): i32 {
  wait_for_completion(may_begin);
  return readl(TASK_SIZE - 0x2000) as i32;
}

function write_code(_: usize): i32 {
  wait_for_completion(may_begin);
  writel(addr(write_code), 0);
  return 0;
}

function write_constant(_: usize): i32 {
  wait_for_completion(may_begin);
  writel(addr('constant') & ~3, 0);
  return 0;
}

/** The instruction is `ret`. */
function run_data(_: usize): i32 {
  const code = kmalloc(16, GFP_KERNEL);
  writel(code, 0x00008067);
  fence_i();
  wait_for_completion(may_begin);
  // The memory is given back first, as the task will not live to do it.
  kfree(code);
  cast<() => void>(code)();
  return 0;
}

function use_freed_area(_: usize): i32 {
  const area = vmalloc(100);
  writel(area, 1);
  vfree(area);
  wait_for_completion(may_begin);
  return readl(area) as i32;
}

function free_page_twice(_: usize): i32 {
  wait_for_completion(may_begin);
  const page = __get_free_page(GFP_KERNEL);
  free_page(page);
  free_page(page);
  return 0;
}

function free_wild(_: usize): i32 {
  wait_for_completion(may_begin);
  kfree(0xc0000123 as usize);
  return 0;
}

function overflow_stack(_: usize): i32 {
  wait_for_completion(may_begin);
  return deeper(1) as i32;
}

/** Each call keeps an array that the next one's result goes to. */
function deeper(depth: u32): u32 {
  const room = local<Arr<u32, 32>>();
  room[depth & 31] = depth;
  return deeper(depth + 1) + room[depth & 31];
}
