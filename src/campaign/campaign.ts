/** A campaign: the same faults in each extension, natively and under Nooks, as a campaign file or options say it. */
import type { ExtensionManifest } from '../platform/extension.ts';
import { type FaultKind, faultKindNames } from './faults.ts';
import { least, type Mode, modes, most, type Trial, trialDefaults } from './trial.ts';

/** What decides which trials there are. */
export interface Campaign extends Pick<Trial, 'faults' | 'harts' | 'workload' | 'quantum'> {
  readonly extensions: readonly string[];
  readonly modes: readonly Mode[];
  /** Seeds of faults per extension, mode and schedule, from `seed` on. */
  readonly trials: number;
  readonly seed: number;
  /** Schedules under which each is tried, from `schedule` on. */
  readonly schedules: number;
  readonly schedule: number;
  readonly kinds: readonly FaultKind[];
}

/** How it is run, which changes no result; undefined where that was not said. */
export interface CampaignPlan {
  readonly campaign: Campaign;
  readonly workers: number | undefined;
  /** The folder for what comes of it. */
  readonly out: string | undefined;
}

/** A setting by its name in a campaign file; the option is the same with two hyphens. */
export interface Setting {
  readonly about: string;
  /** What the option's value is called in help texts. */
  readonly value: string;
  /** What a value must be, to complete "trials must be". */
  readonly must: string;
  /** The value that was given, as JSON has it, or undefined for a wrong one. */
  readonly read: (given: unknown) => unknown;
  readonly initial: unknown;
}

/** The evaluation of Nooks (SOSP 2003), section 5.2. */
export const paperSize = { trials: 400, faults: 5 } as const;

const limits = { trials: 1_000_000, schedules: 10_000, workers: 256 };

/** All settings. `known` are the extensions there are. */
export function campaignSettings(known: readonly ExtensionManifest[]): Readonly<Record<string, Setting>> {
  const { harts, faults, quantum, schedule, kinds } = trialDefaults;
  const names = known.map(({ name }) => name);
  return {
    extensions: { ...some(names), about: 'extensions to try', initial: names },
    modes: { ...some(modes), about: 'native, nooks or both', initial: modes },
    trials: { ...whole(1, limits.trials), about: 'trials per extension, mode and schedule', initial: 60 },
    faults: { ...whole(1, most.faults), about: 'instructions changed in a trial', initial: faults },
    kinds: { ...some(faultKindNames), about: 'kinds of faults', initial: kinds },
    seed: { ...whole(least.seed, most.seed), about: 'seed of the first trial\'s faults', initial: 1 },
    harts: { ...whole(least.harts, most.harts), about: 'harts of the machine', initial: harts },
    workload: { ...text('the name of a workload'), about: 'workload, by its name in the manifest', initial: undefined },
    schedules: { ...whole(1, limits.schedules), about: 'schedules under which all is tried', initial: 1 },
    schedule: { ...whole(least.schedule, most.schedule), about: 'seed of the first schedule', initial: schedule },
    quantum: { ...whole(least.quantum, most.quantum), about: 'mean instructions of a turn', initial: quantum },
    workers: { ...whole(1, limits.workers), about: 'threads that run trials', initial: undefined },
    out: { ...text('a folder'), about: 'folder for the results', initial: undefined },
  };
}

/**
 * The campaign of settings, or what is wrong with them, in a sentence.
 * @param given by their names, as JSON has them
 * @param nameOf how the user wrote a setting's name
 */
export function parseCampaign(
  given: Readonly<Record<string, unknown>>, known: readonly ExtensionManifest[], nameOf = (name: string) => name,
): CampaignPlan | { readonly mistake: string } {
  const settings = campaignSettings(known);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined) {
    return { mistake: `there is no setting '${unknown}': settings are ${Object.keys(settings).join(', ')}` };
  }
  const values: Record<string, unknown> = {};
  for (const [name, { initial, read, must }] of Object.entries(settings)) {
    values[name] = given[name] === undefined ? initial : read(given[name]);
    if (given[name] !== undefined && values[name] === undefined) {
      return { mistake: `${nameOf(name)} must be ${must}, not ${shown(given[name])}` };
    }
  }
  const { workers, out, ...campaign } = values as unknown as Campaign & Omit<CampaignPlan, 'campaign'>;
  const mistake = mistakeOfAll(campaign, known, nameOf);
  return mistake === undefined ? { campaign, workers, out } : { mistake };
}

/** What no setting shows by itself. */
function mistakeOfAll(
  { extensions, workload, seed, trials, schedule, schedules }: Campaign, known: readonly ExtensionManifest[],
  nameOf: (name: string) => string,
): string | undefined {
  for (const { name, workloads } of known.filter((each) => extensions.includes(each.name))) {
    const names = workloads.map((each) => each.name);
    if (workload === undefined || names.includes(workload)) continue;
    return `${nameOf('workload')}: ${name} has no workload '${workload}': it has ${names.join(', ')}`;
  }
  if (seed + trials - 1 > most.seed) return `${nameOf('seed')} leaves no room for ${trials} trials up to ${most.seed}`;
  if (schedule + schedules - 1 > most.schedule) {
    return `${nameOf('schedule')} leaves no room for ${schedules} schedules up to ${most.schedule}`;
  }
  return undefined;
}

/** All trials of a campaign; those that can be run on one machine follow each other. */
export function* trialsOf(campaign: Campaign): Generator<Trial> {
  const { extensions, trials, seed, schedules, schedule, faults, harts, workload, quantum, kinds } = campaign;
  for (const extension of extensions) {
    for (const mode of campaign.modes) {
      const common = { extension, mode, faults, harts, workload, quantum, kinds };
      for (let turn = 0; turn < schedules; turn++) {
        for (let nth = 0; nth < trials; nth++) yield { ...common, seed: seed + nth, schedule: schedule + turn };
      }
    }
  }
}

export const countTrials = ({ extensions, modes: chosen, trials, schedules }: Campaign): number =>
  extensions.length * chosen.length * trials * schedules;

const whole = (from: number, to: number) => ({
  value: '<n>', must: `a whole number from ${from} to ${to}`,
  read: (given: unknown) => (Number.isInteger(given) && from <= Number(given) && Number(given) <= to
    ? given : undefined),
});

/** Some of a list of words, in its order. */
const some = (words: readonly string[]) => ({
  value: '<names>', must: `one or more of ${words.join(', ')}`,
  read: (given: unknown) => (Array.isArray(given) && given.length > 0 && given.every((word) => words.includes(word))
    ? words.filter((word) => given.includes(word)) : undefined),
});

const text = (must: string) => ({
  value: '<name>', must, read: (given: unknown) => (typeof given === 'string' && given !== '' ? given : undefined),
});

const shown = (given: unknown) =>
  (typeof given === 'string' ? `'${given}'` : Array.isArray(given) ? `'${given.join(',')}'` : JSON.stringify(given));
