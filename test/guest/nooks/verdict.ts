/** What became of the kernel in a trial with the rogue. */
import type { Holdings } from '../../../src/host/guest-kernel.ts';
import type { NativeOutcome } from './misdeeds.ts';
import type { Request, RogueMachine, Trial } from './trial.ts';

/** Words that no trial under Nooks may print. `kernel BUG` may: the extension's own. */
const bad = /Kernel panic|Oops: (?!illegal)|\[#\d|LOCKUP|slab error|BUG: |does not start again/;

/** `good`, or what is wrong: after it has unloaded the rogue. */
export async function judge(machine: RogueMachine, { said, alive }: Trial): Promise<string> {
  if (!alive) return `no prompt after:\n${said}\n${machine.subject.report()}`;
  if (bad.test(said)) return said;
  const lost = await machine.unload();
  return lost === '' ? 'good' : `${said}\n${lost}`;
}

/** What is held more or less than before; empty when nothing is. */
export function difference(before: Holdings, after: Holdings): string {
  const lines = before.free === after.free ? [] : [`free pages: ${before.free}, then ${after.free}`];
  for (const name of new Set([...Object.keys(before.objects), ...Object.keys(after.objects)])) {
    const [was = 0, is = 0] = [before.objects[name], after.objects[name]];
    if (was !== is) lines.push(`${name}: ${was}, then ${is}`);
  }
  return lines.join('\n');
}

export function nativeOutcome({ said, alive }: Trial): NativeOutcome {
  if (said.includes('Kernel panic')) return 'panic';
  if (/\[#\d+\]/.test(said)) return 'oops';
  return alive ? 'unnoticed' : 'hang';
}

/** The line that runs a trial again. */
export const replayOf = (harts: number, requests: readonly Request[], seed: number) =>
  `npm run rogue -- --harts ${harts} --requests '${requests.join('+')}' --from ${seed} --count 1`;
