/**
 * The recovery agent by stories: each policy, agents that are of no use, failures during recovery and at the same time.
 * After each the kernel holds what it held before. On two harts and a few seeds here; `NOOKS_AGENT=all` adds one and
 * four harts, and both engines.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EngineName } from '../../../src/host/machine.ts';
import { Session, shipped, type System } from '../../support/system.ts';
import { quantumOf } from '../stress/trial.ts';
import { stories, type Story } from './agent-stories.ts';
import { type Holdings, holdings } from './trial.ts';
import { difference } from './verdict.ts';

let system: System, session: Session | undefined;
beforeAll(async () => { system = await shipped(); }, 120_000);
afterEach(() => session?.machine.dispose());

interface Setting { readonly engine: EngineName; readonly harts: number }

const all = process.env['NOOKS_AGENT'] === 'all';
const settings: Setting[] = !all ? [{ engine: 'lockstep', harts: 2 }]
  : (['lockstep', 'parallel'] as const).flatMap((engine) => [1, 2, 4].map((harts) => ({ engine, harts })));
const seeds = [1, 2, 4];

describe.each(settings)('$engine engine, $harts harts', (setting) => {
  const told = stories.filter(({ lockstepOnly, fewest = 1 }) =>
    setting.harts >= fewest && (setting.engine === 'lockstep' || !lockstepOnly));
  test.each(told)('$name', { timeout: 120_000 }, async (story) => {
    session = await boot(story, setting);
    // What is made once and kept, such as dentries of programs, is there after a first time.
    expect(await run(session, story)).toBe('');
    const before = await mostFree(session);
    if (setting.engine === 'parallel') {
      expect(await run(session, story) || difference(before, await mostFree(session))).toBe('');
      return;
    }
    const snapshot = session.machine.snapshot();
    for (const seed of seeds) {
      await session.machine.restore(snapshot);
      session.machine.lockstep.reschedule({ seed, quantum: quantumOf(seed) });
      const complaint = await run(session, story) || difference(before, await mostFree(session));
      expect(complaint, `seed ${seed}: npx vitest run test/guest/nooks/agent.test.ts -t '${story.name}'`).toBe('');
    }
  });
});

test('what is not said, is said, or is lost is noticed', async () => {
  const story = stories[0]!;
  session = await boot(story, { engine: 'lockstep', harts: 2 });
  expect(await run(session, { ...story, says: [/rogue is replaced/] })).toMatch(/not said: .*rogue is replaced/);
  expect(await run(session, { ...story, never: /restarted/ })).toMatch(/said: .*restarted/);
  const before = await mostFree(session);
  await session.command('insmod -n rogue');
  expect(difference(before, await mostFree(session))).toMatch(/free pages/);
}, 60_000);

async function boot(
  { files = {}, append = '', devices = [], memory = 32, planted }: Story, { engine, harts }: Setting,
): Promise<Session> {
  const entries = Object.entries(files)
    .map(([path, text]) => ({ path, mode: 0o100755, contents: new TextEncoder().encode(text) }));
  const made = await Session.boot({ ...system, initrd: () => system.initrd(entries) }, {
    engine, harts, devices, memory: memory * 2 ** 20, append: `panic=-1 nooks_ticks=5 ${append}`,
    ...(engine === 'lockstep' && { seed: 1 }),
  });
  const words = new Uint8Array(new Uint32Array(planted?.instructions ?? []).buffer);
  if (planted) made.machine.write(made.machine.symbols.address(planted.symbol)!, words);
  return made;
}

/** Words that no story may say: of the kernel's troubles. */
const bad = /Kernel panic|Oops|\[#\d|LOCKUP|slab error|BUG: /;

/** Types the story's lines; '' or what is wrong. */
async function run(shell: Session, { lines, says, never }: Story): Promise<string> {
  let said = '';
  for (const line of lines) said += await shell.command(line);
  let at = 0;
  for (const pattern of says) {
    const match = pattern.exec(said.slice(at));
    if (!match) return `not said: ${pattern} in\n${said}`;
    at += match.index + match[0].length;
  }
  const wrong = bad.exec(said) ?? never?.exec(said);
  return wrong ? `said: ${wrong[0]} in\n${said}` : '';
}

/** Reading takes memory itself, more or less of it by who is first: the reading with the most free pages. */
async function mostFree(shell: Session): Promise<Holdings> {
  let best = await holdings(shell);
  for (let reading = 0; reading < 4; reading++) {
    const next = await holdings(shell);
    if (next.free > best.free) best = next;
  }
  return best;
}
