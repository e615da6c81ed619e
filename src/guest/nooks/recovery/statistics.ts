/** What is counted of failures and recoveries. Readers: proc.ts, and on the host src/host/nooks-statistics.ts. */

// Phases of a recovery, in their order.
/** From the fault on until nobody is inside. */
export const PHASE_SUSPEND = 0;
export const PHASE_RELEASE = 1;
export const PHASE_UNLOAD = 2;
/** Until it is decided what becomes of the extension: the agent's start, its reading, a stop script. */
export const PHASE_DECIDE = 3;
/** Loading, and init_module. */
export const PHASE_RESTART = 4;
/** The start-up script, to the agent's end. */
export const PHASE_START_UP = 5;
/** All of it, from the first fault to service. */
export const PHASE_WHOLE = 6;
export const PHASES = 7;

export const phase_names: Arr<cstr, 7> = ['suspend', 'release', 'unload', 'decide', 'restart', 'start-up', 'whole'];

/** Durations, in units of the time CSR. */
export class Phase {
  count: u32;
  last: u32;
  most: u32;
  total: u64;
}

export class Statistics {
  /** By FAIL_... of domain.ts. */
  failures: Arr<u32, 6>;
  /** Recoveries that ended in service. */
  recoveries: u32;
  phases: Arr<Embed<Phase>, 7>;
  // Crossings of domains that are no more: Domain has those of the present one.
  driver_calls: u32;
  kernel_calls: u32;
  deferred_calls: u32;
  refused: u32;
}

/** Of all extensions since the start, but for crossings. `failures` is counted where they are noticed. */
export let totals!: Embed<Statistics>;

/** Written by one task at a time: nooksd, and agents under module_sem. */
export function count_phase(statistics: Statistics, phase: u32, duration: u32): void {
  add(statistics.phases[phase], duration);
  add(totals.phases[phase], duration);
}

function add(phase: Phase, duration: u32): void {
  phase.count++;
  phase.last = duration;
  if (duration > phase.most) phase.most = duration;
  phase.total = phase.total + u64of(duration);
}
