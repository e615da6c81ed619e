/** Messages of tests on the host: the last one is kept for the test to read. */
import { vsnprintf } from '../../lib/format.ts';

let said!: Arr<u8, 256>;

export function printk(format: cstr, ...args: VarArg[]): void {
  vsnprintf(said, 256, format, cells(args));
}

export function last_message(): usize {
  return addr(said);
}
