/**
 * sh: the shell. With no arguments it performs what it reads, with a prompt if that is a terminal; `sh -c text`
 * performs the text, `sh script argument...` a file. Its language is POSIX's without compound commands, functions, `*`
 * and expansions other than of variables: tokens.ts, expand.ts, run.ts.
 */
import { O_CLOEXEC, O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { strcmp } from '../../lib/string.ts';
import { complain } from '../lib/error.ts';
import { SIG_IGN, SIGINT } from '../lib/signals.ts';
import { LineReader, puts, STDIN, STDOUT } from '../lib/stdio.ts';
import { getpid, open, setpgid, signal } from '../lib/unistd.ts';
import { isatty, report_background, set_foreground, set_interactive } from '../sh/jobs.ts';
import { run_line } from '../sh/run.ts';
import { last_status, variables_init } from '../sh/variables.ts';

const LINE_SIZE = 1024;
let text!: Arr<u8, 1024>;
let reader!: Embed<LineReader>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc > 2 && strcmp(argv[1], '-c') === 0) {
    variables_init(argc - 2, cast<Ptr<cstr>>(addr(argv) + 8));
    run_line(argv[2]);
    return last_status;
  }
  if (argc > 1) return run_script(argc - 1, cast<Ptr<cstr>>(addr(argv) + 4));
  variables_init(argc, argv);
  reader.start(STDIN);
  if (isatty(STDIN)) return converse();
  return run_all();
}

/** At a terminal. */
function converse(): i32 {
  signal(SIGINT, SIG_IGN);
  setpgid(0, 0);
  set_foreground(getpid());
  set_interactive(true);
  for (;;) {
    report_background();
    puts(STDOUT, '# ');
    if (reader.next(text, LINE_SIZE) < 0) break;
    run_line(cast<cstr>(text));
  }
  puts(STDOUT, '\n');
  return last_status;
}

function run_script(argc: u32, argv: Ptr<cstr>): i32 {
  const fd = open(argv[0], O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    complain('sh', argv[0], fd);
    return 127;
  }
  variables_init(argc, argv);
  reader.start(fd);
  return run_all();
}

function run_all(): i32 {
  while (reader.next(text, LINE_SIZE) >= 0) run_line(cast<cstr>(text));
  return last_status;
}
