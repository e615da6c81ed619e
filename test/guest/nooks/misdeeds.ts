/**
 * What extensions do wrong on request (src/guest/modules/rogue, unruly.ts), and what becomes of the kernel then: the
 * table of the README. Rows that are generated from the list of wrapped functions: calls.ts.
 */
import type { GuestStruct, Pointer } from '../../../src/compiler/layouts.ts';
import type { GuestKernel } from '../../../src/host/guest-kernel.ts';
import type { Request } from './trial.ts';

/**
 * Native: the kernel panics, or answers no more; the task that ran the extension dies of an oops; an error is returned;
 * or nothing is noticed, for the moment.
 */
export type NativeOutcome = 'panic' | 'oops' | 'hang' | 'unnoticed' | 'refused';
/** Under Nooks: the extension fails, and is started anew or given up; its request is refused; or all is well. */
export type NooksOutcome = 'recovered' | 'refused' | 'well';

export interface Misdeed {
  /** For command lines: its requests with `+` between. */
  readonly id: string;
  readonly name: string;
  readonly requests: readonly Request[];
  /** Undefined where there is no such thing natively; of generated rows it is not said. */
  readonly native: NativeOutcome | 'various' | undefined;
  readonly nooks: NooksOutcome;
  /** What the isolation layer says when it notices. */
  readonly says: RegExp;
  /** It is noticed by its taking too long. */
  readonly slow?: true;
  /** What is loaded besides the rogue: `unruly`, which behaves, or what calls.ts makes. */
  readonly beside?: 'unruly' | 'caller';
  /** It may come to be given up: it fails again and again. */
  readonly ends?: true;
  /** Of the kernel: a function in which it dies as it serves the extension, at any instruction. */
  readonly dies?: string;
}

type Extra = Partial<Pick<Misdeed, 'nooks' | 'slow' | 'beside'>>;

const row = (
  number: number, name: string, native: NativeOutcome, says: RegExp, extra: Extra = {},
): Misdeed => ({ id: `${number}`, requests: [number], name, native, nooks: 'recovered', says, ...extra });

const store = /store page fault/, load = /load page fault/, fetch = /fetch page fault/, slow = { slow: true } as const;
const none = /Cannot allocate memory/, refused = { nooks: 'refused' } as const, well = { nooks: 'well' } as const;
const anything = /^/;

const memory: readonly Misdeed[] = [
  row(1, "store to the kernel's code", 'oops', store),
  row(2, "store to the kernel's data", 'oops', store),
  row(3, "store to the kernel's heap", 'unnoticed', store),
  row(4, "store to another task's stack", 'hang', store),
  row(5, 'store to its own code', 'oops', store),
  row(26, 'store to a page table', 'oops', store),
  row(27, 'store to its task', 'unnoticed', store),
  row(6, 'load from an unmapped address', 'oops', load),
  row(7, 'load from null', 'oops', load),
  row(8, "load from a user's address", 'oops', load),
  row(9, 'stack overflow', 'oops', store),
  row(10, 'jump to data', 'oops', fetch),
  row(11, 'jump to null', 'oops', fetch),
  row(24, 'illegal instruction', 'oops', /illegal instruction/),
  row(41, 'divides by zero, which gives a number', 'unnoticed', anything, well),
  row(12, 'endless loop', 'hang', /time-out/, slow),
  row(13, 'endless loop, interrupts off', 'hang', /hangs with interrupts off/, slow),
];

/** Stores to where the host says. */
const stores: readonly Misdeed[] = (
  [
    ["another extension's code", 'oops', (kernel) => kernel.module('unruly')!.base],
    ["another extension's data", 'unnoticed', (kernel) => dataOf(kernel, 'unruly')],
    ["another extension's heap", 'unnoticed', (kernel) => kernel.word(kernel.module('unruly')!.symbols.get('block')!)!],
    ["another extension's stack", undefined, (kernel) => stackOf(kernel, 'unruly')],
    ["a device's register", 'unnoticed', (kernel) => Number((kernel.variable('port') as GuestStruct)['base']) + 4],
    ['its own second-level page table', undefined, (kernel) => tableOf(kernel, 'rogue')],
    ["the isolation layer's domains", 'unnoticed', (kernel) => kernel.address('domains')],
    ["the kernel's thunks", 'unnoticed', (kernel) => kernel.word(kernel.address('thunks'))!],
  ] as readonly (readonly [string, NativeOutcome | undefined, (kernel: GuestKernel) => number])[]
).map(([what, native, address]) => ({
  id: `38 ${what.replaceAll(/[^a-z]+/g, '-')}`, name: `store to ${what}`, native, nooks: 'recovered', says: store,
  requests: [(kernel) => `echo 38 ${address(kernel)} > /proc/rogue`], beside: 'unruly',
}));

