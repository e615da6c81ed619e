/** A driver with a bug in it, on a machine at the shell's prompt: what becomes of it natively, and in a domain. */
import { extensions } from '../../src/host/extensions.ts';
import type { MachineSnapshot } from '../../src/host/machine.ts';
import type { ExtensionManifest } from '../../src/platform/extension.ts';
import { moduleFile } from '../support/compiled.ts';
import { bootFor, insmod, runWorkload, type Way } from '../support/extension.ts';
import { prompt, type Session, type System } from '../support/system.ts';
import type { DriverBug, NativeEnd } from './bugs.ts';

/** Instructions of all harts together in which a command must be done. */
const patience = 100_000_000;
/** In which nooksd has started an extension anew. */
const recoverySteps = 20_000_000;
/** A kernel as developers have it: free memory is overwritten, red zones and what was freed are looked at. */
const append = 'panic=-1 slab_debug poison';
const memory = 32 * 2 ** 20;
/** A module is loaded for each trial: to translate it takes longer than to interpret it. */
const hotCount = 100_000;
/** The driver is started anew; set up by the trial, when what the bug needed is gone. */
const policy = 'start true\nwindow 10\nrestart\n';
/** What no kernel says that Nooks protects. */
const bad = /Kernel panic|\[#\d|BUG: |slab error|Bad page/;

export class BugMachine {
  readonly #manifest: ExtensionManifest;
  readonly #session: Session;
  readonly #bugs: readonly DriverBug[];
  readonly #snapshot: MachineSnapshot;
  #from = 0;

  private constructor(manifest: ExtensionManifest, session: Session, bugs: readonly DriverBug[]) {
    this.#manifest = manifest;
    this.#session = session;
    this.#bugs = bugs;
    this.#snapshot = session.machine.snapshot();
  }

  /** Boots, with a module file for each of the bugs, all of one driver. */
  static async boot(bugs: readonly DriverBug[], system: System, harts: number): Promise<BugMachine> {
    const { driver } = bugs[0]!, mode = 0o100644;
    const manifest = extensions.find(({ name }) => name === driver)!;
    const hoard = moduleFile('hoard', ['test/drivers/guest/hoard.ts']);
    const session = await bootFor(manifest, { engine: 'lockstep', harts, seed: 1, append, memory, hotCount }, system, [
      { path: 'lib/modules/hoard.o', mode, contents: hoard },
      { path: `etc/nooks/${driver}`, mode, contents: new TextEncoder().encode(policy) },
      ...bugs.flatMap((bug, index) => [
        { path: `root/${index}`, mode: 0o040755 },
        { path: `root/${index}/${driver}.o`, mode, contents: moduleFile(driver, manifest.files, bug) },
      ]),
    ]);
    return new BugMachine(manifest, session, bugs);
  }

  /** Has a bug happen in the driver at work, under a schedule by the seed; gives what is not as the table says. */
  async try(bug: DriverBug, way: Way, seed: number): Promise<string[]> {
    const { machine } = this.#session;
    await machine.restore(this.#snapshot);
    machine.lockstep.reschedule({ quantum: 50 + seed * 37 % 2000, seed: seed + 1 });
    this.#from = machine.console.length;
    const path = `/root/${this.#bugs.indexOf(bug)}/${bug.driver}.o`;
    const loaded = await this.#session.run(insmod(path, way));
    const before = [...loaded.status === 0 ? [] : [loaded.said], ...await this.#use()];
    if (before.length > 0) return before.map((complaint) => `before: ${complaint}`);
    const end = await this.#provoke(bug);
    return way === 'native' ? this.#judgeNative(bug, end) : this.#judgeIsolated(bug, end);
  }

  /** What the console has said since the driver was loaded. */
  get console(): string { return this.#session.machine.console.slice(this.#from).replaceAll('\r', ''); }

  dispose(): Promise<void> { return this.#session.machine.dispose(); }

  async #judgeNative({ native, service, says, relief }: DriverBug, end: NativeEnd | 'alive'): Promise<string[]> {
    const wrong = [...end === native ? [] : [`natively it ended as ${end}`], ...this.#unsaid(says)];
    if (end === 'panic' || end === 'hang') return wrong;
    await this.#type(relief);
    const complaints = await this.#use().catch((error: Error) => [error.message]);
    return (complaints.length === 0) === (service === 'there') ? wrong : [...wrong, 'the service is not as told'];
  }

  async #judgeIsolated({ driver, failed, relief }: DriverBug, end: NativeEnd | 'alive'): Promise<string[]> {
    if (end !== 'alive') return [`in a domain it ended as ${end}`];
    const found = this.#unsaid(new RegExp(`nooks: ${driver} failed: .*${failed.source}`));
    // Before there is memory again to run a program.
    await this.#session.machine.run({ maxInstructions: recoverySteps });
    await this.#type(relief);
    const after = await this.#use();
    return [
      ...found, ...this.#unsaid(new RegExp(`nooks: ${driver} restarted`)), ...after.map((each) => `after: ${each}`),
      ...bad.exec(this.console) ?? [],
    ];
  }

  /** Sets the driver up and runs its workloads: what is not as its manifest says. */
  async #use(): Promise<string[]> {
    for (const line of this.#manifest.setUp) {
      const { status } = await this.#session.run(line);
      if (status !== 0) return [`${line} gave ${status}`];
    }
    const complaints: string[] = [];
    for (const workload of this.#manifest.workloads) complaints.push(...await runWorkload(this.#session, workload));
    return complaints;
  }

  async #provoke({ trigger }: DriverBug): Promise<NativeEnd | 'alive'> {
    const end = await this.#type(trigger);
    return end === 'alive' && this.console.includes('[#1]') ? 'oops' : end;
  }

  /** Types lines, and waits for the prompt after each. */
  async #type(lines: readonly string[]): Promise<'panic' | 'hang' | 'alive'> {
    const { machine } = this.#session;
    for (const line of lines) {
      machine.type(`${line}\n`);
      const { kind } = await machine.run({ maxInstructions: patience, untilConsole: prompt });
      if (kind !== 'console') return this.console.includes('Kernel panic') ? 'panic' : 'hang';
    }
    return 'alive';
  }

  #unsaid(pattern: RegExp): string[] {
    return pattern.test(this.console) ? [] : [`nothing on the console matched ${pattern}`];
  }
}

/** The line that has a bug happen again. */
export const bugReplay = (driver: string, harts: number, seed: number) =>
  `npm run drivers -- bugs --driver ${driver} --harts ${harts} --from ${seed} --seeds 1`;
