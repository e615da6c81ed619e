/**
 * Policies: what becomes of an extension that fails. A file of /etc/nooks, named after the extension, else after its
 * kind, else `default`; a line each, empty lines and those that begin with `#` aside:
 *
 *   window SECONDS                             failures count for so long; 10
 *   restart [N] [parameter=value...]           at the next N failures it is started anew; as often as the kernel would
 *   replace [N] MODULE [parameter=value...]    another module is loaded in its place, isolated; once
 *   give-up                                    it is left out from here on, as at the end of the file
 *   stop COMMAND, start COMMAND                for the shell: before the decision, and when it runs again
 *   notify [COMMAND]                           in the end; without a command, a line on the console
 *   limit heap|objects|stacks|parameters N     how much it may take, or be wrong; more is an error, or if `fail`
 *                                              follows, its failure
 */
import { EINVAL, ENAMETOOLONG, ENOENT } from '../../kernel/errno.ts';
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { snprintf } from '../../lib/format.ts';
import { memset } from '../../lib/memory.ts';
import { strchr, strcmp, strlcpy } from '../../lib/string.ts';
import { strerror } from './error.ts';
import { tell_nooks } from './nooks.ts';
import { parse_number } from './number.ts';
import { dprintf, LineReader, STDERR } from './stdio.ts';
import { close, open } from './unistd.ts';

export const MAX_STEPS = 8;
export const MAX_LIMITS = 4;
export const COMMAND_SIZE = 128;
const NAME_SIZE = 32;
const LIMIT_SIZE = 48;
const PATH_SIZE = 64;
const LINE_SIZE = 256;

// Step.action.
export const STEP_RESTART = 0;
export const STEP_REPLACE = 1;
export const STEP_GIVE_UP = 2;

/** What is done at the next `count` failures. */
export class Step {
  action: u32;
  count: u32;
  module: Arr<u8, 32>;
  parameters: Arr<u8, 128>;
}

/** A `limit` line, but for that word. */
export class LimitLine {
  text: Arr<u8, 48>;
}

export class Policy {
  /** Seconds. */
  window: u32;
  steps: Arr<Embed<Step>, 8>;
  step_count: u32;
  limits: Arr<Embed<LimitLine>, 4>;
  limit_count: u32;
  /** Empty for none. */
  stop: Arr<u8, 128>;
  start: Arr<u8, 128>;
  notify: Arr<u8, 128>;
  notifies: bool;
}

const DEFAULT_WINDOW = 10;
/** A step's count that no number of failures reaches. */
const EVER = 0x7fffffff;

/**
 * Reads the policy of an extension; `limit` is what a `restart` without a number stands for. Says what is wrong with
 * it; 0 or a negated error.
 */
export function read_policy(policy: Policy, name: cstr, kind: cstr, limit: u32): i32 {
  memset(policy, 0, sizeof<Policy>());
  policy.window = DEFAULT_WINDOW;
  const path = local<Arr<u8, 64>>();
  const fd = open_policy(name, kind, path);
  if (fd < 0) {
    dprintf(STDERR, 'policy of %s: %s: %s\n', name, cast<cstr>(path), strerror(fd));
    return fd;
  }
  const reader = local<LineReader>(), line = local<Arr<u8, 256>>();
  reader.start(fd);
  let error: i32 = 0;
  for (let number: u32 = 1; error === 0; number++) {
    const length = reader.next(line, LINE_SIZE);
    if (length === -1) break;
    error = length < 0 ? length : read_line(policy, cast<cstr>(line), limit);
    if (error !== 0) dprintf(STDERR, '%s:%u: %s: %s\n', cast<cstr>(path), number, cast<cstr>(line), strerror(error));
  }
  close(fd);
  return error;
}

/** The first file there is; the last one's path is left in `path`. */
function open_policy(name: cstr, kind: cstr, path: Ptr<u8>): i32 {
  const names = local<Arr<cstr, 3>>();
  names[0] = name;
  names[1] = kind;
  names[2] = 'default';
  let fd: i32 = -ENOENT;
  for (let index: u32 = 0; index < 3 && fd === -ENOENT; index++) {
    snprintf(path, PATH_SIZE, '/etc/nooks/%s', names[index]);
    fd = open(cast<cstr>(path), O_RDONLY);
  }
  return fd;
}

