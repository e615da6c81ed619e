/** What became of the kernel in a trial with the rogue. */
import type { Holdings } from '../../../src/host/guest-kernel.ts';
import type { Misdeed, NativeOutcome, NooksOutcome } from './misdeeds.ts';
import { instructionOf, type RogueMachine, type Trial } from './trial.ts';

/** Words that no trial under Nooks may print. `kernel BUG` may be there: the extension's own. */
const worst = /Kernel panic|LOCKUP|slab error|BUG: /;
const oops = /^Oops: |\[#\d/m, end = /rogue is given up/;

export interface Verdict {
  /** What is wrong; empty if nothing is. */
  readonly complaint: string;
  readonly outcome: NooksOutcome;
}

/** After it has unloaded the rogue. */
export async function judge(
  machine: RogueMachine, { said, alive }: Trial, { dies, ends }: Misdeed, seed: number,
): Promise<Verdict> {
  const outcome = nooksOutcome(said);
  if (!alive) return { complaint: `no prompt after:\n${said}\n${machine.subject.report()}`, outcome };
  // The kernel tells of its own death in an extension's service as of any oops.
  const words = [worst, ...dies === undefined ? [oops] : [], ...ends ? [] : [end]];
  if (words.some((word) => word.test(said))) return { complaint: said, outcome };
  // What it has just in its hands then is lost.
  const lost = await machine.unload({ lossy: dies !== undefined && instructionOf(seed) !== 0 });
  return { complaint: lost === '' ? '' : `${said}\n${lost}`, outcome };
}

function nooksOutcome(said: string): NooksOutcome {
  if (/nooks: \w+ failed: /.test(said)) return 'recovered';
  return refusal.test(said) ? 'refused' : 'well';
}

/** What programs say when an error was returned to them. */
const refusal = /^(echo|cat|insmod): .+: .+$/m;

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
  if (!alive) return 'hang';
  return refusal.test(said) ? 'refused' : 'unnoticed';
}
