/** Semaphores of tests on the host: waiting for one is a deadlock, and so is sleeping with a spinlock held. */
import { BUG_ON } from '../debug/panic.ts';
import { locks_held } from './spinlock.ts';

export class Semaphore {
  count: i32;
}

export function init_MUTEX(sem: Semaphore): void {
  sem.count = 1;
}

export function down(sem: Semaphore): void {
  BUG_ON(locks_held() !== 0 || sem.count !== 1);
  sem.count = 0;
}

export function up(sem: Semaphore): void {
  BUG_ON(sem.count !== 0);
  sem.count = 1;
}
