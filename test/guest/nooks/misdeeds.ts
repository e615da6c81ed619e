/** What src/guest/modules/rogue.ts does on request, and what becomes of the kernel then: the table of the README. */

/** Native: the whole kernel stops; the task that ran the extension dies of an oops; or nothing is noticed at once. */
export type NativeOutcome = 'panic' | 'oops' | 'hang' | 'unnoticed';
/** Under Nooks: the extension fails and is started anew; or its request is refused with an error; or all is well. */
export type NooksOutcome = 'recovered' | 'refused' | 'well';

export interface Misdeed {
  readonly number: number;
  readonly name: string;
  readonly native: NativeOutcome;
  readonly nooks: NooksOutcome;
  /** What the kernel says when it notices. */
  readonly says: RegExp;
  /** It is noticed by its taking too long. */
  readonly slow?: true;
}

const row = (
  number: number, name: string, native: NativeOutcome, says: RegExp, slow?: true,
): Misdeed => ({ number, name, native, nooks: 'recovered', says, ...(slow && { slow }) });

export const misdeeds: readonly Misdeed[] = [
  row(1, "store to the kernel's code", 'oops', /store page fault/),
  row(2, "store to the kernel's data", 'oops', /store page fault/),
  row(3, "store to the kernel's heap", 'unnoticed', /store page fault/),
  row(4, "store to another task's stack", 'hang', /store page fault/),
  row(5, 'store to its own code', 'oops', /store page fault/),
  row(6, 'load from an unmapped address', 'oops', /load page fault/),
  row(7, 'load from null', 'oops', /load page fault/),
  row(8, "load from a user's address", 'oops', /load page fault/),
  row(9, 'stack overflow', 'oops', /store page fault/),
  row(10, 'jump to data', 'oops', /fetch page fault/),
  row(11, 'jump to null', 'oops', /fetch page fault/),
  row(12, 'endless loop', 'hang', /time-out/, true),
  row(13, 'endless loop, interrupts off', 'hang', /hangs with interrupts off/, true),
  row(14, "kfree of the kernel's memory", 'unnoticed', /bad address of kfree/),
  row(15, 'kfree of the same twice', 'unnoticed', /bad address of kfree/),
  row(16, "kernel's object as a buffer", 'unnoticed', /bad to of copy_from_user/),
  row(17, 'bad pointer for a text', 'oops', /bad name of remove_proc_entry/),
  { number: 18, name: 'allocates all memory', native: 'unnoticed', nooks: 'refused', says: /Cannot allocate memory/ },
  row(19, 'unlocks a free lock', 'oops', /bad lock of spin_unlock/),
  row(20, 'takes a lock twice', 'oops', /held already of spin_lock/),
  row(21, 'sleeps with a lock', 'oops', /atomic of schedule_timeout/),
  row(22, 'dies with a lock, interrupts off', 'oops', /store page fault/),
  row(23, 'BUG()', 'oops', /kernel BUG/),
  row(24, 'illegal instruction', 'oops', /illegal instruction/),
  row(25, 'leaks memory and dies', 'oops', /load page fault/),
  row(26, 'store to a page table', 'oops', /store page fault/),
  row(27, 'store to its task', 'unnoticed', /store page fault/),
  row(28, 'bad pointer for %s', 'oops', /load page fault/),
  row(29, 'vfree of a kernel stack', 'hang', /bad address of vfree/),
  row(34, "spoils its lock's name and dies", 'oops', /load page fault/),
];

/** Requests that are no misdeeds: for company. */
export const waitsForLock = 30, busy = 31, busyIrqsOff = 32, asleep = 33;
