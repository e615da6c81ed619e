/**
 * Mainline Linux behind OpenSBI, nothing changed in either. Its init tests processor, memory, SMP, timers, PCI and disk
 * from user space, prints one line for each step, and powers off through the test finisher.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { configurations, nameOf } from './configurations.ts';
import { withMachine } from './consoles.ts';
import { guestPath, suite } from './guests.ts';
import { Results } from './results.ts';

const instructionLimit = 40e9;
const testLimitMs = 1_200_000;

/** Steps that no configuration may skip. SMP steps run with any number of harts. */
const steps = [
  'CPUINFO', 'CPUCOUNT', 'AFFINITY', 'PCI',
  'CODE-ARITH', 'CODE-SMC', 'CODE-XMODIFY', 'CODE-MISALIGNED', 'CODE-SIGILL', 'CODE-SIGTRAP', 'CODE-EXEC',
  'MEM-MMAP', 'MEM-COW', 'MEM-PROT', 'MEM-SEGV', 'MEM-BIG',
  'SMP-COUNTERS', 'SMP-MSGPASS', 'SMP-STOREBUF', 'SMP-PIPE', 'SMP-FORKS', 'SMP-MIGRATE',
  'TIME-SLEEP', 'TIME-ITIMER', 'TIME-PREEMPT', 'DISK',
];

suite('linux', ['linux/Image', 'linux/fat.img', 'opensbi/fw_dynamic.bin'], () => {
  const results = new Results('linux');
  afterAll(() => results.print());

  describe.each(configurations().map((configuration) => [nameOf(configuration), configuration] as const))(
    '%s', (_, configuration) => {
      test('boots, passes every step and powers off', async () => {
        await results.count(configuration, 'holdout', async () => {
          const options = {
            ...configuration, seed: 1, memory: 2 ** 27,
            bios: guestPath('opensbi', 'fw_dynamic.bin'), image: guestPath('linux', 'Image'),
            append: `console=ttyS0 earlycon=sbi holdout.cpus=${configuration.harts} ` +
              'holdout.only=code,mem,smp,time,pci,disk',
          };
          await withMachine(options, guestPath('linux', 'fat.img'), async (machine) => {
            const stop = await machine.run({ maxInstructions: instructionLimit });
            const verdicts = [...machine.console.matchAll(/^H: (PASS|FAIL|WARN|SKIP) (\S+).*$/gm)];
            expect(verdicts.filter(([, verdict]) => verdict !== 'PASS').map(([line]) => line)).toEqual([]);
            expect(stop, machine.console.slice(-2000)).toEqual({ kind: 'exit', status: 0 });
            const passed = new Set(verdicts.map(([, , step]) => step));
            expect(steps.filter((step) => !passed.has(step))).toEqual([]);
          });
        });
      }, testLimitMs);
    });
});
