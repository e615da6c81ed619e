/**
 * What the wrappers of the network's and the bus's interfaces refuse: a driver that does each bad thing once fails, the
 * kernel lives, others can use the network, and all memory is back when a better one has had the device.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MachineSnapshot } from '../../../src/host/machine.ts';
import { moduleFile } from '../../support/compiled.ts';
import { kernelMemory, type KernelMemory, memoryChanges } from '../../support/kernel-memory.ts';
import { Session, shipped } from '../../support/system.ts';
import { netMisdeeds } from './net-misdeeds.ts';

const loopback = 'ifconfig lo 127.0.0.1 up; ping 127.0.0.1 1; ifconfig lo down';

let session: Session, snapshot: MachineSnapshot, before: KernelMemory;

beforeAll(async () => {
  const system = await shipped();
  const contents = moduleFile('netrogue', ['test/guest/nooks/guest/netrogue.ts']);
  const files = [{ path: 'lib/modules/netrogue.o', mode: 0o100644, contents }];
  session = await Session.boot({ ...system, initrd: () => system.initrd(files) }, {
    harts: 2, seed: 1, memory: 32 * 2 ** 20, devices: ['e1000'], append: 'quiet panic=-1 slab_debug nooks_failures=0',
  });
  for (let turn = 0; turn < 2; turn++) await use();
  before = await memory();
  snapshot = session.machine.snapshot();
}, 120_000);
afterAll(() => session.machine.dispose());

test.each(netMisdeeds)('$misdeed: $name', { timeout: 60_000 }, async ({ misdeed, use: command, says }) => {
  await session.machine.restore(snapshot);
  const from = session.machine.console.length;
  await session.command(`insmod -n netrogue misdeed=${misdeed}`);
  if (command !== undefined) await session.command(command);
  await session.command('sleep 0.5');
  const said = session.machine.console.slice(from).replaceAll('\r', '');
  expect(said).toMatch(says);
  expect(said).not.toMatch(/Kernel panic|\[#\d|BUG: |slab error/);
  // Whatever was held in its name is free.
  expect(await session.run(loopback)).toMatchObject({ status: 0 });
  await use();
  await session.command('cat /proc/net/dev > /dev/null; sleep 0');
  await expectAllBack();
});

test('52: what the kernel changes of an interface its driver sees', async () => {
  await session.machine.restore(snapshot);
  await session.command('insmod -n netrogue misdeed=52; ifconfig eth0 10.0.2.15 up');
  // IFF_UP, which is set when open has returned, IFF_BROADCAST, IFF_MULTICAST.
  expect(await session.command('ping 10.0.2.2 1')).toContain('netrogue: flags 1003');
});

test('51: packets without end are refused, and given back', async () => {
  await session.machine.restore(snapshot);
  expect(await session.run('insmod -n netrogue misdeed=51')).toMatchObject({ status: 0 });
  const held = before['pages']! - (await memory())['pages']!;
  expect(held).toBeGreaterThan(2048);
  expect(held).toBeLessThan(2048 + 200);
  expect(await session.run('rmmod netrogue')).toEqual({ said: '', status: 0 });
  await use();
  await expectAllBack();
});

test('19: an interface that is filled in after it was registered works', async () => {
  await session.machine.restore(snapshot);
  expect(await session.run('insmod -n netrogue misdeed=19')).toMatchObject({ status: 0 });
  expect(await session.run('ifconfig eth0 10.0.2.15 up')).toMatchObject({ status: 0 });
  expect(await session.run('ifconfig eth0 down; rmmod netrogue')).toEqual({ said: '', status: 0 });
});

test('60: what is neither 0 nor an error is an error', async () => {
  await session.machine.restore(snapshot);
  await session.command('insmod -n netrogue misdeed=60');
  expect((await session.run('ifconfig eth0 up')).said).toContain('Input/output error');
});

test('45: rtnl_sem that an extension keeps is given back as it returns', async () => {
  await session.machine.restore(snapshot);
  expect(await session.run('insmod -n netrogue misdeed=45')).toMatchObject({ status: 0 });
  expect(await session.run('ifconfig eth0 10.0.2.15 up; ifconfig eth0 down; rmmod netrogue')).toMatchObject({
    status: 0,
  });
});

/** The driver that does nothing bad; also the network's tools, whose first use takes memory. */
async function use(): Promise<void> {
  for (const line of [
    'insmod -n netrogue', 'ifconfig eth0 10.0.2.15 up', 'ifconfig eth0 down; cat /proc/net/dev > /dev/null',
    loopback, 'rmmod netrogue',
  ]) expect(await session.run(line), line).toMatchObject({ status: 0 });
}

async function expectAllBack(): Promise<void> {
  let lost: string[] = [];
  for (let reading = 0; reading < 4; reading++) {
    lost = memoryChanges(before, await memory());
    if (lost.length === 0) return;
  }
  expect(lost).toEqual([]);
}

async function memory(): Promise<KernelMemory> {
  await session.command('sleep 0.3');
  return kernelMemory(session.machine);
}
