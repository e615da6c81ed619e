/** mv from to: gives a file or directory another name. */
import { complain, usage } from '../lib/error.ts';
import { rename } from '../lib/unistd.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc !== 3) return usage('mv from to');
  const error = rename(argv[1], argv[2]);
  return error === 0 ? 0 : complain('mv', argv[1], error);
}
