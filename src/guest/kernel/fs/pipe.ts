/** Pipes: Linux 2.4, fs/pipe.c. */

/** pipe(2): descriptors of the current task, `fd[0]` to read from, `fd[1]` to write to (kernel address). May sleep. */
export declare function do_pipe(fd: Ptr<i32>, flags: u32): i32;
