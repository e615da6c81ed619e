/** The smallest guest: says hello in machine mode, without a kernel. `nooks run build/hello.elf` */
const UART = 0x10000000;
const FINISHER = 0x100000;
const PASS = 0x5555;

let stack!: Arr<u64, 64>;

/** Hart 0 speaks, the others sleep. @section .init */
export function _start(): void {
  asm`
    csrr t0, mhartid
    bnez t0, 1f
    la sp, ${stack}
    addi sp, sp, 512
    call ${main}
  1:
    wfi
    j 1b
  `;
}

function main(): void {
  print('hello, world\n');
  writel(FINISHER, PASS);
}

function print(text: cstr): void {
  for (let i = 0; text[i] !== 0; i++) writeb(UART, text[i]);
}
