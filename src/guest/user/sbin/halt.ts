/** halt: stops the system. */
import { reboot, REBOOT_HALT } from '../lib/system.ts';

export function main(): i32 {
  return reboot('halt', REBOOT_HALT);
}
