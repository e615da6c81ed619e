/** Scripts, whose first line is `#!interpreter argument`: Linux 2.4, fs/binfmt_script.c. */
import { add_string, LinuxBinprm } from './binprm.ts';

/** Bytes of the line that count: Linux 2.4's BINPRM_BUF_SIZE. */
export const SCRIPT_LINE = 128;

/**
 * Adds the arguments with which the interpreter is called: itself, its argument if the line has one, the script. `line`
 * holds `length` bytes of the file, which begin with `#!`. Gives the interpreter's path, within `line`, or null for a
 * line that is too long or empty.
 */
export function script_interpreter(bprm: LinuxBinprm, line: Ptr<u8>, length: u32, script: cstr): cstr | null {
  let end: u32 = 2;
  while (end < length && line[end] !== char('\n')) end++;
  if (end === SCRIPT_LINE) return null;
  while (is_blank(line[end - 1])) end--;
  line[end] = 0;
  const begin = skip_blanks(line, 2);
  if (line[begin] === 0) return null;
  let at = begin;
  while (line[at] !== 0 && !is_blank(line[at])) at++;
  const more = skip_blanks(line, at);
  line[at] = 0;
  const interpreter = cast<cstr>(addr(line) + begin);
  if (add_argument(bprm, interpreter) !== 0) return null;
  if (more !== at && add_argument(bprm, cast<cstr>(addr(line) + more)) !== 0) return null;
  return add_argument(bprm, script) === 0 ? interpreter : null;
}

function add_argument(bprm: LinuxBinprm, text: cstr): i32 {
  const error = add_string(bprm, text);
  if (error === 0) bprm.argc++;
  return error;
}

function skip_blanks(line: Ptr<u8>, from: u32): u32 {
  let at = from;
  while (is_blank(line[at])) at++;
  return at;
}

function is_blank(byte: u32): bool {
  return byte === char(' ') || byte === char('\t');
}
