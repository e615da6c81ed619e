/** kill [-signal] pid...: sends a signal, TERM if none is given, by number or name; -pid is a process group. */
import { EINVAL } from '../../kernel/errno.ts';
import { complain, usage } from '../lib/error.ts';
import { parse_number } from '../lib/number.ts';
import { signal_number } from '../lib/signals.ts';
import { kill } from '../lib/unistd.ts';

const SIGTERM = 15;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  let signal: u32 = SIGTERM, first: u32 = 1;
  if (argc > 2 && argv[1][0] === char('-')) {
    signal = signal_of(cast<cstr>(addr(argv[1]) + 1));
    first = 2;
  }
  if (argc <= first || signal === 0) return usage('kill [-signal] pid...');
  let status: i32 = 0;
  for (let index = first; index < argc; index++) {
    const error = send(argv[index], signal);
    if (error !== 0) status = complain('kill', argv[index], error);
  }
  return status;
}

/** 0 if there is no such signal. */
function signal_of(text: cstr): u32 {
  const value = local<Arr<u32, 1>>();
  return parse_number(text, value) ? value[0] : signal_number(text);
}

function send(text: cstr, signal: u32): i32 {
  const group = text[0] === char('-');
  const value = local<Arr<u32, 1>>();
  if (!parse_number(group ? cast<cstr>(addr(text) + 1) : text, value)) return -EINVAL;
  const pid = value[0] as i32;
  return kill(group ? -pid : pid, signal);
}
