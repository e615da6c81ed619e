/** Running a guest that talks: boots it, answers its prompts, and returns what it printed. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Machine } from '../../src/host/machine.ts';

type Options = Parameters<typeof Machine.create>[0];

/** Hands a machine with a throwaway copy of a disk image to `body`, and disposes of both. */
export async function withMachine<T>(
  options: Options, disk: string | undefined, body: (machine: Machine) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-conformance-'));
  try {
    const copy = join(folder, 'disk.img');
    if (disk !== undefined) copyFileSync(disk, copy);
    const machine = await Machine.create(disk === undefined ? options : { ...options, disk: copy });
    try {
      return await body(machine);
    } finally {
      await machine.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs until `text` appears behind what was printed before. @throws with the console's end when it does not */
export async function runUntil(machine: Machine, text: string, maxInstructions: number): Promise<string> {
  const before = machine.console.length;
  const stop = await machine.run({ untilConsole: text, maxInstructions });
  const printed = machine.console.slice(before);
  if (stop.kind === 'console') return printed;
  const end = machine.console.slice(-1500);
  throw new Error(`expected "${text}", but the machine stopped: ${JSON.stringify(stop)}\n${end}`);
}
