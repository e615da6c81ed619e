/**
 * What the recovery agent is asked to do, by policies and start-up scripts, and what becomes of it when the agent is of
 * no use. A story is typed at the shell, but for `settled` and `mended`; each line's output is part of what is said.
 */

export interface Story {
  readonly name: string;
  /** Files of the guest, by paths without the first slash: policies, scripts, and what stands in for the agent. */
  readonly files?: Readonly<Record<string, string>>;
  readonly append?: string;
  readonly devices?: readonly string[];
  /** MiB. */
  readonly memory?: number;
  readonly lines: readonly string[];
  /** In this order. */
  readonly says: readonly RegExp[];
  readonly never?: RegExp;
  /** It takes at least so many harts. */
  readonly fewest?: number;
  /** Too long for the parallel engine, whose time is the host's. */
  readonly lockstepOnly?: true;
  /** Instructions of the kernel that the test writes over: the first of a function, from the start until `mended`. */
  readonly planted?: { readonly symbol: string; readonly instructions: readonly number[] };
}

/** A line that stands for waiting until no extension is in recovery. */
export const settled = 'settled';
/** A line that stands for giving the kernel back the instructions that were planted. */
export const mended = 'mended';

const load = 'insmod -n rogue', unload = 'rmmod rogue';
const fail = 'echo 1 > /proc/rogue', ask = 'echo fail rogue > /proc/nooks';
/** In the middle of a script that sleeps for longer. */
const nap = 'sleep 0.2';
/** It must be there again. */
const use = 'echo 0 > /proc/rogue && echo rogue "w"orks';
const works = /rogue works/, restarted = /rogue restarted/, givenUp = /rogue is given up/;
const noService = /\/proc\/rogue: No such file or directory/;

const policy = (text: string) => ({ 'etc/nooks/rogue': text });
const agent = (text: string) => ({ 'sbin/nooksagent': `#!/bin/sh\n${text}\n` });

