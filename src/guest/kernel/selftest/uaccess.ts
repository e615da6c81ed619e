/** Self-test: copies to and from user memory stop exactly where it ends, at every alignment, and never do harm. */
import { memset } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import {
  clear_user, copy_from_user, copy_to_user, get_user, put_user, strncpy_from_user, strnlen_user,
} from '../arch/uaccess.ts';
import { EFAULT } from '../errno.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { exec_mmap, mm_alloc, mm_map, VM_READ, VM_WRITE } from '../mm/mmap.ts';
import { kernel_thread } from '../sched/fork.ts';
import { expect } from './crew.ts';

/** Three pages that can be written, then nothing; and one page that can only be read, then nothing. */
const USER = 0x00100000;
const END = USER + 0x3000;
const READ_ONLY = 0x00200000;
const READ_ONLY_END = READ_ONLY + 0x1000;
const KERNEL = 0x80000000;

const MOST = 80;
let source!: Arr<u8, 96>;
let target!: Arr<u8, 96>;
let failed: i32 = 0;
let done!: Embed<Completion>;

export function selftest_uaccess(): i32 {
  failed = 0;
  init_completion(done);
  if (kernel_thread(in_process, 0, 'uaccess') === null) return expect(false, 'no memory for a thread', 0);
  wait_for_completion(done);
  return failed;
}

/** Becomes a process, whose address space goes when it ends. */
function in_process(_: usize): i32 {
  const mm = mm_alloc();
  if (mm === null || mm_map(mm, USER, END - USER, VM_READ | VM_WRITE) !== 0
    || mm_map(mm, READ_ONLY, READ_ONLY_END - READ_ONLY, VM_READ) !== 0) {
    failed = expect(false, 'no memory for an address space', 0);
  } else {
    exec_mmap(mm);
    failed = copies() + texts() + words() + refusals() + expect(current().mm === mm, 'another address space', 0);
  }
  complete(done);
  return 0;
}

/** Copies of all lengths and alignments that end before, at and behind the end of what is mapped. */
function copies(): i32 {
  let errors: i32 = 0;
  for (let index: u32 = 0; index < MOST + 8; index++) source[index] = index + 1;
  for (let shift: u32 = 0; shift < 4; shift++) {
    for (let n: u32 = 0; n <= MOST; n++) {
      for (let over: u32 = 0; over <= n && over < 24; over++) errors += copy_at_end(shift, n, over);
    }
  }
  return errors;
}

/** `over` of `n` bytes lie behind the end; `shift` sets the two addresses apart. */
function copy_at_end(shift: u32, n: u32, over: u32): i32 {
  const at = END - n + over;
  const from = addr(source) + shift;
  clear_user(END - MOST, MOST);
  let errors = expect(copy_to_user(at, from, n) === over, 'copy_to_user', n << 16 | over);
  memset(target, 0xee, MOST + 8);
  errors += expect(copy_from_user(addr(target) + shift, at, n) === over, 'copy_from_user', n << 16 | over);
  for (let index: u32 = 0; index < n; index++) {
    const wanted: u32 = index < n - over ? index + shift + 1 : 0;
    if (target[shift + index] !== wanted) return errors + expect(false, 'a byte of a copy', n << 16 | index);
  }
  return errors + expect(target[shift + n] === 0xee, 'a byte behind a copy', n)
    + expect(clear_user(at, n) === over, 'clear_user', n << 16 | over);
}

function texts(): i32 {
  put_text(END - 4, 'abc');
  let errors = expect(strncpy_from_user(addr(target), END - 4, 10) === 3, 'a text up to the end', 0)
    + expect(target[2] === char('c') && target[3] === 0, 'its bytes', target[2])
    + expect(strncpy_from_user(addr(target), END - 4, 2) === 2, 'a text that is too long', 0)
    + expect(strnlen_user(END - 4, 10) === 4, 'strnlen_user', strnlen_user(END - 4, 10))
    + expect(strnlen_user(END - 4, 3) === 4, 'strnlen_user of more', strnlen_user(END - 4, 3));
  copy_to_user(END - 4, addr('abcd'), 4);
  errors += expect(strncpy_from_user(addr(target), END - 4, 10) === -EFAULT, 'a text without an end', 0)
    + expect(strncpy_from_user(addr(target), END - 4, 4) === 4, 'a text as long as may be', 0)
    + expect(strnlen_user(END - 4, 10) === 0, 'strnlen_user without an end', 0);
  return errors + expect(strncpy_from_user(addr(target), KERNEL, 4) === -EFAULT, 'a text of the kernel', 0)
    + expect(strncpy_from_user(addr(target), KERNEL - 4, 4) === -EFAULT, 'a text before the kernel', 0)
    + expect(strnlen_user(KERNEL, 4) === 0, 'the length of a text of the kernel', 0);
}

function put_text(to: usize, text: cstr): void {
  let index: u32 = 0;
  while (text[index] !== 0) index++;
  copy_to_user(to, addr(text), index + 1);
}

function words(): i32 {
  const word = local<Arr<u32, 1>>();
  return expect(put_user(0x12345678, USER + 1) === 0, 'put_user', 0)
    + expect(get_user(word, USER + 1) === 0 && word[0] === 0x12345678, 'get_user', word[0])
    + expect(put_user(1, END - 2) === -EFAULT, 'put_user at the end', 0)
    + expect(get_user(word, 0) === -EFAULT && word[0] === 0, 'get_user of null', word[0]);
}

/** What is no user memory, may not be written, or would have to be waited for where nobody may wait. */
function refusals(): i32 {
  const from = addr(source);
  let errors = expect(copy_to_user(KERNEL, from, 4) === 4, 'copy to the kernel', 0)
    + expect(copy_to_user(KERNEL - 2, from, 4) === 4, 'copy across the border', 0)
    + expect(copy_to_user(0xfffffffc, from, 8) === 8, 'copy beyond the last address', 0)
    + expect(copy_from_user(addr(target), KERNEL, 4) === 4, 'copy from the kernel', 0)
    + expect(copy_to_user(0, from, 4) === 4, 'copy to null', 0)
    + expect(copy_from_user(addr(target), READ_ONLY_END - 20, 40) === 20, 'copy from what can be read', 0)
    + expect(copy_to_user(READ_ONLY, from, 40) === 40, 'copy to what can only be read', 0)
    + expect(copy_to_user(USER, from, 40) === 0, 'copy to what can be written', 0);
  preempt_disable();
  errors += expect(copy_to_user(USER, from, 40) === 0, 'copy to a page that is there, with preemption off', 0)
    + expect(copy_to_user(USER + 0xff0, from, 40) === 24, 'copy to one that is not', 0);
  preempt_enable();
  return errors + expect(copy_to_user(USER + 0xff0, from, 40) === 0, 'and then with preemption on', 0);
}
