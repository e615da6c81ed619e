/** Stand-in: the test sets the time. */
export let jiffies: u32 = 0;

export function set_jiffies(now: u32): void {
  jiffies = now;
}
