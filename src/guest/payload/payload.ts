/**
 * What the stand-alone firmware has in the place of a kernel: S-mode code that goes on to the image beside it, where
 * the loader's fw_dynamic_info (OpenSBI, include/sbi/fw_dynamic.h) says, or where a Linux `Image` lies by custom.
 */
import {
  SBI_EXT_SRST, SBI_LEGACY_CONSOLE_PUTCHAR, SBI_SRST_REASON_SYSTEM_FAILURE, SBI_SRST_SYSTEM_RESET,
  SBI_SRST_TYPE_SHUTDOWN,
} from '../firmware/sbi.ts';

const FW_DYNAMIC_NEXT = 8;
/** The first 4 MiB page behind the firmware, as QEMU and `nooks run --bios` place a kernel. */
const PAYLOAD = 0x80400000;
const STACK_BYTES = 512;

let stack!: Arr<u64, 64>;

/** a0 = hart, a1 = device tree, a2 = fw_dynamic_info or 0. Where only firmware was loaded, it names the firmware. */
export function kernel_entry(): void {
  asm`
    li t0, ${PAYLOAD}
    beqz a2, 1f
    lw t1, ${FW_DYNAMIC_NEXT}(a2)
    la t2, _start
    beq t1, t2, 1f
    mv t0, t1
  1:
    lw t1, 0(t0)
    beqz t1, 2f
    jr t0
  2:
    la sp, ${stack}
    addi sp, sp, ${STACK_BYTES}
    tail ${complain}
  `;
}

function complain(): void {
  const text = 'firmware: there is nothing to start\n';
  for (let index: u32 = 0; text[index] !== 0; index++) ecall(SBI_LEGACY_CONSOLE_PUTCHAR, text[index]);
  ecall(SBI_EXT_SRST, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_SYSTEM_FAILURE, 0, 0, 0, 0, SBI_SRST_SYSTEM_RESET);
}
