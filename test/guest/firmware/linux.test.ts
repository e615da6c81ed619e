/** A short look at Linux on our firmware, also on QEMU. All steps, on both engines: `npm run conformance`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { readImage } from '../../../src/host/files.ts';
import { expectHoldout, holdoutArguments } from '../../conformance/holdout.ts';
import { firmware, linuxImage, withoutLinux } from '../../support/firmware.ts';
import { hasQemu, withoutQemu } from '../../support/qemu.ts';
import { Scratch } from '../../support/scratch.ts';

const has = existsSync(linuxImage);
const patience = 60_000;
const harts = 2;

describe.skipIf(!has)(`Linux ${has ? '' : withoutLinux}`, () => {
  test('boots on our firmware', async () => {
    const machine = await Machine.create({
      bios: firmware(), image: linuxImage, harts, append: holdoutArguments(harts, 'none'),
    });
    try {
      await expectHoldout(machine, ['CPUINFO', 'CPUCOUNT', 'AFFINITY']);
    } finally {
      await machine.dispose();
    }
  }, patience);

  test.skipIf(!hasQemu)(`boots on our firmware on QEMU ${hasQemu ? '' : withoutQemu}`, () => {
    const scratch = new Scratch();
    try {
      const console = scratch.write('console', '');
      const { status } = spawnSync('qemu-system-riscv32', [
        '-M', 'virt', '-smp', `${harts}`, '-nographic', '-monitor', 'none', '-serial', `file:${console}`,
        '-bios', scratch.write('firmware.elf', firmware()),
        '-kernel', scratch.write('Image', readImage(linuxImage, 'kernel')),
        '-append', holdoutArguments(harts, 'none'),
      ], { timeout: patience, stdio: 'ignore' });
      expect(new TextDecoder().decode(scratch.read('console'))).toContain('LINUX-HOLDOUT-OK');
      expect(status).toBe(0);
    } finally {
      scratch.remove();
    }
  }, patience);
});
