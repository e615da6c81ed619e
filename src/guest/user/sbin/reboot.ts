/** reboot: starts the machine again. */
import { reboot, REBOOT_RESTART } from '../lib/system.ts';

export function main(): i32 {
  return reboot('reboot', REBOOT_RESTART);
}
