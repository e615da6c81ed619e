/** The shell's language on the host: POSIX.1-2001, Shell Command Language, as far as tokens.ts and expand.ts say. */
import { expect, test } from 'vitest';
import { loadWithStandIns } from '../../support/stand-ins.ts';

const { functions, memory } = loadWithStandIns('test/guest/user/guest', ['user/sh/check.ts']);
const pieces = (line: string) => memory.textAt(Number(functions.pieces!(line)));

// Token.kind
const pipe = '02', and = '03', or = '04', semicolon = '05', background = '06';
const less = '07', great = '08', append = '09', errors = '10';

// a line, what it is
const lines: readonly [string, string][] = [
  ['', ''],
  ['   # only a comment', ''],
  ['echo hello', '[echo] [hello]'],
  ['  a\tb  ', '[a] [b]'],
  ['a|b', `[a] ${pipe} [b]`],
  ['a||b&&c', `[a] ${or} [b] ${and} [c]`],
  ['a;b&c&', `[a] ${semicolon} [b] ${background} [c] ${background}`],
  ['a<b>c>>d 2>e', `[a] ${less} [b] ${great} [c] ${append} [d] ${errors} [e]`],
  ['> f', `${great} [f]`],
  ['a2>b', `[a2] ${great} [b]`],
  ['echo 2', '[echo] [2]'],
  ['a#b # c', '[a#b]'],
  ["'a  b' \"c  d\"", '[a  b] [c  d]'],
  ["a'b'\"c\"d", '[abcd]'],
  ["'' \"\"", '[] []'],
  ["'$A' '\\' '\"'", '[$A] [\\] ["]'],
  ['"$A" $A', '[one two] [one two]'],
  ['x${A}y $?$1', '[xone twoy] [7first]'],
  ['$NONE $EMPTY "$NONE" a$NONE', 'nothing nothing [] [a]'],
  ['$ a$ ${ ${A $-', '[$] [a$] [${] [${A] [$-]'],
  ['\\$A \\\\ a\\ b \\" \\|', '[$A] [\\] [a b] ["] [|]'],
  ['"\\$A \\\\ \\" \\n"', '[$A \\ " \\n]'],
  ["'a|b;c' \"&&\"", '[a|b;c] [&&]'],
  ["echo 'open", 'unterminated quote'],
  ['echo "open', 'unterminated quote'],
  ['echo \\', 'unterminated quote'],
  ['| a', 'syntax error'],
  ['a |', 'syntax error'],
  ['a && || b', 'syntax error'],
  ['a ;; b', 'syntax error'],
  ['a >', 'syntax error'],
  ['a > | b', 'syntax error'],
  ['& a', 'syntax error'],
  [Array.from({ length: 127 }, () => 'a').join(' '), Array.from({ length: 127 }, () => '[a]').join(' ')],
  [Array.from({ length: 128 }, () => 'a').join(' '), 'line too long'],
];
test.each(lines)('%j', (line, expected) => {
  expect(pieces(line)).toBe(expected);
});
