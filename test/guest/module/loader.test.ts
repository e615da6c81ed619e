/** Loading and unloading modules: nothing is lost, and nothing is believed of a file. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasQemu, runOnQemu, withoutQemu } from '../../support/qemu.ts';
import { Session, shipped, type System } from '../../support/system.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const loads = 1000;
const leakless = `modules: ${loads} loads, no page lost\n`;

describe.each([1, 4])('on %i harts', (harts) => {
  let session: Session;
  beforeAll(async () => { session = await Session.boot(system, { harts, seed: harts, append: 'slab_debug quiet' }); });
  afterAll(() => session.machine.dispose());

  test('greets and says goodbye', async () => {
    expect(await session.command('insmod greeting times=2; lsmod; rmmod greeting; dmesg')).toMatch(
      /^greeting +\d+ +0 .*\n[^]*hello, world\nhello, world\ngoodbye\n$/);
  });

  test('refuses what it must', async () => {
    const refused = async (line: string) => (await session.command(line)).trim();
    expect(await refused('insmod greeting times=99')).toMatch(/Invalid argument$/);
    expect(await refused('insmod greeting tomes=1')).toMatch(/Invalid argument$/);
    expect(await refused('insmod greeting times=1x')).toMatch(/Invalid argument$/);
    expect(await refused('insmod /bin/ls')).toMatch(/Exec format error$/);
    expect(await refused('insmod /etc/rc')).toMatch(/Exec format error$/);
    expect(await refused('rmmod greeting')).toMatch(/No such file or directory$/);
    expect(await refused('insmod greeting; insmod greeting; rmmod greeting')).toMatch(/File exists$/);
  });

  test.each([0, 1, 2, 3, 4, 5])('undoes an init that fails after %i steps', async (step) => {
    expect(await session.command(`insmod resources fail=${step}`)).toContain('No such device');
    expect(await session.command('cat /proc/modules')).toBe('');
  });

  test.skipIf(harts === 1)(`${loads} loads lose no page`, { timeout: 120_000 }, async () => {
    const { machine } = session;
    const from = machine.console.length;
    machine.type(`/test/modules load ${loads}\n`);
    await machine.run({ maxInstructions: 3e9, untilConsole: '\n# ' });
    expect(machine.console.slice(from).replaceAll('\r', '')).toContain(leakless);
  });

  test('files with a few bytes changed are refused', { timeout: 60_000 }, async () => {
    const said = await session.command('/test/modules spoil 1 400');
    expect(said, `/test/modules spoil 1 400 on ${harts} harts`).toMatch(/^modules: 400 spoilt files refused\n$/m);
  });
});

test.skipIf(!hasQemu)(`on QEMU the same ${hasQemu ? '' : withoutQemu}`, { timeout: 120_000 }, () => {
  const rc = `/test/modules load ${loads}\n/test/modules spoil 1 400\npoweroff\n`;
  const initrd = system.initrd([{ path: 'etc/rc', mode: 0o100644, contents: new TextEncoder().encode(rc) }]);
  const { console: said, status } = runOnQemu(system.kernel, { harts: 2, initrd, append: 'quiet', timeoutMs: 100_000 });
  for (const words of [leakless, 'modules: 400 spoilt files refused\n']) {
    expect(said.replaceAll('\r', '')).toContain(words);
  }
  expect(status).toBe(0);
});
