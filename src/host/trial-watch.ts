/** Evidence that a system hangs, looked for while it runs: harts that wait in a circle, harts that take no clock. */
import type { Mode } from '../campaign/trial.ts';
import { circleOf, type GuestKernel } from './guest-kernel.ts';
import type { GuestShell } from './guest-shell.ts';

/** Steps of all harts between two looks. */
const lookSteps = 1_000_000;
/**
 * For how long, in virtual time, a circle must stand or a hart take no clock interrupt (they come every 10 ms), before
 * that counts as for ever. Natively only the kernel's watchdog would end it, by a panic after 5 s. Under Nooks it may
 * be an extension's doing that is found out and ended, which takes up to 0.2 s: isolation/nmi.ts.
 */
const patienceNs: Record<Mode, { readonly circle: number; readonly clock: number }> = {
  native: { circle: 5e6, clock: 100e6 },
  nooks: { circle: 300e6, clock: 300e6 },
};

export class TrialWatch {
  /** The circle that stands, or the harts that take no clock interrupts; in sentences. */
  circle: readonly string[] = [];
  deaf: readonly string[] = [];
  readonly #shell: GuestShell;
  readonly #kernel: GuestKernel;
  readonly #patience: (typeof patienceNs)[Mode];
  #looked = 0;
  #spins = '';
  #spinsSince = 0;
  #ticks: { count: number; since: number }[] = [];

  constructor(shell: GuestShell, kernel: GuestKernel, mode: Mode) {
    this.#shell = shell;
    this.#kernel = kernel;
    this.#patience = patienceNs[mode];
  }

  /** Whether the system is known to hang; looks at most every so many steps. */
  readonly hangs = (): boolean => {
    const { steps, ns } = this.#shell;
    if (steps - this.#looked < lookSteps) return false;
    this.#looked = steps;
    this.#lookAtLocks(ns);
    this.#lookAtClocks(ns);
    return this.circle.length + this.deaf.length > 0;
  };

  #lookAtLocks(ns: number): void {
    const spins = this.#kernel.spins(), circle = circleOf(spins);
    const seen = circle.length === 0 ? '' : JSON.stringify(spins);
    if (seen !== this.#spins) this.#spinsSince = ns;
    this.#spins = seen;
    if (seen !== '' && ns - this.#spinsSince >= this.#patience.circle) this.circle = circle;
  }

  #lookAtClocks(ns: number): void {
    this.#ticks = this.#kernel.ticks().map((count, cpu) => {
      const before = this.#ticks[cpu];
      return before?.count === count ? before : { count, since: ns };
    });
    this.deaf = this.#ticks.flatMap(({ since }, cpu) => {
      if (ns - since < this.#patience.clock) return [];
      const where = whereIs(this.#shell, this.#kernel, cpu);
      return [`CPU${cpu} takes no clock interrupts for ${Math.floor((ns - since) / 1e6)} ms, and ${where}`];
    });
  }
}

/** What a hart is doing, in words. */
export function whereIs(shell: GuestShell, kernel: GuestKernel, cpu: number): string {
  const spin = kernel.spins().find((each) => each.cpu === cpu);
  if (!spin) return `is at ${shell.machine.symbols.describe(shell.machine.hart(cpu).pc)}`;
  const holder = spin.holderTask === 0 ? 'which nobody holds'
    : spin.holder === undefined ? 'held by a task that does not run' : `held by the task on CPU${spin.holder}`;
  return `spins on ${spin.lock || 'a lock without a name'}, ${holder}`;
}
