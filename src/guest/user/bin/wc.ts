/** wc [file...]: how many lines, words and bytes there are in files, or in the input. */
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { complain } from '../lib/error.ts';
import { printf, STDIN } from '../lib/stdio.ts';
import { close, open, read } from '../lib/unistd.ts';

const SIZE = 4096;
let buffer!: Arr<u8, 4096>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return count(STDIN, '');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const fd = open(argv[index], O_RDONLY);
    if (fd < 0) {
      status = complain('wc', argv[index], fd);
      continue;
    }
    status |= count(fd, argv[index]);
    close(fd);
  }
  return status;
}

function count(fd: i32, name: cstr): i32 {
  let lines: u32 = 0, words: u32 = 0, bytes: u32 = 0, within = false;
  for (;;) {
    const got = read(fd, buffer, SIZE);
    if (got < 0) return complain('wc', name, got);
    if (got === 0) break;
    bytes += got as u32;
    for (let index: u32 = 0; index < (got as u32); index++) {
      const byte = buffer[index];
      const blank = byte === char(' ') || byte === char('\n') || byte === char('\t');
      if (byte === char('\n')) lines++;
      if (!blank && !within) words++;
      within = !blank;
    }
  }
  printf(name[0] === 0 ? '%7u %7u %7u\n' : '%7u %7u %7u %s\n', lines, words, bytes, name);
  return 0;
}
