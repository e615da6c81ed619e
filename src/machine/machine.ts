import { Board } from './board.ts';
import { Core, defaultHotCount } from './core/core.ts';
import { initialiseHart } from './core/code-cache.ts';
import { type CostProfile, flat } from './core/cost.ts';
import { cardBytes, type CardSpec } from './devices/cards.ts';
import type { BlockStore } from './devices/virtio-block.ts';
import { Digest } from './digest.ts';
import type { LoadPlan } from './image/load.ts';
import { Lockstep, type LockstepEnd, type Schedule } from './lockstep.ts';
import { type Snapshot, Snapshots } from './snapshot.ts';
import { Translator } from './translator/translator.ts';
import { hartWords } from './words/hart.ts';
import { type Layout, layoutOf } from './words/layout.ts';
import { exits } from './words/machine.ts';
import type { View } from './words/struct.ts';

export interface LockstepOptions {
  /** 1..16. */
  readonly harts: number;
  /** 16 MiB..1 GiB. */
  readonly ramBytes: number;
  /** Mean steps of a hart's turn. */
  readonly quantum?: number;
  /** 0 takes turns of exactly `quantum` steps; other numbers are seeds of varied turns. */
  readonly seed?: number;
  readonly costs?: CostProfile;
  /** How often a jump target is arrived at before it is translated; 0 never translates. */
  readonly hotCount?: number;
  /** The date at power-on, in milliseconds since 1970. */
  readonly startMs?: number;
  readonly disks?: readonly BlockStore[];
  readonly cards?: readonly CardSpec[];
  /** Told what a card lets out of the machine; see `CardSetting`. */
  readonly onRecord?: ((card: number, bytes: Uint8Array, ns: number) => void) | undefined;
  /** Told every access to a device, in order. */
  readonly onAccess?: (access: DeviceAccess) => void;
  /** Console output as it comes. */
  readonly onConsole?: (byte: number) => void;
}

/** A load or store outside RAM. `address` is physical; a read where nothing answered has the value 0. */
export interface DeviceAccess {
  readonly hart: number;
  readonly way: 'read' | 'write';
  readonly address: number;
  readonly bytes: number;
  readonly value: number;
}

export type HartView = View<typeof hartWords['fields']>;
/** Looks at the machine before the instruction at `pc` is run by the hart. */
export type Probe = (hart: number, pc: number) => void;

/** 2024-01-01: the date of a run must be an input, not the host's. */
const defaultStartMs = Date.UTC(2024, 0, 1);

/**
 * A whole machine on the calling thread, with the lockstep engine. Everything it does is a function of its options, the
 * loaded plan, and what is typed; it never looks at the host.
 */
export class LockstepMachine {
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
  readonly board: Board;
  readonly core: Core;
  readonly #lockstep: Lockstep;
  readonly #snapshots: Snapshots;
  readonly #bytes: Uint8Array;
  readonly #digest: Digest;
  readonly #probes = new Map<number, Probe>();
  /** By number, and the number of each by where its words are: asked for at every device access. */
  readonly #harts: readonly HartView[];
  readonly #hartIndex: ReadonlyMap<number, number>;
  #typed: number[] = [];
  #startMs: number;

  constructor(options: LockstepOptions) {
    const { harts, ramBytes, quantum = 1000, seed = 0, costs = flat, hotCount = defaultHotCount } = options;
    const { cards = [], onRecord } = options;
    this.layout = layoutOf({ harts, engines: 1, ramBytes, cards: cards.map(cardBytes) });
    const { pages } = this.layout;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#bytes = new Uint8Array(this.memory.buffer);
    this.#startMs = options.startMs ?? defaultStartMs;
    const { memory, layout } = this;
    this.board = new Board({
      memory, layout, thread: 1, alone: true, clock: { now: () => this.#lockstep.now() }, disks: options.disks ?? [],
      cards,
      pins: {
        record: onRecord,
        transmit: options.onConsole ?? (() => {}),
        drained: () => this.#feed(),
        exit: (status) => this.#exit(exits.exit, status),
        reset: () => this.#exit(exits.reset, 0),
        wake: (hart) => this.#lockstep.wake(hart),
        dueChanged: () => this.#lockstep.dueChanged(),
        timerChanged: () => this.#lockstep.dueChanged(),
        wrote: (host, bytes) => this.core.code.invalidate(host, bytes),
        access: (hart, physical, size, value) => {
          this.#digest.event(hart, physical, size, value);
          options.onAccess?.({
            hart: this.#hartIndex.get(hart)!, way: size & 8 ? 'write' : 'read', address: physical, bytes: size & 7,
            value,
          });
        },
      },
    });
    this.#digest = new Digest({ memory, layout, machine: this.board.machine });
    const surroundings = this.board.surroundings((hart, pc) => this.#probes.get(pc)?.(this.#hartIndex.get(hart)!, pc));
    const all = Array.from({ length: harts }, (_, index) => index);
    for (const hart of all) initialiseHart(memory.buffer, layout, hart);
    this.#harts = all.map((index) => hartWords.at(memory.buffer, layout.hart(index)));
    this.#hartIndex = new Map(all.map((index) => [layout.hart(index), index]));
    this.core = new Core({ memory, layout, engine: 0, harts: all, surroundings, costs, hotCount });
    const translator = hotCount > 0 ? new Translator(this.core, memory, layout, 0) : undefined;
    this.#lockstep = new Lockstep({
      board: this.board, core: this.core, translator, layout, memory, schedule: { quantum, seed },
      afterAccess: () => this.#feed(),
    });
    this.#snapshots = new Snapshots({ memory, layout, code: this.core.code });
  }

