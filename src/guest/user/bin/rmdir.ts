/** rmdir directory...: removes empty directories. */
import { complain, usage } from '../lib/error.ts';
import { rmdir } from '../lib/unistd.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return usage('rmdir directory...');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const error = rmdir(argv[index]);
    if (error !== 0) status = complain('rmdir', argv[index], error);
  }
  return status;
}
