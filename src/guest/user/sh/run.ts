/** Performs a line: lists of pipelines of commands. POSIX.1-2001, Shell Command Language, section 2.9. */
import { EMFILE, ENOENT, ENOTDIR } from '../../kernel/errno.ts';
import { O_CLOEXEC } from '../../kernel/fs/fcntl.ts';
import { snprintf } from '../../lib/format.ts';
import { memcpy } from '../../lib/memory.ts';
import { complain, strerror } from '../lib/error.ts';
import { dprintf, printf, STDERR } from '../lib/stdio.ts';
import { getpid, pipe, spawn_with } from '../lib/unistd.ts';
import { find_builtin } from './builtins.ts';
import { add_words, Command, start_command } from './command.ts';
import { assignment } from './expand.ts';
import { add_background, await_pipeline, interactive, MAX_PIPELINE, set_foreground } from './jobs.ts';
import { AND, BACKGROUND, END, Line, misplaced, OR, PIPE, SEMICOLON, tokenise } from './tokens.ts';
import { assign, last_status, lookup, set_status, variables } from './variables.ts';

const SYNTAX_STATUS = 2;
const NOT_FOUND_STATUS = 127;
const NOT_EXECUTABLE_STATUS = 126;
const FAILED_STATUS = 1;

/** $PATH where it is not set. */
const DEFAULT_PATH: cstr = '/sbin:/bin';
const PATH_SIZE = 256;
const LIST_SIZE = 1024;

let line!: Embed<Line>;
let command!: Embed<Command>;

/** Performs a line, which must stay where it is meanwhile, and sets $?. */
export function run_line(text: cstr): void {
  let problem = tokenise(line, text);
  if (problem === null && misplaced(line) >= 0) problem = 'syntax error';
  if (problem !== null) {
    dprintf(STDERR, 'sh: %s\n', problem);
    set_status(SYNTAX_STATUS);
    return;
  }
  for (let at: u32 = 0; line.tokens[at].kind !== END;) {
    const end = list_end(at);
    if (line.tokens[end].kind === BACKGROUND && has_condition(at, end)) run_apart(at, end);
    else run_list(at, end, line.tokens[end].kind === BACKGROUND);
    at = line.tokens[end].kind === END ? end : end + 1;
  }
}

/** Where the list that begins at a token ends: at ; & or the end. */
function list_end(at: u32): u32 {
  for (let index = at; ; index++) {
    const kind = line.tokens[index].kind;
    if (kind === SEMICOLON || kind === BACKGROUND || kind === END) return index;
  }
}

function has_condition(at: u32, end: u32): bool {
  for (let index = at; index < end; index++) {
    if (line.tokens[index].kind === AND || line.tokens[index].kind === OR) return true;
  }
  return false;
}

/** Pipelines with && and ||: each is performed or not by what $? is before it. */
function run_list(at: u32, end: u32, background: bool): void {
  let wanted = true;
  for (let index = at; index < end;) {
    const stop = pipeline_end(index, end);
    if (wanted) run_pipeline(index, stop, background);
    if (stop < end) wanted = (last_status === 0) === (line.tokens[stop].kind === AND);
    index = stop + 1;
  }
}

function pipeline_end(at: u32, end: u32): u32 {
  let index = at;
  while (index < end && line.tokens[index].kind !== AND && line.tokens[index].kind !== OR) index++;
  return index;
}

/** A list in the background that decides as it goes needs somebody to decide: another shell. */
function run_apart(at: u32, end: u32): void {
  const text = local<Arr<u8, 1024>>();
  const begin = line.tokens[at].begin;
  const size = line.tokens[end - 1].end - begin;
  if (size >= LIST_SIZE) {
    dprintf(STDERR, 'sh: line too long\n');
    set_status(SYNTAX_STATUS);
    return;
  }
  memcpy(text, cast(addr(line.text) + begin), size);
  text[size] = 0;
  start_command(command);
  command.argv[0] = 'sh';
  command.argv[1] = '-c';
  command.argv[2] = cast<cstr>(text);
  command.argv[3] = null;
  command.argc = 3;
  const pid = start_program(command, 0);
  if (pid > 0) tell_background(pid);
  set_status(pid > 0 ? 0 : NOT_FOUND_STATUS);
}

