/** Messages of tests on the host go nowhere. */
export function printk(format: cstr, ...args: VarArg[]): void {
  return;
}

export function register_console(write: (text: cstr, length: u32) => void): void {
  return;
}
