/** Semaphores of tests on the host: waiting for one is a deadlock. */
import { BUG_ON } from '../debug/panic.ts';
import { might_sleep } from './spinlock.ts';

export class Semaphore {
  count: i32;
}

export function init_MUTEX(sem: Semaphore): void {
  sem.count = 1;
}

export function down(sem: Semaphore): void {
  might_sleep();
  BUG_ON(sem.count !== 1);
  sem.count = 0;
}

export function down_interruptible(sem: Semaphore): i32 {
  down(sem);
  return 0;
}

export function up(sem: Semaphore): void {
  BUG_ON(sem.count !== 0);
  sem.count = 1;
}
