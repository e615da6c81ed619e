/**
 * A machine at the shell's prompt with the rogue loaded, native or isolated. A trial makes it misbehave under a
 * schedule that depends on the seed alone, unloads it, and counts the kernel's pages and objects.
 */
import type { MachineSnapshot } from '../../../src/host/machine.ts';
import { insmod, type Way } from '../../support/extension.ts';
import { prompt, Session, type System } from '../../support/system.ts';
import { quantumOf } from '../stress/trial.ts';

/** Instructions of all harts together; what needs more hangs. */
const patience = 2_000_000_000;
/** Ticks after which an extension counts as hung: few, so that tests need not wait a second of the machine's time. */
const ticks = 5;

/** What there is of the kernel's memory. Pages of empty slabs count as free. */
export interface Holdings { readonly free: number; readonly objects: Readonly<Record<string, number>> }

export interface Trial {
  readonly said: string;
  /** Whether the prompt came back. */
  readonly alive: boolean;
}

export class RogueMachine {
  readonly #session: Session;
  #snapshot: MachineSnapshot;
  /** What the kernel held before the rogue was loaded. */
  readonly before: Holdings;

  private constructor(session: Session, before: Holdings) {
    this.#session = session;
    this.#snapshot = session.machine.snapshot();
    this.before = before;
  }

  static async boot(system: System, harts: number, way: Way, append = ''): Promise<RogueMachine> {
    const session = await Session.boot(system, {
      harts, seed: 1, memory: 32 * 2 ** 20, append: `panic=-1 nooks_ticks=${ticks} ${append}`,
    });
    const load = insmod('rogue', way);
    // What is made once and kept, such as dentries of programs, is there after a first time.
    for (let turn = 0; turn < 3; turn++) {
      for (const line of [load, 'echo 0 > /proc/rogue', 'sleep 0', 'rmmod rogue']) await session.command(line);
      await holdings(session);
    }
    const before = await holdings(session);
    await session.command(load);
    return new RogueMachine(session, before);
  }

  /** Requests made at the same time, by as many processes. */
  async trial(requests: readonly number[], seed: number): Promise<Trial> {
    const { machine } = this.#session;
    await machine.restore(this.#snapshot);
    machine.lockstep.reschedule({ quantum: quantumOf(seed), seed: seed + 1 });
    const from = machine.console.length;
    const alone = requests.length === 1;
    const line = requests.map((number) => `echo ${number} > /proc/rogue`).join(' & ');
    let alive = await this.#type(line);
    if (alive && !alone) alive = await this.#type('wait');
    return { said: machine.console.slice(from).replaceAll('\r', ''), alive };
  }

  /** From now on, the first instruction of a function of the kernel is another. */
  plant(symbol: string, instruction: number): void {
    const { machine } = this.#session;
    machine.write(machine.symbols.address(symbol)!, new Uint8Array(new Uint32Array([instruction]).buffer));
    this.#snapshot = machine.snapshot();
  }

  /** After a trial: unloads the rogue; gives what the kernel then holds, or what it says instead. */
  async unload(): Promise<Holdings | string> {
    const from = this.#session.machine.console.length;
    const said = () => this.#session.machine.console.slice(from);
    for (const line of ['sleep 1', 'rmmod rogue']) if (!await this.#type(line)) return said();
    return this.holdings();
  }

  holdings(): Promise<Holdings> {
    return holdings(this.#session);
  }

  /** Whether the shell is there again after a line. */
  async #type(line: string): Promise<boolean> {
    const { machine } = this.#session;
    machine.type(`${line}\n`);
    return (await machine.run({ maxInstructions: patience, untilConsole: prompt })).kind === 'console';
  }

  dispose(): Promise<void> {
    return this.#session.machine.dispose();
  }
}

/** What the kernel holds now. */
export async function holdings(session: Session): Promise<Holdings> {
  const text = await session.command('cat /proc/meminfo /proc/slabinfo');
  const slabs = [...text.matchAll(/^(\S+) +(\d+) +\d+ +\d+ +(\d+) +(\d+) +(\d+)$/gm)]
    .map(([, name, active, used, all, order]) => ({
      name: name!, active: Number(active), empty: (Number(all) - Number(used)) * Number(order),
    }));
  const free = Number(/^MemFree: +(\d+)/m.exec(text)?.[1]) / 4;
  return {
    free: slabs.reduce((sum, { empty }) => sum + empty, free),
    objects: Object.fromEntries(slabs.map(({ name, active }) => [name, active])),
  };
}
