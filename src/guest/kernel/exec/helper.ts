/** Programs that the kernel itself starts: Linux 2.4, kernel/kmod.c (call_usermodehelper). */
import { ENOMEM } from '../errno.ts';
import { IS_ERR } from '../fs/err.ts';
import { O_RDONLY, O_WRONLY } from '../fs/fcntl.ts';
import { alloc_files, FilesStruct, give_file } from '../fs/file.ts';
import { filp_open } from '../fs/open.ts';
import { mmput } from '../mm/mmap.ts';
import { load_kernel_program, Program } from './exec.ts';
import { start_program } from './spawn.ts';

/**
 * Starts the program at `path` as a child of the current thread, in a process group of its own, that reads nothing and
 * writes to the console: its pid, or a negated error. The thread collects it by wait_task. @sleeps
 */
export function call_usermodehelper(path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>): i32 {
  const program = local<Program>();
  const error = load_kernel_program(path, argv, envp, program);
  if (error !== 0) return error;
  const files = alloc_files();
  if (files !== null) {
    give(files, 0, '/dev/null', O_RDONLY);
    give(files, 1, '/dev/console', O_WRONLY);
    give(files, 2, '/dev/console', O_WRONLY);
  }
  const pid = files === null ? -ENOMEM : start_program(program, path, files, 0);
  if (pid < 0) mmput(program.mm);
  return pid;
}

/** Opens a file for the program, which does without what is not there. */
function give(files: FilesStruct, fd: u32, path: cstr, flags: u32): void {
  const file = filp_open(path, flags, 0);
  if (!IS_ERR(file)) give_file(files, fd, file);
}
