/** The isolation layer comes up: Nooks (SOSP 2003); its parts are the folders beside this file, as in section 3. */
import { domains_init } from './isolation/domain.ts';
import { fault_init } from './isolation/fault.ts';
import { memory_init } from './isolation/memory.ts';
import { nmi_init } from './isolation/nmi.ts';
import { netdevices_init } from './interposition/netdevice_versions.ts';
import { targets_init } from './interposition/targets.ts';
import { nooks_proc_init } from './recovery/proc.ts';
import { recovery_init } from './recovery/recovery.ts';
import { withheld_init } from './recovery/withheld.ts';

/** From the first task, when all harts are up and before there is a process. @sleeps */
export function nooks_init(): void {
  domains_init();
  memory_init();
  targets_init();
  fault_init();
  nmi_init();
  withheld_init();
  netdevices_init();
  recovery_init();
  nooks_proc_init();
}
