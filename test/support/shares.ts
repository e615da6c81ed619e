/** Long runs in several processes at once: the same program, each with its share of the work. */
import { fork } from 'node:child_process';

/** What a process of a share says at its end. */
export interface Share { readonly good: boolean; readonly counts: Readonly<Record<string, number>> }

/**
 * Runs this program once for each list of arguments; gives what they reported, added up. What they print is passed on.
 * A process that ends without a report has failed.
 */
export async function inShares(lists: readonly (readonly string[])[]): Promise<Share> {
  const shares = await Promise.all(lists.map((list) => new Promise<Share>((resolve) => {
    let report: Share = { good: false, counts: {} };
    const child = fork(process.argv[1]!, list, { execArgv: process.execArgv });
    child.on('message', (message) => { report = message as Share; });
    child.on('exit', () => resolve(report));
  })));
  const counts: Record<string, number> = {};
  for (const share of shares) {
    for (const [name, count] of Object.entries(share.counts)) counts[name] = (counts[name] ?? 0) + count;
  }
  return { good: shares.every(({ good }) => good), counts };
}

/** Tells the process that began this one, if one did, what came of the share. */
export function report(share: Share): void {
  process.send?.(share);
}

/** Options again as words of a command line, some of them changed. */
export const wordsOf = (options: Readonly<Record<string, number | string | readonly string[]>>) =>
  Object.entries(options).flatMap(([name, value]) => (typeof value === 'object' ? [] : [`--${name}`, `${value}`]));
