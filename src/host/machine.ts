/** The library's front door: a machine with either engine, driven from the main thread. */
import type { CostProfile } from '../machine/core/cost.ts';
import { type DeviceAccess, type HartView, LockstepMachine } from '../machine/machine.ts';
import type { Snapshot } from '../machine/snapshot.ts';
import { Symbols } from '../machine/symbols.ts';
import { stepsBefore } from '../machine/words/hart.ts';
import type { Card } from '../machine/devices/card.ts';
import type { CardSpec } from '../machine/devices/cards.ts';
import { type BootOptions, checkBoard, planBoot } from './boot.ts';
import { loadCards } from './card-files.ts';
import { Console } from './console.ts';
import { Devices } from './devices.ts';
import { type Disk, openDisk } from './disk.ts';
import { ParallelMachine, type ProbeWatcher } from './parallel.ts';
import type { ProbeHit } from './probe-ring.ts';
import type { ConsoleSink, MachineEnding } from './session.ts';
import { UserError } from './user-error.ts';

export type EngineName = 'parallel' | 'lockstep';

export interface MachineOptions extends Omit<BootOptions, 'harts' | 'memory' | 'board'> {
  /** 1..16; 1 when absent. */
  readonly harts?: number;
  /** Bytes of RAM; 128 MiB when absent. */
  readonly memory?: number;
  /** `lockstep` when absent: repeatable to the bit. `parallel` runs a thread per hart. */
  readonly engine?: EngineName;
  /** Lockstep: 0 gives turns of exactly `quantum` steps; any other number varies them, repeatably. */
  readonly seed?: number;
  /** Lockstep: mean steps of a turn; 1000 when absent. */
  readonly quantum?: number;
  readonly costs?: CostProfile;
  /** How often a jump target is arrived at before it is translated; 0 interprets everything. */
  readonly hotCount?: number;
  /** Disk image: a path, written through to, or contents, which stay in memory. */
  readonly disk?: string | Uint8Array;
  /**
   * Cards beside what every board has, as on the command line (`e1000,loss=0.01`) or as objects; none when absent. One
   * with a slash in its name is the path of a module that exports its CardKind as `card`.
   */
  readonly devices?: readonly (string | CardSpec)[] | undefined;
  /** Lockstep: told every access to a device, in order. */
  readonly onAccess?: (access: DeviceAccess) => void;
  /** Where console output goes beside `machine.console`. */
  readonly onConsole?: ConsoleSink;
}

export interface RunLimits {
  /** Steps (instructions attempted) of all harts together. */
  readonly maxInstructions?: number;
  /** Stop once this text has appeared on the console. */
  readonly untilConsole?: string;
}

export type Ending = MachineEnding | { readonly kind: 'console' };

/** What both engines can do. Addresses are physical unless it says otherwise. */
export interface Engine {
  run(limits: RunLimits): Promise<Ending>;
  type(bytes: Uint8Array): void;
  stop(): void;
  read(address: number, length: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
  hart(index: number): HartView;
  card(index: number): Card | undefined;
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): Promise<void>;
  setProbes(probes: ReadonlyMap<number, ProbeWatcher>): Promise<void>;
  dispose(): Promise<void>;
}

/** Belongs to the machine it was taken from. */
export interface MachineSnapshot { readonly state: Snapshot; readonly disk: Uint8Array | undefined }

const defaultMemory = 128 * 2 ** 20;

export class Machine {
  readonly symbols: Symbols;
  readonly harts: number;
  readonly #engine: Engine;
  readonly #lockstep: LockstepMachine | undefined;
  readonly #console: Console;
  readonly #disk: Disk | undefined;
  readonly #devices: Devices;

  private constructor(
    engine: Engine, symbols: Symbols, console: Console,
    { lockstep, disk, devices, harts }: {
      lockstep: LockstepMachine | undefined; disk: Disk | undefined; devices: Devices; harts: number;
    },
  ) {
    this.#engine = engine;
    this.symbols = symbols;
    this.#console = console;
    this.#lockstep = lockstep;
    this.#disk = disk;
    this.#devices = devices;
    this.harts = harts;
  }

