/** uptime: how long the system has been up, and how many tasks it has. */
import { complain } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';
import { SysInfo } from '../../kernel/uapi/system.ts';
import { sysinfo } from '../lib/system.ts';

export function main(): i32 {
  const info = local<SysInfo>();
  const error = sysinfo(info);
  if (error !== 0) return complain('uptime', 'sysinfo', error);
  const minutes = info.uptime / 60;
  printf('up %u:%02u:%02u, %u tasks\n', minutes / 60, minutes % 60, info.uptime % 60, info.procs);
  return 0;
}