function read_line(policy: Policy, line: cstr, limit: u32): i32 {
  const word = local<Arr<u8, 32>>();
  const rest = take_word(line, word);
  const is = cast<cstr>(word);
  if (is[0] === 0 || is[0] === char('#')) return 0;
  if (strcmp(is, 'window') === 0) return parse_number(rest, ptr(policy.window)) ? 0 : -EINVAL;
  if (strcmp(is, 'restart') === 0) return add_step(policy, STEP_RESTART, rest, limit);
  if (strcmp(is, 'replace') === 0) return add_step(policy, STEP_REPLACE, rest, 1);
  if (strcmp(is, 'give-up') === 0) return rest[0] === 0 ? add_step(policy, STEP_GIVE_UP, '', EVER) : -EINVAL;
  if (strcmp(is, 'stop') === 0) return keep(policy.stop, rest, COMMAND_SIZE);
  if (strcmp(is, 'start') === 0) return keep(policy.start, rest, COMMAND_SIZE);
  if (strcmp(is, 'limit') === 0) return add_limit(policy, rest);
  if (strcmp(is, 'notify') !== 0) return -EINVAL;
  policy.notifies = true;
  return rest[0] === 0 ? 0 : keep(policy.notify, rest, COMMAND_SIZE);
}

function add_step(policy: Policy, action: u32, text: cstr, usual: u32): i32 {
  if (policy.step_count === MAX_STEPS) return -EINVAL;
  const step = policy.steps[policy.step_count++];
  const word = local<Arr<u8, 32>>();
  let rest = take_word(text, word);
  step.action = action;
  if (parse_number(cast<cstr>(word), ptr(step.count))) text = rest;
  else step.count = usual;
  if (action === STEP_REPLACE) {
    rest = take_word(text, step.module);
    if (step.module[0] === 0) return -EINVAL;
    text = rest;
  }
  return strlcpy(step.parameters, text, COMMAND_SIZE) < COMMAND_SIZE ? 0 : -ENAMETOOLONG;
}

function add_limit(policy: Policy, text: cstr): i32 {
  if (policy.limit_count === MAX_LIMITS) return -EINVAL;
  return keep(policy.limits[policy.limit_count++].text, text, LIMIT_SIZE);
}

/** A text that must not be empty. */
function keep(to: Ptr<u8>, text: cstr, size: u32): i32 {
  if (text[0] === 0) return -EINVAL;
  return strlcpy(to, text, size) < size ? 0 : -ENAMETOOLONG;
}

/** Copies the first word, cut to NAME_SIZE - 1 bytes; gives what is behind it and its blanks. */
function take_word(text: cstr, word: Ptr<u8>): cstr {
  let at: u32 = 0, length: u32 = 0;
  for (; text[at] !== 0 && text[at] !== char(' '); at++) if (length < NAME_SIZE - 1) word[length++] = text[at];
  word[length] = 0;
  while (text[at] === char(' ')) at++;
  return cast<cstr>(addr(text) + at);
}

/** Has the kernel hold an extension to what the policy says that it may take. 0 or a negated error. */
export function set_limits(policy: Policy, name: cstr): i32 {
  for (let index: u32 = 0; index < policy.limit_count; index++) {
    const text = cast<cstr>(policy.limits[index].text);
    const error = tell_nooks('limit %s %s', name, text);
    if (error === 0) continue;
    dprintf(STDERR, 'policy of %s: limit %s: %s\n', name, text, strerror(error));
    return error;
  }
  return 0;
}

/** What to do at failure number `n`, from 1 on; null when that is for the file's end: to give up. */
export function step_at(policy: Policy, n: u32): Step | null {
  let left = n;
  for (let index: u32 = 0; index < policy.step_count; index++) {
    const step = policy.steps[index];
    if (left <= step.count) return step;
    left -= step.count;
  }
  return null;
}
