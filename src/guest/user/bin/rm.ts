/** rm file...: removes files. */
import { complain, usage } from '../lib/error.ts';
import { unlink } from '../lib/unistd.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return usage('rm file...');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const error = unlink(argv[index]);
    if (error !== 0) status = complain('rm', argv[index], error);
  }
  return status;
}
