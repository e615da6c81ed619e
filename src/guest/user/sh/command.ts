/** One command: its words, and where its input and output go. */
import { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../kernel/fs/fcntl.ts';
import { complain } from '../lib/error.ts';
import { dprintf, STDERR } from '../lib/stdio.ts';
import { close, open } from '../lib/unistd.ts';
import { expand, WordBuffer } from './expand.ts';
import { ERROR_GREAT, GREAT, GREAT_GREAT, LESS, Line, WORD } from './tokens.ts';
import { lookup } from './variables.ts';

export const MAX_WORDS = 64;
export const WORDS_SIZE = 4096;

export class Command {
  argc: u32;
  /** The words, null at the end. */
  argv: Arr<cstr | null, 65>;
  /** What become its descriptors 0, 1 and 2. */
  fds: Arr<i32, 3>;
  /** Which of them were opened for it alone, a bit each. */
  opened: u32;
  words: Embed<WordBuffer>;
  bytes: Arr<u8, 4096>;

  /** Takes another descriptor instead of one, and closes that at the end. */
  redirect(which: u32, fd: i32): void {
    this.close_one(which);
    this.fds[which] = fd;
    this.opened |= 1 << which;
  }

  close_one(which: u32): void {
    if ((this.opened & (1 << which)) !== 0) close(this.fds[which]);
    this.opened &= ~(1 << which);
  }

  close_all(): void {
    for (let which: u32 = 0; which < 3; which++) this.close_one(which);
  }
}

/**
 * Begins a command with the shell's own descriptors. Its words, and the files it redirects to, come by add_words from
 * the tokens from `first` to before `end`.
 */
export function start_command(command: Command): void {
  command.argc = 0;
  command.argv[0] = null;
  command.opened = 0;
  for (let fd: u32 = 0; fd < 3; fd++) command.fds[fd] = fd as i32;
  command.words.start(command.bytes, WORDS_SIZE);
}

/** False if something is wrong, which it has told; close_all is due all the same. */
export function add_words(command: Command, line: Line, first: u32, end: u32): bool {
  for (let index = first; index < end; index++) {
    const token = line.tokens[index];
    const kind = token.kind;
    const word = expand(line.text, kind === WORD ? token : line.tokens[++index], lookup, command.words);
    if (command.words.full() || command.argc === MAX_WORDS) {
      dprintf(STDERR, 'sh: too many words\n');
      return false;
    }
    if (kind !== WORD) {
      if (!redirect_to(command, kind, word === null ? '' : word)) return false;
    } else if (word !== null) {
      command.argv[command.argc++] = word;
      command.argv[command.argc] = null;
    }
  }
  return true;
}

function redirect_to(command: Command, kind: u32, path: cstr): bool {
  const fd = open(path, flags_of(kind), 0o666);
  if (fd < 0) {
    complain('sh', path, fd);
    return false;
  }
  command.redirect(kind === LESS ? 0 : kind === ERROR_GREAT ? 2 : 1, fd);
  return true;
}

function flags_of(kind: u32): u32 {
  switch (kind) {
    case GREAT: case ERROR_GREAT: return O_WRONLY | O_CREAT | O_TRUNC;
    case GREAT_GREAT: return O_WRONLY | O_CREAT | O_APPEND;
  }
  return O_RDONLY;
}
