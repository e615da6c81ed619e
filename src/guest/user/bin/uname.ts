/** uname [-a]: what the system is called; with -a also its version and machine. */
import { strcmp } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';
import { NewUtsname } from '../../kernel/uapi/system.ts';
import { uname } from '../lib/system.ts';

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const all = argc === 2 && strcmp(argv[1], '-a') === 0;
  if (argc > 1 && !all) return usage('uname [-a]');
  const name = local<NewUtsname>();
  const error = uname(name);
  if (error !== 0) return complain('uname', 'uname', error);
  if (!all) printf('%s\n', name.sysname);
  else printf('%s %s %s %s %s\n', name.sysname, name.nodename, name.release, name.version, name.machine);
  return 0;
}
