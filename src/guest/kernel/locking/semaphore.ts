/** Semaphores that one sleeps on: Linux 2.4, include/asm-i386/semaphore.h, arch/i386/kernel/semaphore.c. */
import { ListHead } from '../../lib/list.ts';
import { TaskStruct } from '../sched/task.ts';
import { SpinLock } from './spinlock.ts';

export class Semaphore {
  /** Protects the rest; may be taken inside any lock, in interrupts too; only run-queue locks are taken within it. */
  lock: Embed<SpinLock>;
  count: i32;
  /** Of SemaphoreWaiter, first come first served. */
  wait_list: Embed<ListHead>;
  /** Who took it last, if it is held as a mutex. */
  owner: TaskStruct | null;
}

export declare function sema_init(sem: Semaphore, value: i32): void;
export declare function init_MUTEX(sem: Semaphore): void;
export declare function init_MUTEX_LOCKED(sem: Semaphore): void;
/** @sleeps */
export declare function down(sem: Semaphore): void;
/** 0, or -EINTR without the semaphore if a signal came. @sleeps */
export declare function down_interruptible(sem: Semaphore): i32;
/** 0 if it got the semaphore, 1 if not; also in interrupts. */
export declare function down_trylock(sem: Semaphore): i32;
/** Also in interrupts. */
export declare function up(sem: Semaphore): void;
