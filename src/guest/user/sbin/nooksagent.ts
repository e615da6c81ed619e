/**
 * nooksagent: the recovery agent, Nooks (SOSP 2003), section 3.4. The kernel starts it when an extension has failed and
 * has been unloaded, and tells it by its environment what and why; it decides by the extension's policy (lib/policy.ts)
 * and tells the kernel by /proc/nooks. When the extension runs again, its start-up script brings its service back.
 */
import { Stat64 } from '../../kernel/uapi/stat.ts';
import { snprintf } from '../../lib/format.ts';
import { environ, getenv } from '../lib/environ.ts';
import { strerror } from '../lib/error.ts';
import { tell_nooks } from '../lib/nooks.ts';
import { parse_number } from '../lib/number.ts';
import {
  COMMAND_SIZE, Policy, read_policy, set_limits, Step, step_at, STEP_GIVE_UP, STEP_RESTART,
} from '../lib/policy.ts';
import { dprintf, printf, STDERR } from '../lib/stdio.ts';
import { spawn, stat, waitpid } from '../lib/unistd.ts';

const MS_PER_SECOND = 1000;
const MAX_ENVIRONMENT = 16;
const OUTCOME_SIZE = 64;

let policy!: Embed<Policy>;
let outcome!: Arr<u8, 64>;
/** What commands get: this program's, and NOOKS_OUTCOME behind it. */
let environment!: Arr<cstr | null, 17>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const name = getenv('NOOKS_EXTENSION');
  if (name === null) {
    dprintf(STDERR, 'nooksagent: only the kernel can start me\n');
    return 1;
  }
  make_environment();
  if (read_policy(policy, name, text_of('NOOKS_KIND'), number_of('NOOKS_LIMIT')) !== 0) return 1;
  if (policy.stop[0] !== 0) shell(cast<cstr>(policy.stop));
  const successor = decide(name, failures());
  if (successor !== null) {
    set_limits(policy, successor);
    start_up(successor, name);
  }
  if (policy.notifies) notify(name);
  return 0;
}

function make_environment(): void {
  let count: u32 = 0;
  for (; environ[count] !== null && count < MAX_ENVIRONMENT - 1; count++) environment[count] = environ[count];
  snprintf(outcome, OUTCOME_SIZE, 'NOOKS_OUTCOME=');
  environment[count] = cast<cstr>(outcome);
  environment[count + 1] = null;
}

function text_of(variable: cstr): cstr {
  const text = getenv(variable);
  return text === null ? '' : text;
}

function number_of(variable: cstr): u32 {
  const value = local<Arr<u32, 1>>();
  return parse_number(text_of(variable), value) ? value[0] : 0;
}

/** The failure's number: of those within the window, or since it was last in service, whichever are more. */
function failures(): u32 {
  const ages = text_of('NOOKS_AGES');
  let recent: u32 = 0, at: u32 = 0;
  while (ages[at] !== 0) {
    let age: u32 = 0;
    for (; ages[at] >= char('0') && ages[at] <= char('9'); at++) age = age * 10 + ages[at] - char('0');
    if (age <= policy.window * MS_PER_SECOND) recent++;
    while (ages[at] === char(' ')) at++;
  }
  const again = number_of('NOOKS_AGAIN');
  return recent > again ? recent : again;
}

/** What runs in the end, the extension or what stands in for it; null if it is given up. A step that fails counts. */
function decide(name: cstr, first: u32): cstr | null {
  for (let number = first; ; number++) {
    const step = step_at(policy, number);
    if (step === null || step.action === STEP_GIVE_UP) {
      tell_nooks('give-up %s', name);
      return conclude('given up', null);
    }
    if (step.action === STEP_RESTART) {
      if (tell_nooks('restart %s %s', name, cast<cstr>(step.parameters)) === 0) return conclude('restarted', name);
    } else if (replace(name, step)) return conclude('replaced', cast<cstr>(step.module));
  }
}

function conclude(how: cstr, successor: cstr | null): cstr | null {
  snprintf(outcome, OUTCOME_SIZE, 'NOOKS_OUTCOME=%s', how);
  return successor;
}

function replace(name: cstr, step: Step): bool {
  const command = local<Arr<u8, 256>>(), module = cast<cstr>(step.module);
  snprintf(command, 2 * COMMAND_SIZE, 'insmod -n %s %s', module, cast<cstr>(step.parameters));
  return shell(cast<cstr>(command)) === 0 && tell_nooks('replaced %s %s', name, module) === 0;
}

/** The policy's command, or the start-up script of what runs now, or that of what it stands in for. */
function start_up(successor: cstr, name: cstr): void {
  if (policy.start[0] !== 0) shell(cast<cstr>(policy.start));
  else if (!start_script(successor)) start_script(name);
}

/** False if there is none. */
function start_script(name: cstr): bool {
  const path = local<Arr<u8, 128>>(), status = local<Stat64>();
  snprintf(path, COMMAND_SIZE, '/etc/nooks/start/%s', name);
  if (stat(cast<cstr>(path), status) !== 0) return false;
  const argv = local<Arr<cstr | null, 3>>();
  argv[0] = 'sh';
  argv[1] = cast<cstr>(path);
  argv[2] = null;
  run(argv);
  return true;
}

function notify(name: cstr): void {
  if (policy.notify[0] !== 0) shell(cast<cstr>(policy.notify));
  else printf('nooksagent: %s failed (%s) and was %s\n', name, text_of('NOOKS_REASON'), cast<cstr>(addr(outcome) + 14));
}

/** Has the shell perform a text: what waitpid gives, or a negated error, neither 0 but for success. */
function shell(text: cstr): i32 {
  const argv = local<Arr<cstr | null, 4>>();
  argv[0] = 'sh';
  argv[1] = '-c';
  argv[2] = text;
  argv[3] = null;
  return run(argv);
}

function run(argv: Ptr<cstr | null>): i32 {
  const status = local<Arr<i32, 1>>();
  const pid = spawn('/bin/sh', argv, environment);
  if (pid < 0) {
    dprintf(STDERR, 'nooksagent: /bin/sh: %s\n', strerror(pid));
    return pid;
  }
  waitpid(pid, status, 0);
  return status[0];
}
