/** Calls to the machine-mode firmware: RISC-V Supervisor Binary Interface 2.0. Its numbers are the firmware's. */
import {
  SBI_EXT_BASE, SBI_EXT_HSM, SBI_EXT_IPI, SBI_EXT_RFENCE, SBI_EXT_SRST, SBI_EXT_TIME,
} from '../../firmware/sbi.ts';
