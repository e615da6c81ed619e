/**
 * User memory from the kernel: Linux 2.4, include/asm-i386/uaccess.h, arch/i386/lib/usercopy.c.
 *
 * Only the functions of section .uaccess touch user addresses, and only they run with sstatus.SUM set (Privileged ISA
 * 20240411, section 12.1.1.2): everywhere else such an access is an oops. While one of them runs, t6 says where it goes
 * on after a fault that cannot be mended, which stands for Linux's __ex_table.
 */
import { memset } from '../../lib/memory.ts';
import { EFAULT } from '../errno.ts';
import { current } from './cpu.ts';
import { TASK_SIZE } from './layout.ts';
import { PtRegs, REG_PC, SR_SUM } from './ptrace.ts';

// What access_ok is asked for: include/asm-i386/uaccess.h.
export const VERIFY_READ = 0;
export const VERIFY_WRITE = 1;

/** Segments: with KERNEL_DS, until set_fs(USER_DS), the current task's user copies take kernel addresses. */
export const USER_DS = 0;
export const KERNEL_DS = 1;

export function get_fs(): u32 {
  return current().addr_limit;
}

export function set_fs(fs: u32): void {
  current().addr_limit = fs;
}

/** Whether all `n` bytes are user addresses; whether they are mapped is seen when they are touched. */
export function access_ok(type: u32, address: usize, n: u32): bool {
  return (address <= TASK_SIZE && n <= TASK_SIZE - address) || get_fs() === KERNEL_DS;
}

/** The same as 0 or -EFAULT. */
export function verify_area(type: u32, address: usize, n: u32): i32 {
  return access_ok(type, address, n) ? 0 : -EFAULT;
}

/** Gives the bytes that were not copied. @sleeps */
export function copy_to_user(to: usize, from: usize, n: u32): u32 {
  return access_ok(VERIFY_WRITE, to, n) ? copy_user(to, from, n) : n;
}

/** Gives the bytes that were not copied; they are zeros. @sleeps */
export function copy_from_user(to: usize, from: usize, n: u32): u32 {
  const left = access_ok(VERIFY_READ, from, n) ? copy_user(to, from, n) : n;
  if (left !== 0) memset(cast(to + n - left), 0, left);
  return left;
}

/** Gives the bytes that were not zeroed. @sleeps */
export function clear_user(to: usize, n: u32): u32 {
  return access_ok(VERIFY_WRITE, to, n) ? zero_user(to, n) : n;
}

/**
 * Copies a text with its NUL: its length without, `n` if there is no NUL among the first `n` bytes, or -EFAULT. @sleeps
 */
export function strncpy_from_user(to: usize, from: usize, n: u32): i32 {
  const most = bytes_from(from);
  if (most >= n) return copy_text(to, from, n);
  const length = copy_text(to, from, most);
  return length as u32 === most ? -EFAULT : length;
}

/**
 * The text's length with its NUL; more than `n` if there is none among the first `n` bytes; 0 for a bad address.
 * @sleeps
 */
export function strnlen_user(text: usize, n: u32): u32 {
  const most = bytes_from(text);
  const length = measure_text(text, most < n ? most : n);
  return most < n && length > most ? 0 : length;
}

/** How many bytes there are from an address to the end of the segment. */
function bytes_from(address: usize): u32 {
  if (get_fs() === KERNEL_DS) return 0xffffffff;
  return address < TASK_SIZE ? TASK_SIZE - address : 0;
}

/** Stores a word: 0 or -EFAULT. @sleeps */
export function put_user(value: u32, to: usize): i32 {
  const word = local<Arr<u32, 1>>();
  word[0] = value;
  return copy_to_user(to, addr(word), 4) === 0 ? 0 : -EFAULT;
}

/** Loads a word into `to`: 0, or -EFAULT and it is 0. @out to @sleeps */
export function get_user(to: Ptr<u32>, from: usize): i32 {
  return copy_from_user(addr(to), from, 4) === 0 ? 0 : -EFAULT;
}

declare let __uaccess_start: Arr<u8, 1>;
declare let __uaccess_end: Arr<u8, 1>;
const REG_T6 = 31;

/** Whether the trapped instruction is one that may touch user memory. */
export function in_uaccess(regs: PtRegs): bool {
  const pc = regs.regs[REG_PC];
  return pc >= addr(__uaccess_start) && pc < addr(__uaccess_end);
}

