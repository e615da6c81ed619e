import { struct, word, words } from './struct.ts';

/** What ended the run: `exit.kind`. */
export const exits = { none: 0, exit: 1, reset: 2 } as const;

/** Bytes of console output that may wait for the host. */
export const consoleRingBytes = 8192;

/** Words of the machine as a whole. Moments (two words) are 64-bit floating-point nanoseconds of virtual time. */
export const machineWords = struct({
  now: words(2, 'engine', 'lockstep: virtual time, a moment'),
  started: words(2, 'machine', 'parallel: the host clock when virtual time was `now`, a moment in milliseconds'),
  carry: word('engine', 'lockstep: cycles not yet added to virtual time, as several harts share it'),
  next: word('engine', 'lockstep: the hart whose turn it is'),
  turnLeft: word('engine', 'lockstep: steps left of a turn that the caller interrupted'),
  awake: word('engine', 'lockstep: harts awake when the turn began'),
  random: words(4, 'engine', 'lockstep: state of the schedule\'s random numbers'),
  events: words(2, 'engine', 'lockstep: hash and count of the device accesses so far'),
  exit: word('any', 'see `exits`; set once, by the access that ends the run'),
  status: word('any', 'exit status, written before `exit`'),
  stop: word('machine', 'parallel: non-zero asks every hart to park; notified on'),
  parked: word('any', 'parallel: harts parked, notified on'),
  due: word('any', 'parallel: counts changes of device due times; the I/O thread waits on it'),
  consoleLock: word('any', 'lock of the console ring\'s producers'),
  consoleHead: word('device', 'bytes ever put into the console ring'),
  consoleTail: word('any', 'bytes ever taken out of it; notified on'),
  console: words(consoleRingBytes / 4, 'device', 'the ring'),
});
