/** Mainline Linux on our own firmware, with nothing else: what `nooks run --kernel Image` boots. */
import { existsSync } from 'node:fs';
import { afterAll, describe, test } from 'vitest';
import { firmware, linuxImage, withoutLinux } from '../support/firmware.ts';
import { emptyFat16 } from '../support/fat.ts';
import { configurations, nameOf } from './configurations.ts';
import { withMachine } from './consoles.ts';
import { suite } from './guests.ts';
import { boardSteps, expectHoldout, expectNetwork, holdoutArguments, networkCards } from './holdout.ts';
import { Results } from './results.ts';

const testLimitMs = 1_200_000;

suite('firmware', [], () => {
  const results = new Results('firmware');
  afterAll(() => results.print());
  const has = existsSync(linuxImage);

  describe.skipIf(!has).each(configurations().map((configuration) => [nameOf(configuration), configuration] as const))(
    `%s ${has ? '' : withoutLinux}`, (_, configuration) => {
      test('Linux boots, passes every step and powers off', async () => {
        await results.count(configuration, 'holdout', async () => {
          const options = {
            ...configuration, memory: 2 ** 27, bios: firmware(), image: linuxImage, disk: emptyFat16(2 ** 24),
            append: holdoutArguments(configuration.harts, 'code,mem,smp,time,pci,net,disk'), devices: networkCards,
          };
          await withMachine(options, undefined, async (machine) => {
            await expectHoldout(machine, [...boardSteps, 'NET', 'DISK']);
            expectNetwork(machine);
          });
        });
      }, testLimitMs);
    });
});
