/** riscv-tests (rv32ui, rv32um, rv32ua, rv32mi, rv32si): each program judges itself. `p` runs bare, `v` under Sv32. */
import { afterAll, describe, expect, test } from 'vitest';
import { configurations, nameOf } from './configurations.ts';
import { guestNames, guestPath, suite } from './guests.ts';
import { Results } from './results.ts';
import { runToHost } from './tohost.ts';

const folder = 'riscv-tests';
const testLimitMs = 60_000;

suite(folder, [folder], () => {
  const results = new Results(folder);
  afterAll(() => results.print());
  const programs = guestNames(folder, /^rv32(ui|um|ua|mi|si)-[pv]-\w+(-\w+)?$/);

  test('the suite is complete: 82 programs run bare, 60 under Sv32', () => {
    expect(programs.filter((name) => name.includes('-p-'))).toHaveLength(82);
    expect(programs.filter((name) => name.includes('-v-'))).toHaveLength(60);
  });

  describe.each(configurations().map((configuration) => [nameOf(configuration), configuration] as const))(
    '%s', (_, configuration) => {
      test.each(programs)('%s', async (name) => {
        await results.count(configuration, name, async () => {
          const { verdict } = await runToHost(guestPath(folder, name), configuration);
          expect(verdict).toBe('passed');
        });
      }, testLimitMs);
    });
});
