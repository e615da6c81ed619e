/** Stand-in: the host throws at ebreak. */
export function panic(_: cstr, ...args: VarArg[]): never {
  cells(args);
  return BUG();
}

export function BUG(): never {
  ebreak();
  for (;;) wfi();
}
