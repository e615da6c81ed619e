/** Commands that the shell performs itself. */
import { strcmp } from '../../lib/string.ts';
import { complain } from '../lib/error.ts';
import { parse_number } from '../lib/number.ts';
import { dprintf } from '../lib/stdio.ts';
import { chdir, exit, getcwd } from '../lib/unistd.ts';
import { Command } from './command.ts';
import { wait_for } from './jobs.ts';
import { last_status, lookup } from './variables.ts';

class Builtin {
  name: cstr;
  help: cstr;
  /** Gives $?. */
  run: (command: Command) => i32;
}

const BUILTINS = 5;
const builtins: Arr<Embed<Builtin>, 5> = [
  { name: 'cd', help: 'cd [directory]     go to a directory, $HOME if none is named', run: change_directory },
  { name: 'exit', help: 'exit [status]      leave the shell', run: leave },
  { name: 'help', help: 'help               this list', run: list },
  { name: 'pwd', help: 'pwd                the directory in which the shell is', run: print_directory },
  { name: 'wait', help: 'wait [pid]         until background programs have ended', run: wait_builtin },
];

const PATH_SIZE = 1024;

/** The builtin of this name, or null. */
export function find_builtin(name: cstr): Builtin | null {
  for (let index: u32 = 0; index < BUILTINS; index++) {
    if (strcmp(builtins[index].name, name) === 0) return builtins[index];
  }
  return null;
}

function argument(command: Command): cstr | null {
  return command.argc > 1 ? command.argv[1] : null;
}

function change_directory(command: Command): i32 {
  const named = argument(command), home = lookup('HOME', 4);
  const path = named !== null ? named : home !== null ? home : '/';
  const error = chdir(path);
  return error === 0 ? 0 : complain('cd', path, error);
}

function leave(command: Command): i32 {
  const value = local<Arr<u32, 1>>();
  const text = argument(command);
  if (text === null) exit(last_status);
  if (!parse_number(text, value)) {
    dprintf(command.fds[2], 'exit: %s is no number\n', text);
    return 2;
  }
  exit(value[0] as i32);
}

function list(command: Command): i32 {
  for (let index: u32 = 0; index < BUILTINS; index++) dprintf(command.fds[1], '%s\n', builtins[index].help);
  dprintf(command.fds[1], 'NAME=value         set a variable\n');
  dprintf(command.fds[1],
    'All else is a program in $PATH. There are | < > >> 2> & ; && || "" \'\' \\ # $NAME $?\n');
  return 0;
}

function print_directory(command: Command): i32 {
  const path = local<Arr<u8, 1024>>();
  const length = getcwd(path, PATH_SIZE);
  if (length < 0) return complain('pwd', '.', length);
  dprintf(command.fds[1], '%s\n', path);
  return 0;
}

function wait_builtin(command: Command): i32 {
  const value = local<Arr<u32, 1>>();
  const text = argument(command);
  if (text === null) return wait_for(0);
  if (parse_number(text, value) && value[0] !== 0) return wait_for(value[0] as i32);
  dprintf(command.fds[2], 'wait: %s is no process\n', text);
  return 2;
}