/** Ends the user copy in which a fault came that cannot be mended; false if there was none. For do_page_fault. */
export function uaccess_fixup(regs: PtRegs): bool {
  if (!in_uaccess(regs)) return false;
  regs.regs[REG_PC] = regs.regs[REG_T6];
  return true;
}

/**
 * Copies, by words if both addresses allow; gives the bytes left. A fault among words sends it to the bytes, of which
 * the first that cannot be copied then ends it: so the count is exact.
 * @section .uaccess
 */
function copy_user(to: usize, from: usize, n: u32): u32 {
  return asm`
    li t5, ${SR_SUM}
    csrs sstatus, t5
    add a3, a0, a2
    la t6, 5f
    xor t0, a0, a1
    andi t0, t0, 3
    bnez t0, 5f
    li t0, 16
    bltu a2, t0, 5f
  1:
    andi t0, a0, 3
    beqz t0, 2f
    lbu t0, 0(a1)
    sb t0, 0(a0)
    addi a0, a0, 1
    addi a1, a1, 1
    j 1b
  2:
    sub t0, a3, a0
    li t1, 16
    bltu t0, t1, 3f
    lw t0, 0(a1)
    lw t1, 4(a1)
    lw t2, 8(a1)
    lw t3, 12(a1)
    sw t0, 0(a0)
    sw t1, 4(a0)
    sw t2, 8(a0)
    sw t3, 12(a0)
    addi a0, a0, 16
    addi a1, a1, 16
    j 2b
  3:
    sub t0, a3, a0
    li t1, 4
    bltu t0, t1, 5f
    lw t0, 0(a1)
    sw t0, 0(a0)
    addi a0, a0, 4
    addi a1, a1, 4
    j 3b
  5:
    la t6, 7f
  6:
    beq a0, a3, 7f
    lbu t0, 0(a1)
    sb t0, 0(a0)
    addi a0, a0, 1
    addi a1, a1, 1
    j 6b
  7:
    csrc sstatus, t5
    sub a0, a3, a0
    ret
  `;
}

/** Zeroes; gives the bytes left. @section .uaccess */
function zero_user(to: usize, n: u32): u32 {
  return asm`
    li t5, ${SR_SUM}
    csrs sstatus, t5
    add a3, a0, a1
    la t6, 3f
  1:
    andi t0, a0, 3
    bnez t0, 2f
    sub t0, a3, a0
    li t1, 4
    bltu t0, t1, 3f
    sw zero, 0(a0)
    addi a0, a0, 4
    j 1b
  2:
    beq a0, a3, 5f
    sb zero, 0(a0)
    addi a0, a0, 1
    j 1b
  3:
    la t6, 5f
  4:
    beq a0, a3, 5f
    sb zero, 0(a0)
    addi a0, a0, 1
    j 4b
  5:
    csrc sstatus, t5
    sub a0, a3, a0
    ret
  `;
}

/** Copies up to the first NUL or `n` bytes: how many are before it, or -EFAULT. @section .uaccess */
function copy_text(to: usize, from: usize, n: u32): i32 {
  return asm`
    li t5, ${SR_SUM}
    csrs sstatus, t5
    la t6, 3f
    add a3, a0, a2
    mv a4, a0
  1:
    beq a0, a3, 2f
    lbu t0, 0(a1)
    sb t0, 0(a0)
    beqz t0, 2f
    addi a0, a0, 1
    addi a1, a1, 1
    j 1b
  2:
    csrc sstatus, t5
    sub a0, a0, a4
    ret
  3:
    csrc sstatus, t5
    li a0, -${EFAULT}
    ret
  `;
}

/** Bytes up to and with the first NUL, n + 1 if there is none among n, 0 after a fault. @section .uaccess */
function measure_text(text: usize, n: u32): u32 {
  return asm`
    li t5, ${SR_SUM}
    csrs sstatus, t5
    la t6, 3f
    mv a4, a0
  1:
    beqz a1, 2f
    lbu t0, 0(a0)
    beqz t0, 2f
    addi a0, a0, 1
    addi a1, a1, -1
    j 1b
  2:
    csrc sstatus, t5
    sub a0, a0, a4
    addi a0, a0, 1
    ret
  3:
    csrc sstatus, t5
    li a0, 0
    ret
  `;
}