const calls: readonly Misdeed[] = [
  row(14, "kfree of the kernel's memory", 'unnoticed', /bad address of kfree/),
  row(15, 'kfree of the same twice', 'unnoticed', /bad address of kfree/),
  row(29, 'vfree of a kernel stack', 'hang', /bad address of vfree/),
  row(16, "kernel's object as a buffer", 'unnoticed', /bad to of copy_from_user/),
  row(17, 'bad pointer for a text', 'oops', /bad name of remove_proc_entry/),
  row(28, 'bad pointer for %s', 'oops', load),
  row(19, 'unlocks a free lock', 'oops', /bad lock of spin_unlock/),
  row(20, 'takes a lock twice', 'oops', /held already of spin_lock/),
  row(21, 'sleeps with a lock', 'panic', /atomic of schedule_timeout/),
  row(22, 'dies with a lock, interrupts off', 'oops', store),
  row(34, "spoils its lock's name and dies", 'oops', load),
  row(23, 'BUG()', 'oops', /kernel BUG/),
  row(25, 'leaks memory and dies', 'oops', load),
  row(37, 'never acknowledges its interrupt', 'hang', /interrupts for ever/, slow),
];

function readBadly(number: number, what: string, native: NativeOutcome): Misdeed {
  const request = `echo ${number} > /proc/rogue; cat /proc/rogue`;
  return { ...row(number, `its read_proc ${what}`, native, /Input.output error/, refused), requests: [request] };
}

const spoils: readonly Misdeed[] = [
  row(53, 'overwrites its copy of a /proc entry', 'oops', anything, well),
  row(54, 'overwrites a pending timer', 'panic', /fetch page fault/),
  row(55, 'overwrites a scheduled tasklet', 'panic', anything, well),
  row(56, 'overwrites a wait queue and its entry', 'hang', anything, well),
  row(57, 'overwrites a semaphore', 'hang', anything, well),
  row(58, 'overwrites a lock that it holds', 'oops', /bad lock of spin_unlock/),
  row(59, 'frees the memory of a pending timer', 'unnoticed', anything, well),
  readBadly(60, 'gives more than there is room for', 'unnoticed'),
  readBadly(61, "reads from the kernel's code", 'refused'),
];

const takes: readonly Misdeed[] = [
  row(18, 'takes all of kmalloc', 'refused', none, refused),
  row(42, 'takes all of vmalloc', 'refused', none, refused),
  row(43, 'takes all pages', 'refused', none, refused),
  row(44, 'takes all memory for devices', 'refused', none, refused),
  row(45, 'starts timers without end', 'refused', /no memory for its objects/, slow),
  row(46, 'makes /proc entries without end', 'hang', /time-out/, slow),
  row(47, 'makes wait queues without end', 'refused', /no memory for its objects/, slow),
  row(48, 'makes semaphores without end', 'refused', /no memory for its objects/, slow),
  row(49, 'makes windows without end', 'refused', /time-out/, slow),
  row(50, 'takes regions without end', 'refused', /time-out/, slow),
  row(51, 'takes all device numbers', 'refused', none, refused),
  row(52, 'takes all interrupts', 'refused', none, refused),
];

/** By their numbers in unruly.ts: functions that the kernel calls, and misdeeds. */
const callbacks: Readonly<Record<number, string>> = {
  1: 'interrupt handler', 2: 'tasklet', 3: 'urgent tasklet', 4: 'timer', 5: 'second timer', 6: 'open', 7: 'release',
  8: 'flush', 9: 'read', 10: 'write', 11: 'poll', 12: 'ioctl', 13: 'read_proc', 14: 'cleanup_module', 15: 'init_module',
};
const deeds: Readonly<Record<number, string>> = {
  0: 'a bad load', 2: 'BUG()', 4: 'a bad kfree', 5: 'a bad load with a lock, interrupts off', 9: 'spoilt registers',
  11: 'a sleep with a lock', 18: 'an endless loop', 19: 'an endless loop, interrupts off',
};
const slowDeeds = [18, 19];

