/** A clock that stands, for tests on the host. */
export const HZ = 100;
export let jiffies: u32 = 4200;
