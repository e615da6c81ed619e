/** File descriptors of tasks: Linux 2.4, include/linux/sched.h (files_struct), fs/file.c, fs/open.c, fs/fcntl.c. */
import type { Atomic } from '../locking/atomic.ts';
import type { RwLock } from '../locking/rwlock.ts';
import type { TaskStruct } from '../sched/task.ts';
import type { File } from './fs.ts';

/** Descriptors a task can have. */
export const NR_OPEN = 64;

/** A task's descriptors; kernel threads share their parent's. */
export class FilesStruct {
  count: Embed<Atomic>;
  /** Protects the rest; may be taken inside i_sem, nothing is taken inside it. */
  file_lock: Embed<RwLock>;
  /** Bit n: descriptor n is taken (its file may not be there yet); it closes at exec. */
  open_fds: Arr<u32, 2>;
  close_on_exec: Arr<u32, 2>;
  fd: Arr<File | null, 64>;
}

/** A free descriptor of the current task, now taken; EMFILE. */
export declare function get_unused_fd(): i32;
export declare function put_unused_fd(fd: u32): void;
/** Binds a file, whose reference it takes over, to a descriptor that get_unused_fd gave. */
export declare function fd_install(fd: u32, file: File): void;
/** The current task's file `fd`, referenced, or null. */
export declare function fget(fd: u32): File | null;
export declare function set_close_on_exec(fd: u32, flag: bool): void;
/** close(2), dup(2), dup2(2), fcntl(2) for the current task. May sleep. */
export declare function do_close(fd: u32): i32;
export declare function do_dup(fd: u32): i32;
export declare function do_dup2(oldfd: u32, newfd: u32): i32;
export declare function do_fcntl(fd: u32, cmd: u32, arg: u32): i32;
/** A table for a new task with the same files (for spawn and fork); null for no memory. */
export declare function copy_files(from: FilesStruct): FilesStruct | null;
/** An empty table. */
export declare function alloc_files(): FilesStruct | null;
/** Closes what is marked close-on-exec in the current task's table. */
export declare function flush_old_files(): void;
/** The task lets go of its table; the last one closes all files. May sleep. */
export declare function exit_files(task: TaskStruct): void;
