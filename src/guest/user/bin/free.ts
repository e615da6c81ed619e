/** free: memory in KiB. */
import { complain } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';
import { SysInfo } from '../../kernel/uapi/system.ts';
import { sysinfo } from '../lib/system.ts';

export function main(): i32 {
  const info = local<SysInfo>();
  const error = sysinfo(info);
  if (error !== 0) return complain('free', 'sysinfo', error);
  printf('           total       used       free\nMem:  %10u %10u %10u\n', info.totalram / 1024,
    (info.totalram - info.freeram) / 1024, info.freeram / 1024);
  return 0;
}
