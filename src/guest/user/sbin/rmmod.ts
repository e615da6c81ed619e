/** rmmod module...: takes modules out of the kernel. */
import { NR_delete_module } from '../../kernel/syscall/numbers.ts';
import { complain, usage } from '../lib/error.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc < 2) return usage('rmmod module...');
  let status: i32 = 0;
  for (let index: u32 = 1; index < argc; index++) {
    const error = ecall(NR_delete_module, addr(argv[index]), 0) as i32;
    if (error !== 0) status = complain('rmmod', argv[index], error);
  }
  return status;
}