  /** Powers on: RAM holds the plan, every hart is at its first instruction. */
  load(plan: LoadPlan): void {
    this.#lockstep.reset();
    this.board.reset({ startMs: this.#startMs });
    for (const { address, bytes } of plan.blocks) this.#bytes.set(bytes, this.#host(address));
    for (let index = 0; index < this.layout.harts; index++) {
      const hart = this.hart(index);
      hart.pc = plan.pc | 0;
      hart.privilege = 3;
      this.core.setContext(this.layout.hart(index));
    }
  }

  /** Takes at most `steps` steps, all harts together. */
  run(steps: number): { readonly end: LockstepEnd; readonly steps: number } {
    return this.#lockstep.run(steps);
  }

  /**
   * Takes turns by another schedule from now on: after `restore`, so that a run from a snapshot is a function of it.
   */
  reschedule(schedule: Schedule): void {
    this.#lockstep.reschedule(schedule);
  }

  /** Ends `run` after the current turn; for probes and console listeners. */
  pause(): void {
    this.#lockstep.pause();
    this.#lockstep.interrupt();
  }

  /** Sends bytes to the UART, as fast as the guest takes them. */
  type(bytes: Iterable<number>): void {
    this.#typed.push(...bytes);
    this.#feed();
  }

  /** A live view of a hart's words; its registers are `x`. */
  hart(index: number): HartView {
    return this.#harts[index]!;
  }

  /** Virtual time in nanoseconds. */
  get now(): number {
    return this.#lockstep.now();
  }

  /** The exit status of the test finisher; undefined when the run did not end so. */
  get exit(): { readonly kind: 'exit' | 'reset'; readonly status: number } | undefined {
    const { exit, status } = this.board.machine;
    return exit === exits.none ? undefined : { kind: exit === exits.reset ? 'reset' : 'exit', status };
  }

  /** A copy of physical memory; `address` and what follows must be RAM. */
  read(address: number, length: number): Uint8Array {
    return this.#bytes.slice(this.#host(address), this.#host(address) + length);
  }

  /** Writes RAM as a debugger does: code there is seen at once. */
  write(address: number, bytes: Uint8Array): void {
    this.board.dma.write(address, bytes);
  }

  /** From now on `probe` looks before each of its addresses' instructions. Guest instruction counts do not change. */
  setProbes(probes: ReadonlyMap<number, Probe>): void {
    this.#probes.clear();
    for (const [address, probe] of probes) this.#probes.set(address >>> 0, probe);
    this.core.code.setProbes(this.#probes.keys());
  }

  /** A hash of all guest-visible state. */
  hash(): string {
    return this.#digest.state();
  }

  /** Hash and count of the device accesses so far: the event stream. */
  events(): string {
    return this.#digest.events();
  }

  snapshot(): Snapshot {
    return this.#snapshots.take();
  }

  restore(snapshot: Snapshot): void {
    this.#snapshots.restore(snapshot);
    this.#typed = [];
  }

  /** RAM pages written since the last snapshot or restore. */
  dirtyPages(): number[] {
    return this.#snapshots.dirtyPages();
  }

  #exit(kind: number, status: number): void {
    const { machine } = this.board;
    if (machine.exit !== exits.none) return;
    machine.status = status;
    machine.exit = kind;
    this.#lockstep.interrupt();
  }

  #feed(): void {
    let taken = 0;
    // `receive` takes the UART's lock, which the guest's access holds when it drains the receiver.
    if (this.board.uart.lock.owner !== 0) {
      this.#lockstep.interrupt();
      return;
    }
    while (taken < this.#typed.length && this.board.uart.receive(this.#typed[taken]!)) taken++;
    if (taken > 0) this.#typed = this.#typed.slice(taken);
  }

  #host(physical: number): number {
    return this.core.code.host(physical);
  }
}

