/**
 * A trial of a fault campaign, and the line that says all of it: `e1000/nooks/seed=1234/faults=5/harts=2/...`. What a
 * trial does is a function of its line and of what was built. Left out of a line is what is as in `trialDefaults`.
 */
import { type FaultKind, faultKindNames } from './faults.ts';

/** Where the extension runs: as part of the kernel, or in a protection domain. */
export type Mode = 'native' | 'nooks';

export interface Trial {
  /** Its name, as the manifest's. */
  readonly extension: string;
  readonly mode: Mode;
  /** Chooses the faults: the same for both modes, and whatever the schedule. */
  readonly seed: number;
  /** How many instructions are changed: 1 to `most.faults`; 0 for a golden run. */
  readonly faults: number;
  readonly harts: number;
  /** A workload of the manifest, by name; undefined for its first. */
  readonly workload: string | undefined;
  /** Seed of the lockstep engine's turns from the snapshot on, and their mean length in instructions. */
  readonly schedule: number;
  readonly quantum: number;
  /** Drawn from evenly; in the order of `faultKindNames`. */
  readonly kinds: readonly FaultKind[];
}

export const trialDefaults = {
  faults: 5, harts: 2, workload: undefined, schedule: 1, quantum: 1000, kinds: faultKindNames,
} as const satisfies Partial<Trial>;

export const modes: readonly Mode[] = ['native', 'nooks'];

/** The bounds of what is a number. */
export const most = { seed: 2 ** 32 - 1, faults: 100, harts: 8, schedule: 2 ** 32 - 1, quantum: 1_000_000_000 };
export const least = { seed: 0, faults: 0, harts: 1, schedule: 0, quantum: 1 };
type Numeric = keyof typeof most;

/** The line of a trial: the same trial gives the same line. */
export function printTrial(trial: Trial): string {
  const { extension, mode, seed, faults, harts, workload, schedule, quantum, kinds } = trial;
  return [
    extension, mode, `seed=${seed}`, `faults=${faults}`, `harts=${harts}`,
    ...(workload === undefined ? [] : [`workload=${workload}`]), `schedule=${schedule}`, `quantum=${quantum}`,
    ...(kinds.length === faultKindNames.length ? [] : [`kinds=${kinds.join(',')}`]),
  ].join('/');
}

/** The trial of a line, or what is wrong with it, in a sentence. That there is such an extension is not checked. */
export function parseTrial(line: string): Trial | { readonly mistake: string } {
  const [extension = '', mode = '', ...settings] = line.trim().split('/');
  if (!/^[\w-]+$/.test(extension)) return { mistake: `'${line}' does not begin with the name of an extension` };
  if (mode !== 'native' && mode !== 'nooks') return { mistake: `a trial is native or nooks, not '${mode}'` };
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, name, text] = /^([a-z]+)=(.*)$/.exec(setting) ?? [];
    if (name === undefined || text === undefined) return { mistake: `'${setting}' is not of the form name=value` };
    if (name in values) return { mistake: `'${name}' is given twice` };
    const value = parseSetting(name, text);
    if (value === undefined) return { mistake: mistakeIn(name, text) };
    values[name] = value;
  }
  if (values['seed'] === undefined) return { mistake: `'${line}' has no seed` };
  return { ...trialDefaults, seed: 0, extension, mode, ...values };
}

function parseSetting(name: string, text: string): unknown {
  if (name in most) {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= least[name as Numeric] && value <= most[name as Numeric] ? value : undefined;
  }
  if (name === 'workload') return /^[\w-]+$/.test(text) ? text : undefined;
  if (name !== 'kinds') return undefined;
  const wanted = text.split(',');
  if (wanted.some((kind) => !faultKindNames.includes(kind as FaultKind))) return undefined;
  return faultKindNames.filter((kind) => wanted.includes(kind));
}

function mistakeIn(name: string, text: string): string {
  if (name in most) {
    return `${name} must be a whole number from ${least[name as Numeric]} to ${most[name as Numeric]}, not '${text}'`;
  }
  if (name === 'kinds') return `kinds are ${faultKindNames.join(', ')}, not '${text}'`;
  return name === 'workload' ? `'${text}' is no name of a workload` : `a trial has no setting '${name}'`;
}
