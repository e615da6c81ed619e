/**
 * init, the first process: runs /etc/rc, then keeps a shell on the console and collects every process whose parent has
 * gone. After Linux's sysvinit, without run levels.
 */
import { printf } from '../lib/stdio.ts';
import { strerror } from '../lib/error.ts';
import { getpid, msleep, spawn_with, waitpid } from '../lib/unistd.ts';

const shell = '/bin/sh';
const shell_arguments: Arr<cstr | null, 2> = ['-sh', null];
const rc_arguments: Arr<cstr | null, 3> = ['sh', '/etc/rc', null];
const environment: Arr<cstr | null, 4> = ['HOME=/root', 'PATH=/sbin:/bin', 'TERM=linux', null];

/** What a new shell waits for after one that could not be started, in milliseconds. */
const PAUSE = 1000;

export function main(): i32 {
  if (getpid() !== 1) {
    printf('init: only the kernel can start me\n');
    return 1;
  }
  const rc = start(rc_arguments);
  if (rc > 0) await_child(rc);
  for (;;) {
    const pid = start(shell_arguments);
    if (pid > 0) await_child(pid);
    else msleep(PAUSE);
  }
}

/** Starts a shell in a process group of its own, on the console: its pid, or a negated error, which it tells. */
function start(argv: Ptr<cstr | null>): i32 {
  const console = local<Arr<i32, 3>>();
  console[0] = 0;
  console[1] = 1;
  console[2] = 2;
  const pid = spawn_with(shell, argv, environment, console, 3, 0);
  if (pid < 0) printf('init: %s: %s\n', shell, strerror(pid));
  return pid;
}

/** Collects children, whichever end, until `pid` has. */
function await_child(pid: i32): void {
  for (;;) {
    const ended = waitpid(-1, null, 0);
    if (ended === pid || ended < 0) return;
  }
}
