/** dmesg [-n level]: the kernel's last messages; or from which level on they are not shown on the console. */
import { strcmp } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { parse_number } from '../lib/number.ts';
import { STDOUT, write_all } from '../lib/stdio.ts';
import { syslog, SYSLOG_CONSOLE_LEVEL, SYSLOG_READ_ALL } from '../lib/system.ts';

const SIZE = 16384;
let text!: Arr<u8, 16384>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc === 1) return show();
  const level = local<Arr<u32, 1>>();
  if (argc !== 3 || strcmp(argv[1], '-n') !== 0 || !parse_number(argv[2], level)) return usage('dmesg [-n level]');
  const error = syslog(SYSLOG_CONSOLE_LEVEL, null, level[0]);
  return error === 0 ? 0 : complain('dmesg', argv[2], error);
}

function show(): i32 {
  const got = syslog(SYSLOG_READ_ALL, text, SIZE);
  if (got < 0) return complain('dmesg', 'syslog', got);
  const error = write_all(STDOUT, text, got as u32);
  return error === 0 ? 0 : complain('dmesg', 'standard output', error);
}
