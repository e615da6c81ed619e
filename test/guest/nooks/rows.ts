/** All misdeeds by the sets in which they are run, and the README's table of what comes of them. */
import { bodies, calls, wrapped } from './calls.ts';
import { company, deaths, type Misdeed, misdeeds } from './misdeeds.ts';

export const sets = { misdeeds, deaths, calls, bodies, company } as const;
export type SetName = keyof typeof sets;

/** How often a trial came to each end. */
export type Outcomes = Readonly<Record<string, number>>;

/** Sets that the table has a line for each. */
export const summed: Readonly<Record<Exclude<SetName, 'misdeeds'>, string>> = {
  deaths: 'eight of these in each of fifteen functions that the kernel calls',
  calls: `each argument of ${wrapped.length} wrapped calls, in each of ten kinds of bad pointers or seven of numbers`,
  bodies: 'the kernel itself dies in the body of each of these calls',
  company: 'faults on four harts at once, while it recovers, starts, is unloaded, or in another\'s interrupt',
};

export const heading = ['| misdeed | natively | under Nooks |', '|---|---|---|'];

/** The lines of single misdeeds, as they ought to be. */
export const expectedLines = misdeeds.map(({ name, native, nooks }) => lineOf(name, native, nooks));

/** The table of a run. */
export function tableOf(native: ReadonlyMap<string, Outcomes>, nooks: ReadonlyMap<string, Outcomes>): string[] {
  const single = misdeeds.map(({ name }) => lineOf(name, only(native.get(name)), only(nooks.get(name))));
  const sums = Object.entries(summed).map(([set, name]) => {
    const rows = sets[set as SetName];
    return lineOf(`${name}: ${rows.length}`, told(sum(rows, native)), told(sum(rows, nooks)));
  });
  return [...heading, ...single, ...sums];
}

function lineOf(name: string, native: string | undefined, nooks: string): string {
  return `| ${name} | ${native ?? '-'} | ${nooks} |`;
}

const only = (outcomes: Outcomes | undefined) => told(outcomes ?? {}).replace(/ 1$/, '');

const told = (outcomes: Outcomes) => Object.entries(outcomes).sort(([, a], [, b]) => b - a)
  .map(([what, times]) => `${what} ${times}`).join(', ') || '-';

function sum(rows: readonly Misdeed[], results: ReadonlyMap<string, Outcomes>): Outcomes {
  const total: Record<string, number> = {};
  for (const { name } of rows) {
    for (const [what, times] of Object.entries(results.get(name) ?? {})) total[what] = (total[what] ?? 0) + times;
  }
  return total;
}
