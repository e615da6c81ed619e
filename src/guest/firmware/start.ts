/** From reset to S-mode: each hart sets itself up; one goes on to the kernel, the others wait to be started (HSM). */
import {
  CAUSE_BREAKPOINT, CAUSE_FETCH_ACCESS, CAUSE_FETCH_PAGE_FAULT, CAUSE_ILLEGAL_INSTRUCTION, CAUSE_LOAD_ACCESS,
  CAUSE_LOAD_PAGE_FAULT, CAUSE_MISALIGNED_FETCH, CAUSE_STORE_ACCESS, CAUSE_STORE_PAGE_FAULT, CAUSE_USER_ECALL,
  COUNTEREN_ALL, MENVCFGH_STCE, MIP_MSIP, MIP_MTIP, MIP_SEIP, MIP_SSIP, MIP_STIP,
} from './csr.ts';
import { setSoftwareInterrupt } from './board.ts';
import { initConsole } from './console.ts';
import { describedHarts } from './device-tree.ts';
import { readPhysicalWord } from './access.ts';
import { Hart, hartOf, MAX_HARTS, shared } from './hart.ts';
import { enterSupervisor, waitForStart } from './hsm.ts';
import { readMenvcfgh, readTime, survives, writeMenvcfgh, zeroCountInhibit } from './probe.ts';
import { protectFirmware } from './protect.ts';
import { SBI_HSM_STATE_STARTED, SBI_HSM_STATE_STOPPED } from './sbi.ts';
import { initTimer } from './timer.ts';

/** struct fw_dynamic_info of OpenSBI's include/sbi/fw_dynamic.h: words. */
const FW_DYNAMIC_MAGIC = 0x4942534f;
const FW_DYNAMIC_VERSION = 4;
const FW_DYNAMIC_BOOT_HART = 20;

const DELEGATED = 1 << CAUSE_MISALIGNED_FETCH | 1 << CAUSE_FETCH_ACCESS | 1 << CAUSE_BREAKPOINT
  | 1 << CAUSE_LOAD_ACCESS | 1 << CAUSE_STORE_ACCESS | 1 << CAUSE_USER_ECALL
  | 1 << CAUSE_FETCH_PAGE_FAULT | 1 << CAUSE_LOAD_PAGE_FAULT | 1 << CAUSE_STORE_PAGE_FAULT;

/** The first function on a hart's stack. `info` is 0, an address of fw_dynamic_info, or anything at all. */
export function startFirmware(id: u32, tree: u32, info: u32, hart: Hart): void {
  initHart(hart, id);
  const known: u32 = readPhysicalWord(info) === FW_DYNAMIC_MAGIC ? info : 0;
  if (!isBootHart(id, known)) waitForStart(hart);
  initConsole();
  shared().described = describedHarts(tree);
  for (let other: u32 = 0; other < MAX_HARTS; other++) hartOf(other).state = SBI_HSM_STATE_STOPPED;
  hart.state = SBI_HSM_STATE_STARTED;
  enterSupervisor(hart, kernelEntry(), tree, known);
}

/** The S-mode code of the same image: the kernel, or in the stand-alone firmware what goes on to another image. */
function kernelEntry(): u32 {
  return asm`
    la a0, kernel_entry
    ret
  `;
}

/** The hart that the loader names, or the first to come. */
function isBootHart(id: u32, info: u32): bool {
  const order = amoadd(addr(shared().lottery), 1);
  if (info !== 0 && readPhysicalWord(info + FW_DYNAMIC_VERSION) >= 2) {
    const named = readPhysicalWord(info + FW_DYNAMIC_BOOT_HART);
    if (named < MAX_HARTS) return named === id;
  }
  return order === 0;
}

function initHart(hart: Hart, id: u32): void {
  hart.id = id;
  setSoftwareInterrupt(id, 0);
  initDelegation();
  protectFirmware();
  hart.hasStimecmp = enableStimecmp();
  initTimer(hart);
  csrw_mie(MIP_MSIP | MIP_MTIP);
  hart.arrived = 1;
  amoor_aqrl(addr(shared().arrived), 1 << id);
}

/** What Linux and our kernel expect to get at once. Misaligned accesses stay here to be emulated (misaligned.ts). */
function initDelegation(): void {
  csrw_mideleg(MIP_SSIP | MIP_STIP | MIP_SEIP);
  csrw_mcounteren(COUNTEREN_ALL);
  csrw_scounteren(COUNTEREN_ALL);
  survives(zeroCountInhibit, 0, 0);
  // Where `time` traps, so does everybody's, and is emulated (illegal.ts).
  const hasTime = survives(readTime, 0, 0);
  shared().hasTime = hasTime;
  csrw_medeleg(hasTime ? DELEGATED | 1 << CAUSE_ILLEGAL_INSTRUCTION : DELEGATED);
}

/** Sstc: S-mode's timer of its own, which Linux uses where the device tree has it. */
function enableStimecmp(): bool {
  if (!survives(writeMenvcfgh, MENVCFGH_STCE, 0)) return false;
  return (readMenvcfgh() & MENVCFGH_STCE) !== 0;
}
