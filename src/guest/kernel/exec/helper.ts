/** Programs that the kernel itself starts: Linux 2.4, kernel/kmod.c (call_usermodehelper). */
import { ENOMEM } from '../errno.ts';
import { alloc_files } from '../fs/file.ts';
import { mmput } from '../mm/mmap.ts';
import { load_kernel_program, Program } from './exec.ts';
import { start_program } from './spawn.ts';

/**
 * Starts the program at `path` as a child of the current thread, in a process group of its own and without open files:
 * its pid, or a negated error. The thread collects it by wait_task. @sleeps
 */
export function call_usermodehelper(path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>): i32 {
  const program = local<Program>();
  const error = load_kernel_program(path, argv, envp, program);
  if (error !== 0) return error;
  const files = alloc_files();
  const pid = files === null ? -ENOMEM : start_program(program, path, files, 0);
  if (pid < 0) mmput(program.mm);
  return pid;
}
