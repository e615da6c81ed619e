/** Stand-in: a hart's interrupt is counted. */
export let kicks!: Arr<u32, 8>;

export function smp_send_reschedule(cpu: u32): void {
  kicks[cpu]++;
}
