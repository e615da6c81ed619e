/** The shell's variables, all of which are also its programs' environment; and $?, $$, $!, $#, $0 to $9. */
import { snprintf } from '../../lib/format.ts';
import { memcpy } from '../../lib/memory.ts';
import { strlen, strncmp } from '../../lib/string.ts';
import { environ } from '../lib/environ.ts';
import { free, malloc } from '../lib/malloc.ts';
import { getpid } from '../lib/unistd.ts';

export const MAX_VARIABLES = 64;

/** Texts `NAME=value`, null at the end; `owned` says which came from malloc. */
export let variables!: Arr<cstr | null, 65>;
let owned!: Arr<bool, 64>;
let count: u32 = 0;

/** The script's name and arguments, or the shell's. */
let parameters: Ptr<cstr>;
let parameter_count: u32 = 0;
/** What the last command ended with: $?. */
export let last_status: i32 = 0;
/** The pid of the last program that was started in the background: $!. */
let last_background: i32 = 0;
let number!: Arr<u8, 16>;

const NUMBER_SIZE = 16;

/** Begins with the environment. `argv[0]` is $0, the others $1 and so on. */
export function variables_init(argc: u32, argv: Ptr<cstr>): void {
  parameters = argv;
  parameter_count = argc;
  for (let index: u32 = 0; index < MAX_VARIABLES; index++) {
    const text = environ[index];
    if (text === null) break;
    variables[count++] = text;
  }
}

export function set_status(status: i32): void {
  last_status = status;
}

export function set_background(pid: i32): void {
  last_background = pid;
}

/** A Lookup. */
export function lookup(name: cstr, length: u32): cstr | null {
  const first = name[0];
  if (first === char('?')) return decimal(last_status);
  if (first === char('$')) return decimal(getpid());
  if (first === char('!')) return last_background === 0 ? null : decimal(last_background);
  if (first === char('#')) return decimal(parameter_count === 0 ? 0 : parameter_count as i32 - 1);
  if (first >= char('0') && first <= char('9')) {
    const index = first - char('0');
    return index < parameter_count ? parameters[index] : null;
  }
  const index = find(name, length);
  return index === NONE ? null : cast<cstr>(addr(variables[index]) + length + 1);
}

/** Sets a variable by the text `NAME=value`, whose name has `length` bytes; false if there are too many. */
export function assign(text: cstr, length: u32): bool {
  let index = find(text, length);
  if (index === NONE) {
    if (count === MAX_VARIABLES) return false;
    index = count;
  }
  const size = strlen(text) + 1;
  const copy = malloc(size);
  if (copy === 0) return false;
  memcpy(cast(copy), text, size);
  if (owned[index]) free(addr(variables[index]));
  variables[index] = cast<cstr>(copy);
  owned[index] = true;
  if (index === count) count++;
  return true;
}

const NONE = 0xffffffff;

function find(name: cstr, length: u32): u32 {
  for (let index: u32 = 0; index < count; index++) {
    const text = cast<cstr>(variables[index]);
    if (strncmp(text, name, length) === 0 && text[length] === char('=')) return index;
  }
  return NONE;
}

function decimal(value: i32): cstr {
  snprintf(number, NUMBER_SIZE, '%d', value);
  return cast<cstr>(number);
}
