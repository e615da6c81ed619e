/** What several programs are: a file of /proc on the screen. */
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { complain } from './error.ts';
import { STDOUT, write_all } from './stdio.ts';
import { open, read } from './unistd.ts';

/** Writes the file to the output; gives the program's exit status. */
export function show_file(program: cstr, path: cstr): i32 {
  const buffer = local<Arr<u8, 1024>>();
  const fd = open(path, O_RDONLY);
  if (fd < 0) return complain(program, path, fd);
  for (;;) {
    const got = read(fd, buffer, 1024);
    if (got === 0) return 0;
    if (got < 0) return complain(program, path, got);
    const error = write_all(STDOUT, buffer, got as u32);
    if (error !== 0) return complain(program, 'standard output', error);
  }
}