const policies: Story[] = [{
  name: 'by default it is started anew',
  lines: [load, fail, settled, use, unload],
  says: [/rogue failed: store page fault/, restarted, works],
}, {
  name: 'five times in ten seconds, and then left out',
  lines: [load, ...Array.from({ length: 6 }, () => [ask, settled]).flat(), use],
  says: [restarted, restarted, restarted, restarted, restarted, givenUp, noService],
  never: /(rogue restarted[^]*){6}/,
}, {
  name: 'failures count for as long as the policy says',
  files: policy('window 1\nrestart 1\n'),
  lines: [load, ask, settled, 'sleep 1.2', ask, settled, 'sleep 1.2', use, ask, settled, ask, settled, use],
  says: [restarted, restarted, works, restarted, givenUp, noService],
}, {
  name: 'it is started anew with other parameters',
  files: { 'etc/nooks/greeting': '# A comment.\n\nrestart 1\nrestart 1 times=3\n' },
  lines: ['insmod -n greeting', 'echo fail greeting > /proc/nooks', settled, 'echo fail greeting > /proc/nooks',
    settled, 'rmmod greeting'],
  says: [/hello/, /failed/, /hello, world\n.*restarted/, /failed/, /(hello, world\n){3}.*restarted/, /goodbye/],
}, {
  name: 'another module is loaded in its place, and set up as it was',
  files: {
    ...policy('restart 1\nreplace greeting times=2\n'), 'etc/nooks/start/rogue': 'echo set up $NOOKS_OUTCOME\n',
  },
  lines: [load, ask, settled, ask, settled, 'lsmod', 'rmmod greeting', use],
  says: [restarted, /set up restarted/, /hello, world[^]*hello, world[^]*rogue is replaced by greeting/,
    /set up replaced/, /^greeting /m, /goodbye/, noService],
}, {
  name: 'a replacement that cannot be loaded is one more failure',
  files: policy('replace nosuch\nrestart\n'),
  lines: [load, ask, settled, use, unload],
  says: [/nosuch: No such file or directory/, restarted, works],
}, {
  name: 'it is left out at once',
  files: policy('give-up\nrestart\n'),
  lines: [load, ask, settled, use],
  says: [givenUp, noService],
}, {
  name: 'a policy is for a kind of extensions',
  files: { 'etc/nooks/sound': 'give-up\n' }, devices: ['sb16'],
  lines: ['insmod -n sb', 'echo fail sb > /proc/nooks', settled, 'lsmod'],
  says: [/sb is given up/], never: /^sb /m,
}, {
  name: 'a policy of its own comes before that of its kind',
  files: { 'etc/nooks/sound': 'give-up\n', 'etc/nooks/sb': 'restart 1\n' }, devices: ['sb16'],
  lines: ['insmod -n sb', 'echo fail sb > /proc/nooks', settled, 'rmmod sb'],
  says: [/sb restarted/],
}, {
  name: 'the stop script comes first, then the start-up script, then the notice',
  files: policy('restart\nstop echo stopping $NOOKS_EXTENSION\nstart echo starting\n'
    + 'notify echo told: $NOOKS_KIND $NOOKS_REASON $NOOKS_OUTCOME\n'),
  lines: [load, ask, settled, use, unload],
  says: [/stopping rogue/, restarted, /starting/, /told: - request restarted/, works],
}, {
  name: 'a notice on the console',
  files: policy('give-up\nnotify\n'),
  lines: [load, fail, settled, 'sleep 0.5'],
  says: [givenUp, /nooksagent: rogue failed \(exception\) and was given up/],
}, {
  name: 'a start-up script brings the service back',
  files: { 'etc/nooks/start/sb': 'play /usr/share/sounds/bell.wav\n' }, devices: ['sb16'],
  lines: ['insmod -n sb', 'echo fail sb > /proc/nooks', settled, 'rmmod sb'],
  says: [/sb restarted/, /played (\d+) of \1 samples/],
}, {
  name: 'too much memory is a failure',
  files: policy('restart\nlimit heap 20 fail\n'),
  lines: [load, 'echo 18 > /proc/rogue', settled, use, unload],
  says: [/rogue failed: too much memory/, restarted, works],
}, {
  name: 'too many objects are an error',
  files: policy('limit objects 9\n'),
  lines: [load, 'echo 18 > /proc/rogue', use, unload],
  says: [/Cannot allocate memory/, works], never: /failed/,
}, {
  name: 'too many objects are a failure, in each life',
  files: policy('restart\nlimit objects 9 fail\n'),
  lines: [load, 'echo 18 > /proc/rogue', settled, 'echo 18 > /proc/rogue', settled, use, unload],
  says: [/too many objects/, restarted, /too many objects/, restarted, works],
}, {
  name: 'bad parameters are errors, as many as the policy grants',
  files: policy('restart\nlimit parameters 2 fail\n'),
  lines: [load, 'echo 16 > /proc/rogue', 'echo 14 > /proc/rogue', use, 'echo 16 > /proc/rogue', settled, use, unload],
  says: [/Bad address/, works, /failed: bad to of copy_from_user/, restarted, works], never: /failed[^]*failed/,
}];

const diesAtStart = (times: number) => ({ 'etc/nooks/unruly': `restart ${times} at=15 deed=0\n` });
const dies = [/unruly failed: load page fault/, /unruly does not start again: error -5/];
const staysThere = [0x0000006f]; // j .

