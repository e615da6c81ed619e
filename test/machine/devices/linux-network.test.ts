/** Linux's own drivers on the network cards, in short: one hart, lockstep. More: `npm run conformance`. */
import { existsSync } from 'node:fs';
import { describe, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { expectHoldout, expectNetwork, holdoutArguments, networkCards } from '../../conformance/holdout.ts';
import { firmware, linuxImage, withoutLinux } from '../../support/firmware.ts';

const has = existsSync(linuxImage);

describe.skipIf(!has)(`Linux ${has ? '' : withoutLinux}`, () => {
  test('pings, reads a file and sends a burst through every network card', async () => {
    const machine = await Machine.create({
      bios: firmware(), image: linuxImage, devices: networkCards, append: holdoutArguments(1, 'pci,net'),
    });
    try {
      await expectHoldout(machine, ['PCI', 'NET']);
      expectNetwork(machine);
    } finally {
      await machine.dispose();
    }
  }, 60_000);
});
