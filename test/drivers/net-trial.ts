/**
 * A machine with a network card at the shell's prompt, for stories about its driver: each begins at the same snapshot,
 * under a schedule by its seed, and ends with the module unloaded and all memory back.
 */
import { Random } from '../../src/machine/random.ts';
import { NetCard } from '../../src/machine/devices/net-cards.ts';
import type { NetworkController } from '../../src/machine/devices/network-controller.ts';
import type { MachineSnapshot } from '../../src/host/machine.ts';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import { type KernelMemory, kernelMemory, memoryChanges } from '../support/kernel-memory.ts';
import { prompt, Session, type System } from '../support/system.ts';
import type { NetDriver } from './net-driver.ts';

/** Instructions of all harts together in which a command must be done. */
const patience = 600_000_000;
/** The kernel arguments of every trial: what goes wrong is told at once, and stops the machine. */
const append = 'quiet panic=-1 panic_on_oops=1 slab_debug';
/** Words of the console that no good run has. */
const bad = /BUG|(?<!failed: )Oops|Kernel panic|slab error|LOCKUP|Usage count|out-of-sync|Dead loop|Trying to free/;

/** Whether the module is loaded as part of the kernel, or into a domain of its own. */
export type Way = 'native' | 'isolated';

export class NetTrial {
  readonly driver: NetDriver;
  readonly #way: Way;
  readonly session: Session;
  /** Of the story that is being told. */
  random = new Random().seed(1);
  #snapshot: MachineSnapshot | undefined;
  #before: KernelMemory = {};
  #from = 0;

  private constructor(driver: NetDriver, session: Session, way: Way) {
    this.driver = driver;
    this.session = session;
    this.#way = way;
  }

  /** Boots, and uses the driver once, so that what is made at the first use of anything is there. */
  static async boot(
    driver: NetDriver, system: System, harts: number, way: Way = 'native', more = '',
  ): Promise<NetTrial> {
    const session = await Session.boot(system, {
      harts, seed: 1, append: `${append} ${more}`, memory: 32 * 2 ** 20, devices: driver.manifest.devices,
    });
    const trial = new NetTrial(driver, session, way);
    await trial.load();
    await trial.up();
    await trial.mustPing();
    await trial.command('udpstream echo 10.0.2.2 40 1400 8');
    await trial.unload();
    trial.#before = await trial.memory();
    trial.#snapshot = session.machine.snapshot();
    return trial;
  }

  /** Tells a story from the snapshot on. @throws Error when it does not end well */
  async tell(story: (trial: NetTrial) => Promise<void>, seed: number): Promise<void> {
    const { machine } = this.session;
    await machine.restore(this.#snapshot!);
    machine.lockstep.reschedule({ quantum: 50 + seed * 37 % 2000, seed: seed + 1 });
    this.random.seed(seed);
    this.#from = machine.console.length;
    await story(this);
    await this.unload();
    let lost: string[] = [];
    for (let tries = 0; tries < 4; tries++) {
      lost = memoryChanges(this.#before, await this.memory());
      if (lost.length === 0) return;
    }
    throw new Error(`not as before: ${lost.join(', ')}`);
  }

  get controller(): NetworkController {
    const card = this.session.machine.card(0);
    if (!(card instanceof NetCard)) throw new Error('the first card is no network card');
    return card.pci;
  }

  /** What the story's console has said. */
  get console(): string { return this.session.machine.console.slice(this.#from).replaceAll('\r', ''); }

  /** Types a line and waits for the next prompt: what was printed. */
  async command(line: string): Promise<string> {
    await this.begin(line);
    return this.finish();
  }

  /** Types a line, and comes back when the machine has read it. */
  async begin(line: string): Promise<void> {
    this.#begun = this.session.machine.console.length;
    this.session.machine.type(`${line}\n`);
    await this.session.machine.run({ maxInstructions: patience, untilConsole: `${line.slice(-20)}\r\n` });
  }

  /** Until the prompt comes back. */
  async finish(): Promise<string> {
    const { machine } = this.session;
    const said = () => machine.console.slice(this.#begun).replaceAll('\r', '');
    if (!said().endsWith(prompt)) {
      const { kind } = await machine.run({ maxInstructions: patience, untilConsole: prompt });
      if (kind !== 'console') throw new Error(`no prompt within ${patience} instructions: ${kind}`);
    }
    if (bad.test(said())) throw new Error(`the kernel complains: ${bad.exec(said())![0]}`);
    return said();
  }
  #begun = 0;

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
  get insmod(): string {
    return `insmod ${this.#way === 'isolated' ? '-n ' : ''}${this.driver.manifest.name}`;
  }

  async load(parameters = ''): Promise<void> {
    await this.must(`${this.insmod} ${parameters}`.trim());
  }

  async up(): Promise<void> { for (const line of this.driver.manifest.setUp) await this.must(line); }
  async down(): Promise<void> { for (const line of this.driver.manifest.tearDown) await this.must(line); }

  async unload(): Promise<void> {
    await this.down();
    await this.must(`rmmod ${this.driver.manifest.name}`);
  }

  /** All of a few requests are answered. */
  async mustPing(): Promise<void> {
    const said = await this.command(`ping ${remoteAddress} 2`);
    if (!said.includes(' 0% packet loss')) throw new Error('the remote host is not reached');
  }

  /** What is in use; what is freed in softirqs, by timers and other tasks is free then. */
  async memory(): Promise<KernelMemory> {
    await this.command('sleep 0.3');
    return kernelMemory(this.session.machine);
  }

  dispose(): Promise<void> { return this.session.machine.dispose(); }
}
