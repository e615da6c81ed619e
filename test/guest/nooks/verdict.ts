/** What became of the kernel in a trial with the rogue. */
import type { Holdings } from '../../../src/host/guest-kernel.ts';
import type { NativeOutcome, NooksOutcome } from './misdeeds.ts';
import type { RogueMachine, Trial } from './trial.ts';

/** Words that no trial under Nooks may print. `kernel BUG` may: the extension's own. */
const bad = /Kernel panic|^Oops: |\[#\d|LOCKUP|slab error|BUG: |rogue is given up/m;

/** The same for the kernel's own death in an extension's service, which it tells as an oops. */
const worse = /Kernel panic|LOCKUP|slab error|BUG: |rogue is given up/m;

/** Where it dies: before it has begun, or when something may just be in its hands, which then is lost. */
export type Death = 'at once' | 'at work';

export interface Verdict {
  /** What is wrong; empty if nothing is. */
  readonly complaint: string;
  readonly outcome: NooksOutcome;
}

/** After it has unloaded the rogue. `dies`: the kernel was made to die as it served the extension, which it tells. */
export async function judge(machine: RogueMachine, { said, alive }: Trial, dies?: Death): Promise<Verdict> {
  const outcome = nooksOutcome(said);
  if (!alive) return { complaint: `no prompt after:\n${said}\n${machine.subject.report()}`, outcome };
  if ((dies === undefined ? bad : worse).test(said)) return { complaint: said, outcome };
  const lost = await machine.unload({ lossy: dies === 'at work' });
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
