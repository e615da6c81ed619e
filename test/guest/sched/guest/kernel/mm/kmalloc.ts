/** Stand-in: there is no memory. */
export function kzalloc<T>(_: u32): T | null {
  return null;
}

export function kfree(_: usize): void {}
