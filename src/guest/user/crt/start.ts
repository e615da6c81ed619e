/** Where a program begins: System V ABI, "Process initialization": argc, argv and envp lie at the stack pointer. */
import { exit } from '../lib/unistd.ts';
import { set_environ } from '../lib/environ.ts';

/** @section .init */
export function _start(): void {
  asm`
    mv a0, sp
    andi sp, sp, -16
    la a1, main
    tail ${begin}
  `;
}

function begin(stack: Ptr<u32>, main: (argc: u32, argv: Ptr<cstr>) => i32): never {
  const argc = stack[0];
  const argv = cast<Ptr<cstr>>(addr(stack) + 4);
  set_environ(cast<Ptr<cstr | null>>(addr(argv) + 4 * (argc + 1)));
  exit(main(argc, argv));
}
