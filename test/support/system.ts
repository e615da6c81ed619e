/** The shipped kernel and programs for tests, brought up to date once for each file of tests. */
import { readFileSync } from 'node:fs';
import type { CpioEntry } from '../../src/host/cpio.ts';
import { cpioArchive } from '../../src/host/cpio.ts';
import { initramfsEntries } from '../../src/host/initramfs.ts';
import { Machine, type MachineOptions } from '../../src/host/machine.ts';
import { buildFolder, projectFolder, shippedSystem } from '../../src/host/shipped.ts';

export interface System {
  readonly kernel: Uint8Array;
  /** The programs' archive with files added, or put in place of those of the same path. */
  initrd(files?: readonly CpioEntry[]): Uint8Array;
  /** A file of the archive. */
  file(path: string): Uint8Array;
}

/** Builds what is not up to date. */
export async function shipped(): Promise<System> {
  const { image } = await shippedSystem(() => {});
  const entries = initramfsEntries({ root: projectFolder, out: buildFolder });
  return {
    kernel: readFileSync(image),
    initrd: (files = []) => cpioArchive([
      ...entries.filter(({ path }) => !files.some((file) => file.path === path)), ...files,
    ]),
    file: (path) => entries.find((entry) => entry.path === path)!.contents!,
  };
}

/** Instructions of all harts together in which the kernel must be at the prompt, and any command done. */
const limits = { boot: 60_000_000, command: 100_000_000 };

/**
 * Arrivals after which code is translated in lockstep. Most sessions go back to a snapshot after each trial, and load
 * into other pages what was there: what runs for a few milliseconds does not pay for its translation, a long loop does.
 */
const hotCount = 30_000;

export const prompt = '\n# ';

type SessionOptions = Omit<MachineOptions, 'image' | 'initrd'>;

/** A machine at the shell's prompt. */
export class Session {
  readonly machine: Machine;

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  static async boot(system: System, options: SessionOptions = {}): Promise<Session> {
    const machine = await Machine.create({
      image: system.kernel, initrd: system.initrd(), ...(options.engine !== 'parallel' && { hotCount }), ...options,
    });
    const session = new Session(machine);
    await session.until(prompt, limits.boot);
    return session;
  }

  /** Runs until the console says `text`; gives what it says up to there. */
  async until(text: string, maxInstructions = limits.command): Promise<string> {
    const from = this.machine.console.length;
    const { kind } = await this.machine.run({ maxInstructions, untilConsole: text });
    const said = this.machine.console.slice(from).replaceAll('\r', '');
    if (kind !== 'console') throw new Error(`${kind} instead of ${JSON.stringify(text)} after:\n${said}`);
    return said;
  }

  /** Types a line at the prompt; gives what is printed before the next, without the echo. */
  async command(line: string): Promise<string> {
    this.machine.type(`${line}\n`);
    const said = await this.until(prompt);
    return said.slice(said.indexOf('\n') + 1, said.length - prompt.length + 1);
  }

  /** The same, with the status that the command left. */
  async run(line: string): Promise<{ said: string; status: number }> {
    const said = await this.command(line);
    return { said, status: Number(await this.command('echo $?')) };
  }
}
