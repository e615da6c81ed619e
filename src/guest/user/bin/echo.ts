/** echo [-n] word...: writes its arguments, with a newline unless -n. */
import { strcmp, strlen } from '../../lib/string.ts';
import { complain } from '../lib/error.ts';
import { STDOUT, write_all } from '../lib/stdio.ts';

const SIZE = 1024;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const newline = argc < 2 || strcmp(argv[1], '-n') !== 0;
  const first: u32 = newline ? 1 : 2;
  const line = local<Arr<u8, 1024>>();
  let length: u32 = 0;
  for (let index = first; index < argc; index++) {
    const word = argv[index], size = strlen(word);
    for (let at: u32 = 0; at < size; at++) {
      if (length === SIZE - 2) length = flush(line, length);
      line[length++] = word[at];
    }
    if (index + 1 < argc) line[length++] = char(' ');
  }
  if (newline) line[length++] = char('\n');
  const error = write_all(STDOUT, line, length);
  return error === 0 ? 0 : complain('echo', 'standard output', error);
}

/** Writes what there is of a long line; an error will come again at its end. */
function flush(line: Ptr<u8>, length: u32): u32 {
  write_all(STDOUT, line, length);
  return 0;
}