/** Each function that the kernel calls comes to each of several ends. */
export const deaths: readonly Misdeed[] = Object.entries(callbacks).flatMap(([at, where]) =>
  Object.entries(deeds).map(([deed, what]) => ({
    id: `${where}: ${deed}`, name: `${where}: ${what}`, native: 'various' as const, nooks: 'recovered' as const,
    requests: [(_: GuestKernel, insmod: string) =>
      `${insmod} unruly at=${at} deed=${deed}; /test/recover use; rmmod unruly`],
    says: /unruly failed: /, ends: true as const, ...(slowDeeds.includes(Number(deed)) && slow),
  })));

/** In its release, which comes after the poll; what is the caller's stack natively is whatever is there now. */
const stalePoll: Misdeed = {
  id: 'stale poll table', name: 'keeps the table of a poll that is over, and uses it', native: 'hang',
  nooks: 'recovered', says: /bad table of poll_wait/,
  requests: [(_, insmod) => `${insmod} unruly at=7 deed=20; /test/recover use; rmmod unruly`],
};

export const misdeeds: readonly Misdeed[] = [...memory, ...stores, ...calls, ...spoils, stalePoll, ...takes];

/** Requests that are no misdeeds. */
const waitsForLock = 30, busy = 31, busyIrqsOff = 32, asleep = 33, longInterrupt = 36;
const diesWithLock = 22, fail = (name: string) => `echo fail ${name} > /proc/nooks`;

const together = (name: string, requests: readonly Request[], extra: Partial<Misdeed> = {}): Misdeed =>
  ({ id: `smp: ${name}`, name, requests, native: undefined, nooks: 'recovered', says: /failed: /, ...extra });

/** What happens on several harts at the same time, or before the other is over. */
export const company: readonly Misdeed[] = [
  together('it fails while another hart is in it', [1, busy]),
  together('it fails while a hart is in it with interrupts off', [1, busyIrqsOff]),
  together('it fails while others sleep in it', [1, asleep, asleep]),
  together('its lock is waited for when it dies', [diesWithLock, waitsForLock, waitsForLock]),
  together('interrupts off, a lock waited for, an interrupt under way, and it dies',
    [longInterrupt, busyIrqsOff, waitsForLock, diesWithLock]),
  together('it fails on all harts at the same time', [1, 24, 25, diesWithLock], { ends: true }),
  together('two fail at the same time', [diesWithLock, fail('unruly')], { beside: 'unruly' }),
  together('three requests to fail while it recovers', [1, fail('rogue'), fail('rogue'), fail('rogue')],
    { ends: true }),
  together('the one fails while the other recovers', [fail('unruly'), `sleep 0.01; ${fail('rogue')}`, 1],
    { beside: 'unruly', ends: true }),
  together('it fails while it starts', ['rmmod rogue; insmod -n rogue', fail('rogue'), `sleep 0.01; ${fail('rogue')}`],
    { ends: true }),
  together('its interrupt handler dies in an interrupt of another extension',
    [busy, busy, busy, (_, insmod) => `${insmod} unruly at=1 deed=0; sleep 0.03; rmmod unruly`], { ends: true }),
  together("its interrupt handler dies within another extension's kernel call",
    [18, 18, 18, (_, insmod) => `${insmod} unruly at=1 deed=9; sleep 0.03; rmmod unruly`], { ends: true }),
  together('it fails while it is unloaded', [busy, asleep, 'rmmod rogue', 1], { ends: true }),
  together('it is unloaded while it is called', [busy, asleep, busyIrqsOff, 'rmmod rogue'],
    { nooks: 'refused', says: /Input.output error/ }),
];

function dataOf(kernel: GuestKernel, name: string): number {
  const { base, textBytes } = kernel.module(name)!;
  return base + textBytes;
}

function domainOf(kernel: GuestKernel, wanted: string): GuestStruct {
  const named = (name: readonly number[]) => String.fromCharCode(...name.slice(0, name.indexOf(0))) === wanted;
  return (kernel.variable('domains') as readonly GuestStruct[]).find(({ name, state }) =>
    state !== 0 && named(name as readonly number[]))!;
}

function stackOf(kernel: GuestKernel, name: string): number {
  const { address } = domainOf(kernel, name)['stacks'] as Pointer;
  return Number(kernel.struct('DomainStack', address)!['address']) + 4096;
}

/** The table by which a domain sees its module's memory. */
function tableOf(kernel: GuestKernel, name: string): number {
  const root = Number(domainOf(kernel, name)['root']);
  return (kernel.word(root + (kernel.module(name)!.base >>> 22) * 4)! >>> 10) * 4096;
}
