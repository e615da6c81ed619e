/**
 * A machine with a driver's card at the shell's prompt, for stories about the driver: each begins at the same snapshot,
 * the module not loaded, under a schedule by its seed, and ends with the module unloaded and all memory back.
 */
import type { MachineSnapshot } from '../../src/host/machine.ts';
import { Random } from '../../src/machine/random.ts';
import type { ExtensionManifest } from '../../src/platform/extension.ts';
import { bootFor, insmod, type Way } from '../support/extension.ts';
import { type KernelMemory, kernelMemory, memoryChanges } from '../support/kernel-memory.ts';
import { prompt, type Session, type System } from '../support/system.ts';

/** Something that befalls a driver: throws when it does not end well. */
export type StoryOf<Trial> = (trial: Trial) => Promise<void>;

/** Instructions of all harts together in which a command must be done. */
const patience = 600_000_000;
/** The kernel arguments of every trial: what goes wrong is told at once, and stops the machine. */
const append = 'quiet panic=-1 panic_on_oops=1 slab_debug';
const memory = 32 * 2 ** 20;
/** Modules and programs are loaded anew all the while: to translate them takes longer than to interpret them. */
const hotCount = 100_000;
/** Words of the console that no good run has. */
const bad = /BUG|(?<!failed: )Oops|Kernel panic|slab error|LOCKUP|Usage count|out-of-sync|Dead loop|Trying to free/;
/** How often memory is looked at until it is what it was: what softirqs, timers and other tasks free is free then. */
const looks = 4;

export abstract class DriverTrial {
  readonly manifest: ExtensionManifest;
  readonly session: Session;
  readonly #way: Way;
  /** Of the story that is being told. */
  random = new Random().seed(1);
  #snapshot: MachineSnapshot | undefined;
  #before: KernelMemory = {};
  #from = 0;
  #begun = 0;

  protected constructor(manifest: ExtensionManifest, session: Session, way: Way) {
    this.manifest = manifest;
    this.session = session;
    this.#way = way;
  }

  protected static bootSession(
    manifest: ExtensionManifest, system: System, harts: number,
    { more = '', files = [] }: { more?: string; files?: Parameters<System['initrd']>[0] },
  ): Promise<Session> {
    const setting = { engine: 'lockstep', harts, seed: 1, append: `${append} ${more}`, memory, hotCount } as const;
    return bootFor(manifest, setting, system, files);
  }

  /** Undoes whatever a story has left. */
  abstract unload(): Promise<void>;

  /** To be called at the end of booting: what is made at the first use of anything must be there. */
  protected async keep(): Promise<void> {
    this.#before = await this.memory();
    this.#snapshot = this.session.machine.snapshot();
  }

  /** Tells a story from the snapshot on. @throws Error when it does not end well */
  async tell(story: StoryOf<this>, seed: number): Promise<void> {
    const { machine } = this.session;
    await machine.restore(this.#snapshot!);
    machine.lockstep.reschedule({ quantum: 50 + seed * 37 % 2000, seed: seed + 1 });
    this.random.seed(seed);
    this.#from = machine.console.length;
    await story(this);
    await this.unload();
    let lost: string[] = [];
    for (let look = 0; look < looks; look++) {
      lost = memoryChanges(this.#before, await this.memory());
      if (lost.length === 0) return;
    }
    throw new Error(`not as before: ${lost.join(', ')}`);
  }

  /** What the story's console has said. */
  get console(): string { return this.session.machine.console.slice(this.#from).replaceAll('\r', ''); }

  /** Types a line and waits for the next prompt: what was printed. */
  async command(line: string): Promise<string> {
    await this.begin(line);
    return this.finish();
  }

  /** Types a line, and comes back when the machine has read it: the kernel may speak while it is echoed. */
  async begin(line: string): Promise<void> {
    this.#begun = this.session.machine.console.length;
    this.session.machine.type(`${line}\n`);
    await this.session.machine.run({ maxInstructions: patience, untilConsole: '\r\n' });
  }

  /** Until the prompt comes back; what others say may follow it. */
  async finish(): Promise<string> {
    const { machine } = this.session;
    const said = () => machine.console.slice(this.#begun).replaceAll('\r', '');
    if (!said().includes(prompt)) {
      const { kind } = await machine.run({ maxInstructions: patience, untilConsole: prompt });
      if (kind !== 'console') throw new Error(`no prompt within ${patience} instructions: ${kind}`);
    }
    if (bad.test(said())) throw new Error(`the kernel complains: ${bad.exec(said())![0]}`);
    return said();
  }

  /** A command that must end with status 0. */
  async must(line: string): Promise<string> {
    const said = await this.command(`${line} && echo done-well`);
    if (!said.includes('\ndone-well\n')) throw new Error(`${line} failed`);
    return said;
  }

  /** Lets the machine run on for a random while, a command being under way. */
  async aWhile(most = 2_000_000): Promise<void> {
    await this.session.machine.run({ maxInstructions: 1 + this.random.below(most) });
  }

  pick<T>(values: readonly T[]): T { return values[this.random.below(values.length)]!; }

  /** The command that loads the module, without parameters. */
  get insmod(): string { return insmod(this.manifest.name, this.#way); }

  async load(parameters = ''): Promise<void> { await this.must(`${this.insmod} ${parameters}`.trim()); }

  /** What is in use. */
  async memory(): Promise<KernelMemory> {
    await this.command('sleep 0.3');
    return kernelMemory(this.session.machine);
  }

  dispose(): Promise<void> { return this.session.machine.dispose(); }
}
