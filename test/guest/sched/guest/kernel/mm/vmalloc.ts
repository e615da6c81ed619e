/** Stand-in: tests bring their own stacks. */
export function alloc_thread_stack(): usize {
  return 0;
}

export function free_thread_stack(_: usize): void {}
