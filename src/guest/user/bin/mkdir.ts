/** mkdir directory...: makes directories. */
import { complain, usage } from '../lib/error.ts';
import { mkdir } from '../lib/unistd.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return usage('mkdir directory...');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const error = mkdir(argv[index], 0o777);
    if (error !== 0) status = complain('mkdir', argv[index], error);
  }
  return status;
}
