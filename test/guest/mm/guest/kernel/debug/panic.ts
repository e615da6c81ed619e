/** Panics of tests on the host: the oracle's fault for ebreak. */
export function BUG(): never {
  ebreak();
  unreachable();
}

export function BUG_ON(condition: bool): void {
  if (condition) BUG();
}

export function panic(format: cstr, ...args: VarArg[]): never {
  BUG();
}
