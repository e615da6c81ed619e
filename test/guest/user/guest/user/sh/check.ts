/** What the shell makes of a line, as text, for the test. */
import { expand, WordBuffer } from './expand.ts';
import { END, Line, misplaced, tokenise, WORD } from './tokens.ts';

let line!: Embed<Line>;
let words!: Embed<WordBuffer>;
let bytes!: Arr<u8, 4096>;
let answer!: Arr<u8, 4096>;
let used: u32 = 0;

function say(text: cstr): void {
  for (let index: u32 = 0; text[index] !== 0; index++) answer[used++] = text[index];
  answer[used] = 0;
}

function is(name: cstr, length: u32, wanted: cstr): bool {
  for (let index: u32 = 0; index < length; index++) if (name[index] !== wanted[index]) return false;
  return wanted[length] === 0;
}

function lookup(name: cstr, length: u32): cstr | null {
  if (is(name, length, 'A')) return 'one two';
  if (is(name, length, 'EMPTY')) return '';
  if (is(name, length, '?')) return '7';
  if (is(name, length, '1')) return 'first';
  return null;
}

/** The words in [], operators by number, or what is wrong. */
export function pieces(text: cstr): cstr {
  used = 0;
  answer[0] = 0;
  words.start(bytes, 4096);
  const problem = tokenise(line, text);
  if (problem !== null) return problem;
  if (misplaced(line) >= 0) return 'syntax error';
  for (let index: u32 = 0; line.tokens[index].kind !== END; index++) {
    const token = line.tokens[index];
    if (index !== 0) say(' ');
    if (token.kind === WORD) {
      const word = expand(text, token, lookup, words);
      if (word === null) say('nothing');
      else {
        say('[');
        say(word);
        say(']');
      }
    } else {
      answer[used++] = char('0') + token.kind / 10;
      answer[used++] = char('0') + token.kind % 10;
      answer[used] = 0;
    }
  }
  return cast<cstr>(answer);
}
