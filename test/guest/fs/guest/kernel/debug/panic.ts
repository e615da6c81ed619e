/** Panics of tests on the host: the oracle's fault for ebreak, with the stack of the host. */
export function BUG(): never {
  ebreak();
  unreachable();
}

export function BUG_ON(condition: bool): void {
  if (condition) BUG();
}