const again: Story[] = [{
  name: 'it dies while it is started anew, until there is nothing left to try',
  files: diesAtStart(3),
  lines: ['insmod -n unruly', 'echo fail unruly > /proc/nooks', settled, 'lsmod'],
  says: [/failed: on request/, ...dies, ...dies, ...dies, /unruly is given up/],
  never: /(does not start again[^]*){4}|^unruly /m,
}, {
  name: 'it does not start, but does with other parameters',
  files: { 'etc/nooks/greeting': 'restart 2 times=99\nrestart 1 times=2\n' },
  lines: ['insmod -n greeting', 'echo fail greeting > /proc/nooks', settled, 'rmmod greeting'],
  says: [/does not start again/, /does not start again/, /(hello, world\n){2}.*restarted/, /goodbye/],
}, {
  name: 'it fails in its start-up script each time, and is given up in the end',
  files: { 'etc/nooks/start/rogue': `${fail}\n` },
  lines: [load, ask, settled, use],
  says: [restarted, /failed: store/, restarted, restarted, restarted, restarted, givenUp, noService],
}, {
  name: 'that ends although each failure is the only one within its window',
  files: { ...policy('window 1\nrestart 2\n'), 'etc/nooks/start/rogue': `sleep 1.5\n${fail}\n` },
  lines: [load, ask, settled, use],
  says: [restarted, restarted, givenUp, noService],
}, {
  name: 'it is unloaded, and loaded anew, while its start-up script runs',
  files: policy('restart\nstart sleep 0.5\n'),
  lines: [load, ask, nap, unload, load, use, 'sleep 1', use, unload],
  says: [restarted, works, works],
}, {
  name: 'it cannot be loaded or unloaded by others while it is down',
  files: policy('restart\nstop sleep 0.5\n'),
  lines: [load, ask, nap, load, unload, settled, use, unload],
  says: [/insmod: rogue: Device or resource busy/, /rmmod: rogue: No such file/, restarted, works],
}, {
  name: 'only its agent decides',
  files: policy('restart\nstop sleep 0.5\n'),
  lines: [load, ask, nap, 'echo give-up rogue > /proc/nooks', 'echo restart rogue > /proc/nooks', settled, use,
    unload],
  says: [/not permitted/, /not permitted/, restarted, works],
}, {
  name: 'it is given up and loaded again before the manager comes to its death at the start',
  files: diesAtStart(1), fewest: 2, lockstepOnly: true,
  planted: { symbol: 'give_up_unstarted', instructions: staysThere },
  lines: ['insmod -n unruly', 'echo fail unruly > /proc/nooks', 'sleep 0.05', 'insmod -n unruly', mended, 'sleep 0.1',
    'echo fail unruly > /proc/nooks', settled, 'lsmod'],
  says: [/failed: on request/, ...dies, /unruly is given up/, /failed: on request/, ...dies, /unruly is given up/],
  never: /^unruly /m,
}, {
  name: 'its agent may use it',
  files: policy('restart\nstop cat /proc/rogue\nstart echo 0 > /proc/rogue\n'),
  lines: [load, ask, settled, use, unload],
  says: [/\/proc\/rogue: No such file/, restarted, works],
}, {
  name: 'two fail at the same moment, and the agent of one takes its time',
  files: policy('restart\nstop sleep 3\n'), devices: ['sb16'],
  lines: [load, 'insmod -n sb', `${fail} & echo fail sb > /proc/nooks`, 'sleep 0.5', 'play /usr/share/sounds/bell.wav',
    settled, use, unload, 'rmmod sb'],
  says: [/sb restarted/, /played (\d+) of \1 samples/, restarted, works],
}, {
  name: 'one fails while the agent of another uses it',
  files: { ...policy('restart\nstart echo fail sb > /proc/nooks; play /usr/share/sounds/bell.wav; sleep 0.3\n') },
  devices: ['sb16'],
  lines: [load, 'insmod -n sb', fail, settled, use, 'play /usr/share/sounds/bell.wav', unload, 'rmmod sb'],
  says: [restarted, /sb restarted/, works, /played (\d+) of \1 samples/],
}];

