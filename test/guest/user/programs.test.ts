/** Every program, and the shell, as a script of /etc/rc: the same output on our machine and on QEMU. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { hasQemu, runOnQemu, withoutQemu } from '../../support/qemu.ts';
import { shipped, type System } from '../../support/system.ts';
import { outputs, story, storyFiles } from './programs.ts';

const patience = 400_000_000;
let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const initrd = () => system.initrd(storyFiles(system.file('bin/echo')));

type Options = Partial<Parameters<typeof Machine.create>[0]>;

async function here(options: Options): Promise<string> {
  const machine = await Machine.create({ image: system.kernel, initrd: initrd(), ...options });
  try {
    await machine.run({ maxInstructions: patience });
    return machine.console;
  } finally {
    await machine.dispose();
  }
}

function check(console: string): void {
  const printed = outputs(console);
  for (const [index, [command, expected]] of story.entries()) {
    const context = `after "${command}"`;
    if (typeof expected === 'string') expect(printed[index], context).toBe(expected);
    else expect(printed[index] ?? '', context).toMatch(expected);
  }
}

describe('the story of all programs', () => {
  test.each([1, 2, 4])('on our machine in turns, %i harts', { timeout: 60_000 }, async (harts) => {
    check(await here({ harts, seed: harts }));
  });
  test('on four threads at once', { timeout: 60_000 }, async () => {
    check(await here({ harts: 4, engine: 'parallel' }));
  });
  const qemu = `on QEMU${hasQemu ? '' : ` ${withoutQemu}`}, %i harts`;
  test.skipIf(!hasQemu).each([1, 2, 4])(qemu, { timeout: 60_000 }, (harts) => {
    check(runOnQemu(system.kernel, { harts, initrd: initrd(), timeoutMs: 50_000 }).console);
  });
  test('in 16 MiB of RAM', { timeout: 60_000 }, async () => {
    check(await here({ harts: 2, seed: 9, memory: 16 << 20 }));
  });
});
