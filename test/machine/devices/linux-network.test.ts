/** Linux's own drivers on the network cards, in short: one hart, lockstep. More: `npm run conformance`. */
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { expectHoldout, expectNetwork, holdoutArguments, networkCards } from '../../conformance/holdout.ts';
import { firmware, linuxImage, withoutLinux } from '../../support/firmware.ts';

const has = existsSync(linuxImage);

/** A program on this host that sends back what it is told, in capitals. */
async function shouter() {
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', (data, { port, address }) => {
    heard.push(`${data}`);
    socket.send(`${data}`.toUpperCase(), port, address);
  });
  await new Promise<void>((resolve) => { socket.bind(0, '127.0.0.1', resolve); });
  return { socket, heard, port: socket.address().port };
}

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

  test('talks to a program on the host, in a parallel machine', async () => {
    const { socket, heard, port } = await shouter();
    const echoPort = 7;
    const machine = await Machine.create({
      engine: 'parallel', bios: firmware(), image: linuxImage, append: holdoutArguments(1, 'net'),
      devices: [{ name: 'e1000', forward: [{ port: echoPort, hostPort: port }] }],
    });
    try {
      await expectHoldout(machine, ['NET']);
      expect(heard).toEqual(['holdout-echo']);
      expect(machine.console).toContain(`udpecho=${'holdout-echo'.length} `);
    } finally {
      await machine.dispose();
      socket.close();
    }
  }, 60_000);
});
