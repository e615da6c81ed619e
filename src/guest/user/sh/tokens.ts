/** A line of the shell's language in pieces: POSIX.1-2001, Shell Command Language, section 2.3, in part. */

// Token.kind.
export const END = 0;
export const WORD = 1;
export const PIPE = 2;
export const AND = 3;
export const OR = 4;
export const SEMICOLON = 5;
export const BACKGROUND = 6;
export const LESS = 7;
export const GREAT = 8;
export const GREAT_GREAT = 9;
/** `2>`: the error output. */
export const ERROR_GREAT = 10;

/** A piece of the line, from byte `begin` to before byte `end`; words still with their quotes. */
export class Token {
  kind: u32;
  begin: u32;
  end: u32;
}

/** Pieces of one line, the last one END. */
export const MAX_TOKENS = 128;

export class Line {
  text: cstr;
  count: u32;
  tokens: Arr<Embed<Token>, 128>;

  add(kind: u32, begin: u32, end: u32): bool {
    if (this.count === MAX_TOKENS) return false;
    const token = this.tokens[this.count++];
    token.kind = kind;
    token.begin = begin;
    token.end = end;
    return true;
  }
}

/** Splits `text`, which must stay where it is, into the line's tokens: null, or what is wrong with it. */
export function tokenise(line: Line, text: cstr): cstr | null {
  line.text = text;
  line.count = 0;
  let at: u32 = 0;
  for (;;) {
    while (is_blank(text[at])) at++;
    if (text[at] === 0 || text[at] === char('#')) break;
    const begin = at;
    const kind = operator_at(text, at);
    if (kind !== END) at += operator_size(kind);
    else {
      at = end_of_word(text, at);
      if (at === UNTERMINATED) return 'unterminated quote';
    }
    if (!line.add(kind === END ? WORD : kind, begin, at)) return 'line too long';
  }
  return line.add(END, at, at) ? null : 'line too long';
}

function is_blank(byte: u32): bool {
  return byte === char(' ') || byte === char('\t');
}

function operator_at(text: cstr, at: u32): u32 {
  const first = text[at], second: u32 = first === 0 ? 0 : text[at + 1];
  switch (first) {
    case char('|'): return second === first ? OR : PIPE;
    case char('&'): return second === first ? AND : BACKGROUND;
    case char(';'): return SEMICOLON;
    case char('<'): return LESS;
    case char('>'): return second === first ? GREAT_GREAT : GREAT;
    case char('2'): return second === char('>') ? ERROR_GREAT : END;
  }
  return END;
}

function operator_size(kind: u32): u32 {
  return kind === AND || kind === OR || kind === GREAT_GREAT || kind === ERROR_GREAT ? 2 : 1;
}

const UNTERMINATED = 0xffffffff;

/** Where the word ends that begins at `at`: at a blank or operator that is not quoted. */
function end_of_word(text: cstr, at: u32): u32 {
  let quote: u32 = 0;
  for (; text[at] !== 0; at++) {
    const byte = text[at];
    if (quote !== 0) {
      if (byte === quote) quote = 0;
      else if (byte === char('\\') && quote === char('"') && text[at + 1] !== 0) at++;
    } else if (byte === char('\'') || byte === char('"')) quote = byte;
    else if (byte === char('\\')) {
      if (text[at + 1] === 0) return UNTERMINATED;
      at++;
    } else if (is_blank(byte) || (byte !== char('2') && operator_at(text, at) !== END)) break;
  }
  return quote === 0 ? at : UNTERMINATED;
}

/** Whether the token is one of those with a file name after them. */
export function is_redirection(kind: u32): bool {
  return kind === LESS || kind === GREAT || kind === GREAT_GREAT || kind === ERROR_GREAT;
}

/** The index of the first token that cannot stand where it does, or -1: section 2.10's grammar without compounds. */
export function misplaced(line: Line): i32 {
  let words = false, wanted = false;
  for (let index: u32 = 0; index < line.count; index++) {
    const kind = line.tokens[index].kind;
    if (kind === WORD) words = true;
    else if (is_redirection(kind)) {
      index++;
      if (line.tokens[index].kind !== WORD) return index as i32;
      words = true;
    } else {
      // An operator ends a command, which must be there, but for the end of the line after ; & or nothing.
      if (!words && (wanted || kind !== END)) return index as i32;
      wanted = kind === PIPE || kind === AND || kind === OR;
      words = false;
    }
  }
  return -1;
}
