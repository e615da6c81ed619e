/** Storms of signals, killers and orphans under a few schedules: src/guest/user/test/signals.ts. */
import { beforeAll, expect, test } from 'vitest';
import { Session, shipped, type System } from '../../support/system.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

// Replayed by this file alone: a run is a function of harts, quantum and seed.
test.each([
  { harts: 1, quantum: 100, seed: 1 }, { harts: 2, quantum: 20, seed: 2 }, { harts: 4, quantum: 35, seed: 3 },
  { harts: 4, quantum: 250, seed: 4 },
])('$harts harts, quantum $quantum, seed $seed', { timeout: 60_000 }, async ({ harts, quantum, seed }) => {
  const append = 'panic=-1 panic_on_oops=1 slab_debug';
  const session = await Session.boot(system, { harts, quantum, seed, append, memory: 32 * 2 ** 20 });
  try {
    expect(await session.command(`/test/signals ${seed} 2`)).toBe(`signals ${seed} 2: ok\n`);
  } finally {
    await session.machine.dispose();
  }
});
