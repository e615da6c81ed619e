/** Becoming another program: Linux 2.4, fs/exec.c (do_execve), fs/binfmt_script.c, init/main.c (execve of init). */
import { memset } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import { ret_from_trap } from '../arch/entry.ts';
import { PtRegs, REG_PC, REG_SP, SR_SPIE } from '../arch/ptrace.ts';
import { task_regs } from '../arch/switch.ts';
import { printk } from '../debug/printk.ts';
import { EACCES, ENAMETOOLONG, ENOEXEC, ENOMEM } from '../errno.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from '../fs/err.ts';
import { O_RDONLY, O_RDWR } from '../fs/fcntl.ts';
import { alloc_files, do_dup, FilesStruct, flush_old_files } from '../fs/file.ts';
import { File, Inode, MAY_EXEC } from '../fs/fs.ts';
import { fput } from '../fs/file_table.ts';
import { copy_fs_struct, init_fs } from '../fs/fs_struct.ts';
import { S_ISREG } from '../fs/mode.ts';
import { getname, permission, putname } from '../fs/namei.ts';
import { do_open, filp_open } from '../fs/open.ts';
import { kernel_read } from '../fs/read_write.ts';
import { boot_arg_text } from '../init/setup.ts';
import { exec_mmap, mm_alloc, mmput, MmStruct } from '../mm/mmap.ts';
import { set_child_reaper } from '../sched/exit.ts';
import { PF_KTHREAD, set_task_comm } from '../sched/task.ts';
import { syscall_init } from '../syscall/syscall.ts';
import { load_elf_binary } from './binfmt_elf.ts';
import { SCRIPT_LINE, script_interpreter } from './binfmt_script.ts';
import {
  add_kernel_strings, add_user_strings, free_binprm, init_binprm, LinuxBinprm, setup_arg_pages,
} from './binprm.ts';

/** A program in memory, ready to run. */
export class Program {
  /** With one user, who hands it to a task or calls mmput. */
  mm: MmStruct;
  entry: usize;
  sp: usize;
}

/** execve(2). @sleeps */
export function sys_execve(filename: usize, argv: usize, envp: usize): i32 {
  const path = getname(filename);
  if (IS_ERR(path)) return PTR_ERR(path);
  const program = local<Program>();
  const error = load_program(path, argv, envp, program);
  if (error === 0) begin_program(program, path);
  putname(path);
  return error;
}

/** Makes the program the current task's: what it had goes, and its next instruction in user mode is the entry. */
function begin_program(program: Program, path: cstr): void {
  const task = current();
  const old = exec_mmap(program.mm);
  if (old !== null) mmput(old);
  flush_old_files(cast<FilesStruct>(current().files));
  set_task_comm(task, base_name(path));
  start_thread(task_regs(task), program);
}

/** The registers with which the program begins. */
export function start_thread(regs: PtRegs, program: Program): void {
  memset(regs, 0, sizeof<PtRegs>());
  regs.regs[REG_PC] = program.entry;
  regs.regs[REG_SP] = program.sp;
  regs.status = SR_SPIE;
}

/** What is behind the last `/`. */
export function base_name(path: cstr): cstr {
  let begin: u32 = 0;
  for (let index: u32 = 0; path[index] !== 0; index++) if (path[index] === char('/')) begin = index + 1;
  return cast<cstr>(addr(path) + begin);
}

/** Loads the program in the file `path` with a user's arguments and environment: 0 or a negated error. @sleeps */
export function load_program(path: cstr, argv: usize, envp: usize, program: Program): i32 {
  return load(path, argv, envp, add_user_strings, program);
}

/** The same with arguments and environment of the kernel's: texts, null at the end. @sleeps */
export function load_kernel_program(
  path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>, program: Program,
): i32 {
  return load(path, addr(argv), addr(envp), add_kernel_strings, program);
}

type AddStrings = (bprm: LinuxBinprm, array: usize, first: u32) => i32;

function load(path: cstr, argv: usize, envp: usize, add: AddStrings, program: Program): i32 {
  const bprm = local<LinuxBinprm>();
  let error = init_binprm(bprm);
  if (error !== 0) return error;
  const file = open_program(path, bprm);
  if (IS_ERR(file)) error = PTR_ERR(file);
  else {
    error = add_arguments(bprm, argv, envp, add);
    if (error === 0) error = load_image(file, bprm, program);
    fput(file);
  }
  free_binprm(bprm);
  return error;
}