  /**
   * A machine at its first instruction.
   * @throws UserError, ImageError when what was asked for cannot be built
   */
  static async create(options: MachineOptions): Promise<Machine> {
    const { harts = 1, memory = defaultMemory, engine = 'lockstep' } = options;
    checkBoard({ harts, memory });
    const plan = planBoot({ ...options, harts, memory });
    const symbols = new Symbols();
    for (const { elf, bias } of plan.elves) symbols.add(elf, { bias });
    const disk = options.disk === undefined ? undefined : openDisk(options.disk);
    await loadCards(options.devices ?? []);
    const devices = new Devices(options.devices ?? []);
    if (engine === 'lockstep' && devices.cards.some((_, card) => devices.forwards(card))) {
      throw new UserError('forwarding to the host\'s network needs the parallel engine');
    }
    const console = new Console(options.onConsole);
    if (engine === 'parallel') {
      const parallel = await ParallelMachine.create(
        { ...options, harts, ramBytes: memory, plan, console, disk, devices });
      return new Machine(parallel, symbols, console, { lockstep: undefined, disk, devices, harts });
    }
    const lockstep = new LockstepMachine({
      harts, ramBytes: memory,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.quantum === undefined ? {} : { quantum: options.quantum }),
      ...(options.costs === undefined ? {} : { costs: options.costs }),
      ...(options.hotCount === undefined ? {} : { hotCount: options.hotCount }),
      ...(disk ? { disks: [disk.store] } : {}),
      ...(options.onAccess === undefined ? {} : { onAccess: options.onAccess }),
      onConsole: (byte) => console.put(byte),
      cards: devices.cards,
      onRecord: devices.wantsAny ? (card, bytes, ns) => devices.record(card, bytes, ns) : undefined,
    });
    lockstep.load(plan);
    return new Machine(new LockstepEngine(lockstep, console), symbols, console, { lockstep, disk, devices, harts });
  }

  /** Runs until something ends the run, or a limit is met; may be called again where that makes sense. */
  async run(limits: RunLimits = {}): Promise<Ending> {
    const ending = await this.#engine.run(limits);
    await this.#console.flush();
    this.#disk?.save();
    this.#devices.flush();
    return ending;
  }

  /** All console output so far, as text. */
  get console(): string {
    return this.#console.text;
  }

  /** Types on the guest's console. */
  type(input: Uint8Array | string): void {
    this.#engine.type(typeof input === 'string' ? new TextEncoder().encode(input) : input);
  }

  stop(): void {
    this.#engine.stop();
  }

  read(address: number, length: number): Uint8Array {
    return this.#engine.read(address, length);
  }

  /** The word at an address, unsigned. */
  readWord(address: number): number {
    return new DataView(this.read(address, 4).buffer).getUint32(0, true);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#engine.write(address, bytes);
  }

  /** A live view of a hart's words. */
  hart(index: number): HartView {
    return this.#engine.hart(index);
  }

  /** The card of this place among `devices`, for a look at its state or its outside world. */
  card(index: number): Card | undefined {
    return this.#engine.card(index);
  }

  /** The lockstep machine itself, for what only it can do: hashes, snapshots, probes, exact steps. */
  get lockstep(): LockstepMachine {
    if (!this.#lockstep) throw new Error('only the lockstep engine can do this');
    return this.#lockstep;
  }

  hash(): string {
    return this.lockstep.hash();
  }

  /** The machine's state between runs, its disk's contents included. */
  snapshot(): MachineSnapshot {
    return { state: this.#engine.snapshot(), disk: this.#disk?.contents() };
  }

  /** Back to a snapshot of this machine. */
  async restore({ state, disk }: MachineSnapshot): Promise<void> {
    if (disk) this.#disk?.replace(disk);
    await this.#engine.restore(state);
  }

  /**
   * From now on `watch` is told before each instruction at a probed virtual address; the guest's instruction counts do
   * not change. In lockstep it is told at once; the parallel engine keeps the hits in a ring until the host comes by.
   */
  async setProbes(probes: ReadonlyMap<number, ProbeWatcher>): Promise<void> {
    await this.#engine.setProbes(probes);
  }

  /** Ends the machine's threads and closes its disk. May be called twice. */
  async dispose(): Promise<void> {
    await this.#engine.dispose();
    this.#disk?.close();
    this.#devices.close();
  }
}

/** How long the machine runs before the host gets a turn, so that typing feels immediate whatever the guest does. */
const sliceMs = 10;
/** Steps of a slice; how many take `sliceMs` depends on the guest: one that polls devices is slow. */
const slice = { least: 10_000, first: 1_000_000, most: 10_000_000 };

class LockstepEngine implements Engine {
  readonly #machine: LockstepMachine;
  readonly #console: Console;
  #stopped = false;

  constructor(machine: LockstepMachine, console: Console) {
    this.#machine = machine;
    this.#console = console;
  }

  async run({ maxInstructions = Infinity, untilConsole }: RunLimits): Promise<Ending> {
    const machine = this.#machine;
    this.#console.watch(untilConsole, () => machine.pause());
    let wanted = slice.first;
    for (let left = maxInstructions; ;) {
      if (this.#stopped) {
        this.#stopped = false;
        return { kind: 'stopped' };
      }
      const before = performance.now();
      const { end, steps } = machine.run(Math.min(left, wanted));
      left -= steps;
      const factor = sliceMs / Math.max(0.1, performance.now() - before);
      wanted = Math.round(Math.min(slice.most, Math.max(slice.least, wanted * Math.min(2, factor))));
      await this.#console.flush();
      switch (end.kind) {
        case 'exit': return this.#exit();
        case 'idle': return { kind: 'idle' };
        case 'unhandled': return this.#unhandled(end.hart);
        case 'paused':
          if (this.#console.found) return { kind: 'console' };
          break;
        case 'limit':
          if (left <= 0) return { kind: 'limit' };
          break;
      }
      await new Promise(setImmediate);
    }
  }

  type(bytes: Uint8Array): void {
    this.#machine.type(bytes);
  }

  stop(): void {
    this.#stopped = true;
  }

  read(address: number, length: number): Uint8Array {
    return this.#machine.read(address, length);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#machine.write(address, bytes);
  }

  hart(index: number): HartView {
    return this.#machine.hart(index);
  }

  card(index: number): Card | undefined {
    return this.#machine.board.cards[index];
  }

  snapshot(): Snapshot {
    return this.#machine.snapshot();
  }

  async restore(snapshot: Snapshot): Promise<void> {
    this.#machine.restore(snapshot);
  }

  async setProbes(probes: ReadonlyMap<number, ProbeWatcher>): Promise<void> {
    const { memory, layout } = this.#machine;
    const words = new Int32Array(memory.buffer);
    const hit = (hart: number, pc: number): ProbeHit => (
      { hart, pc, steps: stepsBefore(words, layout.hart(hart)), registers: this.#machine.hart(hart).x.slice() });
    this.#machine.setProbes(new Map([...probes].map(([address, watch]) =>
      [address, (hart: number, pc: number) => watch(hit(hart, pc))])));
  }

  async dispose(): Promise<void> {}

  #exit(): Ending {
    const { kind, status } = this.#machine.exit!;
    return kind === 'reset' ? { kind } : { kind, status };
  }

  #unhandled(index: number): Ending {
    return unhandledTrap(index, this.#machine.hart(index));
  }
}

/** What a hart that cannot execute its trap handler reports. */
export function unhandledTrap(index: number, hart: HartView): Ending {
  const machine = hart.privilege === 3;
  return {
    kind: 'unhandled', hart: index, cause: (machine ? hart.mcause : hart.scause) >>> 0,
    pc: (machine ? hart.mepc : hart.sepc) >>> 0, tval: (machine ? hart.mtval : hart.stval) >>> 0,
  };
}
