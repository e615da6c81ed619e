/**
 * Mainline Linux behind OpenSBI, nothing changed in either. Its init tests processor, memory, SMP, timers, PCI, network
 * and disk from user space, prints one line for each step, and powers off through the test finisher.
 */
import { afterAll, describe, test } from 'vitest';
import { configurations, nameOf } from './configurations.ts';
import { withMachine } from './consoles.ts';
import { guestPath, suite } from './guests.ts';
import { boardSteps, expectHoldout, expectNetwork, holdoutArguments, networkCards } from './holdout.ts';
import { Results } from './results.ts';

const testLimitMs = 1_200_000;

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
            append: holdoutArguments(configuration.harts, 'code,mem,smp,time,pci,net,disk'), devices: networkCards,
          };
          await withMachine(options, guestPath('linux', 'fat.img'), async (machine) => {
            await expectHoldout(machine, [...boardSteps, 'NET', 'DISK']);
            expectNetwork(machine);
          });
        });
      }, testLimitMs);
    });
});