/** `why` is what the kernel says of the agent; it then goes by the built-in policy. */
const fallback = (name: string, story: Omit<Story, 'name' | 'lines' | 'says'>, why: RegExp): Story => ({
  ...story, name: `${name}: the built-in policy`,
  lines: [load, fail, settled, use, unload, 'ps'], says: [why, restarted, works, /\d ps\n/],
  // What the agent has started must not be left over.
  never: /\d (cat|sleep|nooksagent)\n/,
});
const impatient = 'nooks_agent_ticks=5';
const decidedNothing = /the agent of rogue decided nothing: exit status 1/;
const returnsNoMemory = [0xff400513, 0x00008067]; // li a0, -12; ret

/** Processes that sleep for a while, each with some ten pages of memory. */
const sleepers = `sh -c '${'sleep 4 & '.repeat(30)}'`;

const fallbacks: Story[] = [
  fallback('no agent', { append: 'nooks_agent=/sbin/none' }, /agent of rogue cannot be started: error -2/),
  fallback('an agent that is no program', { append: 'nooks_agent=/etc/rc' }, /cannot be started: error -13/),
  fallback('one that does nothing', { append: 'nooks_agent=/bin/false' }, decidedNothing),
  fallback('one that dies', { files: agent('kill -SEGV $$') }, /agent of rogue was ended by signal 11/),
  fallback('one that its policy kills', { files: policy('stop kill -9 0\n') }, /agent of rogue was ended by signal 9/),
  fallback('one that sleeps', { files: policy('stop sleep 100\n'), append: impatient }, /rogue takes too long/),
  fallback('one that is endless', {
    files: policy('stop cat /dev/zero > /dev/null\n'), append: impatient,
  }, /rogue takes too long/),
  fallback('one that is stopped', { files: policy('stop kill -STOP 0\n'), append: impatient }, /rogue takes too long/),
  fallback('one that writes nonsense', {
    files: agent(['nonsense rogue', 'restart', 'restart nobody', 'give-up', 'replaced rogue', 'give-up rogue please',
      '', ' '.repeat(560), 'x'.repeat(800)].map((text) => `echo '${text}' > /proc/nooks`).join('\n')),
  }, decidedNothing),
  fallback('a policy without sense', { files: policy('restart\nrepair\n') }, decidedNothing),
  fallback('a policy with too much', { files: policy('restart 1\n'.repeat(99)) }, decidedNothing),
  fallback('a policy of any bytes', {
    files: policy(Array.from({ length: 5000 }, (_, index) => String.fromCharCode(index * 7 % 128)).join('')),
  }, decidedNothing),
  fallback('no memory for an agent', {
    planted: { symbol: 'call_usermodehelper', instructions: returnsNoMemory },
  }, /agent of rogue cannot be started: error -12/),
  {
    name: 'the built-in policy gives up too',
    append: 'nooks_agent=/bin/none',
    lines: [load, ...Array.from({ length: 6 }, () => [ask, settled]).flat(), use],
    says: [restarted, restarted, restarted, restarted, restarted, givenUp, noService],
  }, {
    name: 'no policy at all: the built-in one',
    lines: [load, 'mv /etc/nooks/default /etc/nooks/gone', ask, settled, use, 'mv /etc/nooks/gone /etc/nooks/default',
      unload],
    says: [decidedNothing, restarted, works],
  }, {
    name: 'memory is full of processes when it fails',
    memory: 16, fewest: 2, lockstepOnly: true,
    // It takes 50 ms until it is found out.
    lines: [load, 'sleep 6 &', ...Array.from({ length: 9 }, () => sleepers), 'echo 12 > /proc/rogue &',
      ...Array.from({ length: 5 }, () => sleepers), 'wait', unload],
    says: [/Cannot allocate memory/, /failed: time-out/, /rogue restarted|rogue is given up/],
  }, {
    name: 'a start-up script that does not end is ended',
    files: policy('restart\nstart sleep 1000\n'), lockstepOnly: true,
    lines: [load, ask, nap, use, 'sleep 31', use, 'ps', unload],
    says: [restarted, works, works, /\d ps\n/], never: /\d sleep\n/,
  },
];

export const stories: readonly Story[] = [...policies, ...again, ...fallbacks];
