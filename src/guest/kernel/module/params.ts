/**
 * Parameters of a module, `name=value` separated by blanks: Linux 2.4, MODULE_PARM of include/linux/module.h. A
 * parameter is an exported variable of the module, a word that takes a number, decimal or after 0x.
 */
import { printk } from '../debug/printk.ts';
import { EINVAL } from '../errno.ts';
import { Module, ModuleSymbol } from './module.ts';
import { module_symbol } from './ksymtab.ts';

const LONGEST_NAME = 32;

/** Sets the variables; 0, or -EINVAL with a message if there is no such parameter or its value is no number. */
export function set_parameters(module: Module, text: cstr): i32 {
  let at: u32 = 0;
  const name = local<Arr<u8, 32>>();
  for (;;) {
    while (text[at] === char(' ')) at++;
    if (text[at] === 0) return 0;
    let length: u32 = 0;
    while (text[at] !== 0 && text[at] !== char('=') && text[at] !== char(' ') && length < LONGEST_NAME - 1) {
      name[length++] = text[at++];
    }
    name[length] = 0;
    const variable = parameter(module, cast<cstr>(name));
    if (variable === null || text[at] !== char('=')) return refuse(module, cast<cstr>(name));
    at++;
    const digits = at;
    const value = number_at(text, at);
    while (text[at] !== 0 && text[at] !== char(' ')) at++;
    if (!is_number(text, digits, at)) return refuse(module, cast<cstr>(name));
    cast<Ptr<u32>>(variable.value)[0] = value;
  }
}

function refuse(module: Module, name: cstr): i32 {
  printk('<3>%s: bad parameter %s\n', module.name, name);
  return -EINVAL;
}

function parameter(module: Module, name: cstr): ModuleSymbol | null {
  const symbol = module_symbol(module, name, true);
  return symbol !== null && !symbol.text && symbol.size === 4 ? symbol : null;
}

/** The base of the number that begins at `at`, and where its digits do: two more for 0x. */
function is_hexadecimal(text: cstr, at: u32): bool {
  return text[at] === char('0') && (text[at + 1] === char('x') || text[at + 1] === char('X'));
}

/** What a digit counts; 16 or more for what is none. */
function digit(character: u32): u32 {
  if (character >= char('0') && character <= char('9')) return character - char('0');
  const letter = character | 0x20;
  return letter >= char('a') && letter <= char('f') ? letter - char('a') + 10 : 16;
}

function number_at(text: cstr, start: u32): u32 {
  const base: u32 = is_hexadecimal(text, start) ? 16 : 10;
  let value: u32 = 0;
  for (let at = base === 16 ? start + 2 : start; digit(text[at]) < base; at++) value = value * base + digit(text[at]);
  return value;
}

/** Whether all from `start` to `end` are digits, one at least. */
function is_number(text: cstr, start: u32, end: u32): bool {
  const base: u32 = is_hexadecimal(text, start) ? 16 : 10;
  let at = base === 16 ? start + 2 : start;
  if (at >= end) return false;
  while (at < end && digit(text[at]) < base) at++;
  return at === end;
}