/** The rest of the arguments: a script's interpreter has got its own, which stand for the first. */
function add_arguments(bprm: LinuxBinprm, argv: usize, envp: usize, add: AddStrings): i32 {
  const args = add(bprm, argv, bprm.argc === 0 ? 0 : 1);
  if (args < 0) return args;
  bprm.argc += args as u32;
  const variables = add(bprm, envp, 0);
  if (variables < 0) return variables;
  bprm.envc = variables as u32;
  return 0;
}

function load_image(file: File, bprm: LinuxBinprm, program: Program): i32 {
  const mm = mm_alloc();
  if (mm === null) return -ENOMEM;
  const entry = local<Arr<usize, 1>>();
  let error = load_elf_binary(file, mm, entry);
  if (error === 0) {
    program.mm = mm;
    program.entry = entry[0];
    program.sp = setup_arg_pages(bprm, mm);
    if (program.sp === 0) error = -ENOMEM;
  }
  if (error !== 0) mmput(mm);
  return error;
}

/** The file to load, or an ERR_PTR: that of the path, or of a script's interpreter, whose first arguments are added. */
function open_program(path: cstr, bprm: LinuxBinprm): File {
  const file = open_exec(path);
  if (IS_ERR(file)) return file;
  const line = local<Arr<u8, 129>>();
  const got = kernel_read(file, 0n, addr(line), SCRIPT_LINE);
  if (got < 2 || line[0] !== char('#') || line[1] !== char('!')) return file;
  fput(file);
  const interpreter = script_interpreter(bprm, line, got as u32, path);
  return interpreter === null ? ERR_PTR<File>(-ENOEXEC) : open_exec(interpreter);
}

/** A regular file that may be executed, or an ERR_PTR. */
function open_exec(path: cstr): File {
  const file = filp_open(path, O_RDONLY, 0);
  if (IS_ERR(file)) return file;
  const inode = cast<Inode>(file.f_dentry.d_inode);
  if (S_ISREG(inode.i_mode) && permission(inode, MAY_EXEC) === 0) return file;
  fput(file);
  return ERR_PTR<File>(-EACCES);
}

/** The longest path of init= with its NUL. */
const INIT_PATH_MAX = 128;

/**
 * From the kernel's first thread: opens /dev/console as descriptors 0 to 2 and becomes the program that the boot
 * argument `init` names, or `otherwise`. Returns only if it cannot: the negated error. @sleeps
 */
export function run_init_process(otherwise: cstr): i32 {
  const name = local<Arr<u8, 128>>();
  if (boot_arg_text('init', otherwise, name, INIT_PATH_MAX) >= INIT_PATH_MAX) return -ENAMETOOLONG;
  syscall_init();
  const error = become_process();
  return error === 0 ? execute_init(cast<cstr>(name)) : error;
}

/** A kernel thread becomes what a process is: with files, a directory and signals of its own. */
function become_process(): i32 {
  const task = current();
  task.files = alloc_files();
  task.fs = copy_fs_struct(init_fs);
  if (task.files === null || task.fs === null) return -ENOMEM;
  task.flags &= ~PF_KTHREAD;
  task.ignored = 0;
  set_child_reaper(task);
  const console = do_open('/dev/console', O_RDWR, 0);
  if (console !== 0) printk('<4>Warning: unable to open an initial console: error %d\n', console);
  do_dup(0);
  do_dup(0);
  return 0;
}

const init_environment: Arr<cstr | null, 3> = ['HOME=/', 'TERM=linux', null];

function execute_init(path: cstr): i32 {
  const argv = local<Arr<cstr | null, 2>>();
  argv[0] = path;
  argv[1] = null;
  const program = local<Program>();
  const error = load_kernel_program(path, argv, init_environment, program);
  if (error !== 0) return error;
  begin_program(program, path);
  enter_user_mode(task_regs(current()));
}

/** Leaves the kernel by the frame at `regs`, which is all that counts of the stack. */
function enter_user_mode(regs: PtRegs): never {
  return asm`
    csrci sstatus, 2
    mv sp, a0
    tail ${ret_from_trap}
  `;
}
