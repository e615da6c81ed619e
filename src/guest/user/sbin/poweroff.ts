/** poweroff: turns the machine off. */
import { reboot, REBOOT_POWER_OFF } from '../lib/system.ts';

export function main(): i32 {
  return reboot('poweroff', REBOOT_POWER_OFF);
}
