/** A word's meaning, quotes taken away and variables put in: POSIX.1-2001, Shell Command Language, 2.2 and 2.6. */
import { Token } from './tokens.ts';

/** Where values come from. Names are not ended by a zero; null for a variable that is not set. */
export type Lookup = (name: cstr, length: u32) => cstr | null;

/** Words being written one after another, each ended by a zero. */
export class WordBuffer {
  bytes: Ptr<u8>;
  size: u32;
  used: u32;

  start(bytes: Ptr<u8>, size: u32): void {
    this.bytes = bytes;
    this.size = size;
    this.used = 0;
  }

  put(byte: u32): void {
    if (this.used < this.size) this.bytes[this.used] = byte;
    this.used++;
  }

  full(): bool {
    return this.used > this.size;
  }
}

/**
 * Writes the word that `token` of `text` means behind those in `buffer`, with its zero: its address, or null if it is
 * nothing: not quoted, and all its variables are empty. There is no splitting of values into words, and no `*`.
 */
export function expand(text: cstr, token: Token, lookup: Lookup, buffer: WordBuffer): cstr | null {
  const begin = buffer.used;
  let quote: u32 = 0, quoted = false;
  for (let at = token.begin; at < token.end; at++) {
    const byte = text[at];
    if (quote === 0 ? byte === char('\'') || byte === char('"') : byte === quote) {
      quote = quote === 0 ? byte : 0;
      quoted = true;
    } else if (byte === char('\\') && is_escape(quote, text[at + 1])) {
      at++;
      buffer.put(text[at]);
      quoted = true;
    } else if (byte === char('$') && quote !== char('\'')) at = variable(text, at, token.end, lookup, buffer);
    else buffer.put(byte);
  }
  if (buffer.used === begin && !quoted) return null;
  buffer.put(0);
  return cast<cstr>(addr(buffer.bytes) + begin);
}

/** Whether a backslash before `byte` quotes it: within "" only if `byte` means something there, within '' never. */
function is_escape(quote: u32, byte: u32): bool {
  if (quote === 0) return true;
  return quote === char('"') && (byte === char('"') || byte === char('\\') || byte === char('$'));
}

/** Puts in the variable whose `$` is at `at`; gives where its last byte is. A `$` before no name is itself. */
function variable(text: cstr, at: u32, end: u32, lookup: Lookup, buffer: WordBuffer): u32 {
  let begin = at + 1;
  const braces = begin < end && text[begin] === char('{');
  if (braces) begin++;
  const size = name_size(text, begin, end);
  const closed = !braces || (begin + size < end && text[begin + size] === char('}'));
  if (size === 0 || !closed) {
    buffer.put(char('$'));
    return at;
  }
  const value = lookup(cast<cstr>(addr(text) + begin), size);
  if (value !== null) for (let index: u32 = 0; value[index] !== 0; index++) buffer.put(value[index]);
  return begin + size - (braces ? 0 : 1);
}

/** One of ? $ ! # and a digit, or letters, digits and _, the first no digit. */
function name_size(text: cstr, begin: u32, end: u32): u32 {
  if (begin >= end) return 0;
  const first = text[begin];
  if (is_digit(first) || first === char('?') || first === char('$') || first === char('!') || first === char('#')) {
    return 1;
  }
  let at = begin;
  while (at < end && is_name_byte(text[at])) at++;
  return at - begin;
}

function is_digit(byte: u32): bool {
  return byte >= char('0') && byte <= char('9');
}

export function is_name_byte(byte: u32): bool {
  const letter = byte | 0x20;
  return byte === char('_') || is_digit(byte) || (letter >= char('a') && letter <= char('z'));
}

/** If the word is `NAME=value`, the length of the name; else 0. */
export function assignment(word: cstr): u32 {
  if (is_digit(word[0])) return 0;
  let length: u32 = 0;
  while (is_name_byte(word[length])) length++;
  return word[length] === char('=') ? length : 0;
}
