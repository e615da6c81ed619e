/** fault kind: does something that a program may not do, and does not come back. */
import { strcmp } from '../../lib/string.ts';
import { usage } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';

/** Where user images begin, and so this program's code: host/images.ts. */
const TEXT = 0x00010000;
const KERNEL = 0x80000000;
const NOTHING = 0x40000000;

let data: u32 = 0;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc !== 2) return usage('fault null|read|write|jump|data|kernel|illegal|privileged|break|misaligned|stack');
  commit(argv[1]);
  printf('fault: %s: nothing happened\n', argv[1]);
  return 1;
}

function commit(kind: cstr): void {
  if (is(kind, 'null')) readl(0);
  if (is(kind, 'read')) readl(NOTHING);
  if (is(kind, 'write')) writel(TEXT, 0);
  if (is(kind, 'jump')) call(NOTHING);
  if (is(kind, 'data')) call(addr(data));
  if (is(kind, 'kernel')) readl(KERNEL);
  if (is(kind, 'illegal')) illegal();
  if (is(kind, 'privileged')) csrr_sstatus();
  if (is(kind, 'break')) ebreak();
  if (is(kind, 'misaligned')) call(TEXT + 2);
  if (is(kind, 'stack')) data = recurse(1);
}

function is(kind: cstr, name: cstr): bool {
  return strcmp(kind, name) === 0;
}

function call(address: usize): void {
  cast<() => void>(address)();
}

function illegal(): void {
  asm`
    .word 0
    ret
  `;
}

/** Uses all of the stack: each call keeps an array that the next one reads. */
function recurse(depth: u32): u32 {
  const room = local<Arr<u32, 64>>();
  room[depth & 63] = depth;
  return recurse(depth + 1) + room[depth & 63];
}
