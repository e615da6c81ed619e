/** cat [file...]: writes files, or its input, to its output. */
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { complain } from '../lib/error.ts';
import { STDIN, STDOUT, write_all } from '../lib/stdio.ts';
import { close, open, read } from '../lib/unistd.ts';

const SIZE = 4096;
let buffer!: Arr<u8, 4096>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return copy(STDIN, 'standard input');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const fd = open(argv[index], O_RDONLY);
    if (fd < 0) {
      status = complain('cat', argv[index], fd);
      continue;
    }
    status |= copy(fd, argv[index]);
    close(fd);
  }
  return status;
}

function copy(fd: i32, name: cstr): i32 {
  for (;;) {
    const got = read(fd, buffer, SIZE);
    if (got === 0) return 0;
    if (got < 0) return complain('cat', name, got);
    const error = write_all(STDOUT, buffer, got as u32);
    if (error !== 0) return complain('cat', 'standard output', error);
  }
}
