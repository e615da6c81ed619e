/**
 * xv6 for RV32: its shell, and its own usertests, each of which must pass and leave the kernel alive. By default those
 * run that are quick; with NOOKS_CONFORMANCE=full all of them, which take QEMU minutes.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { configurations, nameOf } from './configurations.ts';
import { runUntil, withMachine } from './consoles.ts';
import { guestPath, suite } from './guests.ts';
import { Results } from './results.ts';

const prompt = '$ ';
const bootLimit = 2e9;
const commandLimit = 20e9;
/** Harts that spin for another, as three do while the first boots, take steps all the while: each has a thread. */
const spinning = { lockstep: 1, parallel: 100 };
const testLimitMs = 1_200_000;

/** Processes, scheduling, pipes, memory and its faults, files, directories, the log and the block cache. */
const quick = [
  'pgbug', 'sbrkbugs', 'reparent', 'forkfork', 'argptest', 'linktest', 'unlinkread', 'subdir', 'fourfiles',
  'exectest', 'bigargtest', 'bsstest', 'kernmem', 'sbrkarg', 'validatetest', 'stacktest', 'opentest', 'openiput',
  'exitiput', 'iput', 'pipe1', 'preempt', 'exitwait', 'rmdot', 'fourteen', 'bigfile', 'dirfile', 'iref', 'forktest',
];
const full = process.env['NOOKS_CONFORMANCE'] === 'full';

suite('xv6', ['xv6/kernel', 'xv6/fs.img'], () => {
  const results = new Results('xv6');
  afterAll(() => results.print());

  describe.each(configurations().map((configuration) => [nameOf(configuration), configuration] as const))(
    '%s', (_, configuration) => {
      test(full ? 'all usertests pass' : 'the quick usertests pass', async () => {
        await results.count(configuration, 'usertests', async () => {
          const options = { ...configuration, image: guestPath('xv6', 'kernel'), memory: 2 ** 27, seed: 1 };
          await withMachine(options, guestPath('xv6', 'fs.img'), async (machine) => {
            const patience = spinning[configuration.engine];
            await runUntil(machine, prompt, bootLimit * patience);
            for (const name of full ? [''] : quick) {
              machine.type(`usertests ${name}\n`);
              expect(await runUntil(machine, prompt, commandLimit * patience), name).toContain('ALL TESTS PASSED');
              machine.type('rm usertests.ran\n');
              await runUntil(machine, prompt, commandLimit * patience);
            }
          });
        });
      }, testLimitMs);
    });
});
