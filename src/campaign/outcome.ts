/**
 * What became of a trial, by definitions that exclude each other: the first that holds, from top to bottom, is the
 * outcome. They refine those of Nooks (SOSP 2003), section 5.2: its system crash is our panic, reboot, deadlock or
 * hang, its non-fatal extension failure our extension failure.
 */
export const outcomes = {
  'harness error': 'the emulator or the campaign went wrong; no verdict, and never counted as one',
  panic: 'the kernel gave up with a message: system crash',
  reboot: 'the machine was reset, or a hart could not even reach its trap handler: system crash',
  deadlock: 'the shell does not answer, and harts wait for locks in a circle, or for an ended task\'s: system crash',
  hang: 'the shell does not answer within the budget, and no such circle was found: system crash',
  recovered: 'Nooks found a failure, and afterwards the service is as it must be',
  'extension failure': 'the system lives, but the workload or the service after it is not as it must be',
  'no effect': 'a changed instruction was executed, and all is as it must be',
  'not activated': 'no changed instruction was executed',
} as const;

export type Outcome = keyof typeof outcomes;
export const outcomeNames = Object.keys(outcomes) as Outcome[];

/** The paper's system crash. */
export const crashes: readonly Outcome[] = ['panic', 'reboot', 'deadlock', 'hang'];

/** What was seen of a trial. Complaints are sentences; none means that all was as it must be. */
export interface Observation {
  /** What went wrong with the emulator or the campaign; undefined for nothing. */
  readonly error: string | undefined;
  /** Whether a changed instruction was executed. */
  readonly activated: boolean;
  /** How the system was at the end: it answered, it did not, it gave up, it was reset. */
  readonly system: 'answers' | 'silent' | 'panic' | 'reset';
  /** The kernel's watchdog gave up because a hart hung: the panic is how a hang or deadlock was told. */
  readonly lockup: boolean;
  /** Harts that wait for locks in a circle or for an ended task's, in words; none if there are none. */
  readonly circle: readonly string[];
  /** Failures of the extension that Nooks has found. */
  readonly failures: number;
  readonly workload: readonly string[];
  readonly service: readonly string[];
}

/** The outcome of what was seen, and why, in sentences. */
export function classify(seen: Observation): { readonly outcome: Outcome; readonly evidence: readonly string[] } {
  const outcome = decide(seen);
  const wrong = outcome !== 'not activated' && outcome !== 'harness error' && !seen.activated;
  return wrong
    ? { outcome: 'harness error', evidence: [`${outcome}, but no changed instruction was executed`, ...reasons(seen)] }
    : { outcome, evidence: reasons(seen) };
}

function decide({ error, activated, system, lockup, circle, failures, workload, service }: Observation): Outcome {
  if (error !== undefined) return 'harness error';
  if (system === 'silent' || (system === 'panic' && lockup)) return circle.length > 0 ? 'deadlock' : 'hang';
  if (system === 'panic') return 'panic';
  if (system === 'reset') return 'reboot';
  if (failures > 0) return service.length === 0 ? 'recovered' : 'extension failure';
  if (workload.length + service.length > 0) return 'extension failure';
  return activated ? 'no effect' : 'not activated';
}

function reasons({ error, circle, failures, workload, service }: Observation): string[] {
  return [
    ...(error === undefined ? [] : [error]), ...circle,
    ...(failures === 0 ? [] : [`Nooks found ${failures} ${failures === 1 ? 'failure' : 'failures'}`]),
    ...workload.map((complaint) => `workload: ${complaint}`), ...service.map((complaint) => `service: ${complaint}`),
  ];
}
