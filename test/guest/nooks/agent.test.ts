/**
 * The recovery agent by stories: each policy, agents that are of no use, failures during recovery and at the same time.
 * After each the kernel holds what it held before. On two harts and two schedules here; `NOOKS_AGENT=all` adds one and
 * four harts, and both engines.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readNooksStatistics } from '../../../src/host/nooks-statistics.ts';
import type { EngineName } from '../../../src/host/machine.ts';
import { shippedKernel } from '../../support/shipped-kernel.ts';
import { Session, shipped, type System } from '../../support/system.ts';
import { quantumOf } from '../stress/trial.ts';
import { mended, settled, stories, type Story } from './agent-stories.ts';
import { holdings } from './trial.ts';
import { difference } from './verdict.ts';

let system: System, session: Session | undefined;
beforeAll(async () => { system = await shipped(); }, 120_000);
afterEach(() => session?.machine.dispose());

interface Setting { readonly engine: EngineName; readonly harts: number }

const all = process.env['NOOKS_AGENT'] === 'all';
const settings: Setting[] = !all ? [{ engine: 'lockstep', harts: 2 }]
  : (['lockstep', 'parallel'] as const).flatMap((engine) => [1, 2, 4].map((harts) => ({ engine, harts })));
const seeds = all ? [1, 2, 3, 4, 5] : [4];
const mostMemory = 32 * 2 ** 20, mostNaps = 200;

describe.each(settings)('$engine engine, $harts harts', (setting) => {
  const told = stories.filter(({ lockstepOnly, fewest = 1 }) =>
    setting.harts >= fewest && (setting.engine === 'lockstep' || !lockstepOnly));
  // Not $name, which cuts names short, so that the line below would not find them.
  test.each(told.map((story) => [story.name, story] as const))('%s', { timeout: 120_000 }, async (_, story) => {
    session = await boot(story, setting);
    // What is made once and kept, such as dentries of programs, is there after a first time.
    expect(await run(session, story)).toBe('');
    const before = await holdings(session);
    if (setting.engine === 'parallel') {
      expect(await run(session, story) || difference(before, await holdings(session))).toBe('');
      return;
    }
    const snapshot = session.machine.snapshot();
    for (const seed of seeds) {
      await session.machine.restore(snapshot);
      session.machine.lockstep.reschedule({ seed, quantum: quantumOf(seed) });
      const complaint = await run(session, story) || difference(before, await holdings(session));
      expect(complaint, `seed ${seed}: npx vitest run test/guest/nooks/agent.test.ts -t '${story.name}'`).toBe('');
    }
  });
});

test('what is not said, is said, or is lost is noticed', async () => {
  const story = stories[0]!;
  session = await boot(story, { engine: 'lockstep', harts: 2 });
  expect(await run(session, { ...story, says: [/rogue is replaced/] })).toMatch(/not said: .*rogue is replaced/);
  expect(await run(session, { ...story, never: /restarted/ })).toMatch(/said: .*restarted/);
  const before = await holdings(session);
  await session.command('insmod -n rogue');
  expect(difference(before, await holdings(session))).toMatch(/free pages/);
}, 60_000);

async function boot(
  { files = {}, append = '', devices = [], memory = mostMemory / 2 ** 20 }: Story, { engine, harts }: Setting,
): Promise<Session> {
  const entries = Object.entries(files)
    .map(([path, text]) => ({ path, mode: 0o100755, contents: new TextEncoder().encode(text) }));
  return Session.boot({ ...system, initrd: () => system.initrd(entries) }, {
    engine, harts, devices, memory: memory * 2 ** 20, append: `panic=-1 nooks_ticks=5 ${append}`,
    ...(engine === 'lockstep' && { seed: 1 }),
  });
}

/** Writes over the kernel's instructions; gives what puts them back. */
function plant({ machine }: Session, { planted }: Story): () => void {
  if (!planted) return () => {};
  const address = machine.symbols.address(planted.symbol)!;
  const words = new Uint8Array(Uint32Array.from(planted.instructions).buffer);
  const whole = machine.read(address, words.length);
  machine.write(address, words);
  return () => machine.write(address, whole);
}

/** Words that no story may say: of the kernel's troubles. */
const bad = /Kernel panic|Oops|\[#\d|LOCKUP|slab error|BUG: /;

/** Types the story's lines; '' or what is wrong. */
async function run(shell: Session, story: Story): Promise<string> {
  const { lines, says, never } = story, from = shell.machine.console.length, mend = plant(shell, story);
  let over = true;
  for (const line of lines) {
    if (line === settled) over &&= await settle(shell);
    else if (line === mended) mend();
    else await shell.command(line);
  }
  // All of it: in the parallel engine what the kernel says may come behind a prompt.
  const said = shell.machine.console.slice(from).replaceAll('\r', '');
  if (!over) return `recovery does not end after\n${said}`;
  let at = 0;
  for (const pattern of says) {
    const match = pattern.exec(said.slice(at));
    if (!match) return `not said: ${pattern} in\n${said}`;
    at += match.index + match[0].length;
  }
  const wrong = bad.exec(said) ?? never?.exec(said);
  return wrong ? `said: ${wrong[0]} in\n${said}` : '';
}

/** Waits until no extension is in recovery; false if that takes too long. */
async function settle(shell: Session): Promise<boolean> {
  const kernel = shippedKernel(shell.machine);
  for (let nap = 0; nap < mostNaps; nap++) {
    await shell.command('sleep 0.1');
    if (!readNooksStatistics(kernel).extensions.some(({ recovering }) => recovering)) return true;
  }
  return false;
}