/** Commands joined by |, all in one process group. */
function run_pipeline(at: u32, end: u32, background: bool): void {
  const pids = local<Arr<i32, 16>>();
  let count: u32 = 0, input: i32 = -1, failure: i32 = 0;
  let group: i32 = 0;
  for (let index = at; index < end; index++) {
    let stop = index;
    while (stop < end && line.tokens[stop].kind !== PIPE) stop++;
    const joined = local<Arr<i32, 2>>();
    joined[0] = -1;
    start_command(command);
    if (input >= 0) command.redirect(0, input);
    if (stop < end) {
      const error = count === MAX_PIPELINE - 1 ? -EMFILE : pipe(joined, O_CLOEXEC);
      if (error < 0) {
        complain('sh', 'pipe', error);
        joined[0] = -1;
        stop = end;
      } else command.redirect(1, joined[1]);
    }
    input = joined[0];
    failure = FAILED_STATUS;
    if (add_words(command, line, index, stop)) {
      if (index === at && stop === end && run_here(command)) return;
      const pid = start_program(command, group);
      failure = pid > 0 ? 0 : -pid;
      if (pid > 0) pids[count++] = pid;
      if (group === 0 && pid > 0) group = pid;
    }
    command.close_all();
    index = stop;
  }
  finish_pipeline(pids, count, group, background, failure);
}

/** `failure` is $? if the last command could not be started, else 0. */
function finish_pipeline(pids: Ptr<i32>, count: u32, group: i32, background: bool, failure: i32): void {
  if (background) {
    for (let index: u32 = 0; index < count; index++) add_background(pids[index]);
    if (count !== 0 && interactive) printf('[%d]\n', pids[count - 1]);
    set_status(failure);
    return;
  }
  if (interactive && group !== 0) set_foreground(group);
  const status = await_pipeline(pids, count);
  if (interactive && group !== 0) set_foreground(getpid());
  set_status(failure !== 0 ? failure : status);
}

function tell_background(pid: i32): void {
  add_background(pid);
  if (interactive) printf('[%d]\n', pid);
}

/** Assignments, builtins, and nothing but redirections are done in the shell: true if it was one, $? being set. */
function run_here(command: Command): bool {
  if (command.argc === 0) {
    command.close_all();
    set_status(0);
    return true;
  }
  const name = cast<cstr>(command.argv[0]);
  const builtin = find_builtin(name);
  if (builtin !== null) {
    set_status(builtin.run(command));
    command.close_all();
    return true;
  }
  if (assignment(name) === 0) return false;
  let status: i32 = 0;
  for (let index: u32 = 0; index < command.argc; index++) {
    const text = cast<cstr>(command.argv[index]);
    const length = assignment(text);
    if (length === 0 || !assign(text, length)) {
      dprintf(STDERR, 'sh: %s: cannot be set\n', text);
      status = FAILED_STATUS;
    }
  }
  command.close_all();
  set_status(status);
  return true;
}

/** Starts the command's program in a process group, 0 for a new one: its pid, or -$? if it cannot, which it tells. */
function start_program(command: Command, group: i32): i32 {
  if (command.argc === 0) return -FAILED_STATUS;
  const name = cast<cstr>(command.argv[0]);
  const pgrp = interactive ? group : -1;
  const result = has_slash(name) ? start_file(name, command, pgrp) : start_in_path(name, command, pgrp);
  if (result > 0) return result;
  if (result === -ENOENT) {
    dprintf(STDERR, has_slash(name) ? 'sh: %s: No such file or directory\n' : 'sh: %s: not found\n', name);
    return -NOT_FOUND_STATUS;
  }
  dprintf(STDERR, 'sh: %s: %s\n', name, strerror(result));
  return -NOT_EXECUTABLE_STATUS;
}

function has_slash(name: cstr): bool {
  for (let index: u32 = 0; name[index] !== 0; index++) if (name[index] === char('/')) return true;
  return false;
}

function start_file(path: cstr, command: Command, pgrp: i32): i32 {
  return spawn_with(path, command.argv, variables, command.fds, 3, pgrp);
}

/** Tries the folders of $PATH one after another. */
function start_in_path(name: cstr, command: Command, pgrp: i32): i32 {
  const path = local<Arr<u8, 256>>();
  const given = lookup('PATH', 4);
  const folders = given === null ? DEFAULT_PATH : given;
  let result: i32 = -ENOENT;
  for (let at: u32 = 0; folders[at] !== 0;) {
    let end = at;
    while (folders[end] !== 0 && folders[end] !== char(':')) end++;
    if (snprintf(path, PATH_SIZE, '%.*s/%s', end - at, addr(folders) + at, name) < PATH_SIZE) {
      const pid = start_file(cast<cstr>(path), command, pgrp);
      if (pid > 0) return pid;
      if (pid !== -ENOENT && pid !== -ENOTDIR) result = pid;
    }
    at = folders[end] === 0 ? end : end + 1;
  }
  return result;
}
