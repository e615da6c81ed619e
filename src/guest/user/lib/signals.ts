/** Signals by name and number: POSIX.1-2001; numbers as in Linux 2.4, include/asm-i386/signal.h. */
import { strcmp } from '../../lib/string.ts';

export const SIGINT = 2;
export const SIGPIPE = 13;
export const SIG_DFL = 0;
export const SIG_IGN = 1;

/** waitpid's option. */
export const WNOHANG = 1;

class Signal {
  number: u32;
  name: cstr;
  /** What a shell says of a program that it ended. */
  words: cstr;
}

export const SIGNALS = 18;

export const signals: Arr<Embed<Signal>, 18> = [
  { number: 1, name: 'HUP', words: 'Hangup' },
  { number: 2, name: 'INT', words: '' },
  { number: 3, name: 'QUIT', words: 'Quit' },
  { number: 4, name: 'ILL', words: 'Illegal instruction' },
  { number: 5, name: 'TRAP', words: 'Trace/breakpoint trap' },
  { number: 6, name: 'ABRT', words: 'Aborted' },
  { number: 7, name: 'BUS', words: 'Bus error' },
  { number: 8, name: 'FPE', words: 'Floating point exception' },
  { number: 9, name: 'KILL', words: 'Killed' },
  { number: 10, name: 'USR1', words: 'User defined signal 1' },
  { number: 11, name: 'SEGV', words: 'Segmentation fault' },
  { number: 12, name: 'USR2', words: 'User defined signal 2' },
  { number: 13, name: 'PIPE', words: '' },
  { number: 14, name: 'ALRM', words: 'Alarm clock' },
  { number: 15, name: 'TERM', words: 'Terminated' },
  { number: 17, name: 'CHLD', words: '' },
  { number: 18, name: 'CONT', words: '' },
  { number: 19, name: 'STOP', words: 'Stopped' },
];

/** The number of the signal called `name`, without SIG; 0 if there is none. */
export function signal_number(name: cstr): u32 {
  for (let index: u32 = 0; index < SIGNALS; index++) {
    if (strcmp(signals[index].name, name) === 0) return signals[index].number;
  }
  return 0;
}

/** What to say of a program that a signal ended; an empty text if nothing. */
export function signal_words(number: u32): cstr {
  for (let index: u32 = 0; index < SIGNALS; index++) {
    if (signals[index].number === number) return signals[index].words;
  }
  return 'Ended by a signal';
}
