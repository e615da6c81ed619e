import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { type Remote, wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { boardPlaces } from '../machine/board.ts';
import { initialiseHart } from '../machine/core/code-cache.ts';
import type { Card } from '../machine/devices/card.ts';
import { cardBytes } from '../machine/devices/cards.ts';
import type { LoadPlan } from '../machine/image/load.ts';
import type { HartView } from '../machine/machine.ts';
import { hartWords } from '../machine/words/hart.ts';
import { engineLayout, hostAddress, type Layout, layoutOf } from '../machine/words/layout.ts';
import { exits } from '../machine/words/machine.ts';
import { type CachedCode, type Snapshot, Snapshots } from '../machine/snapshot.ts';
import type { Console } from './console.ts';
import type { Devices } from './devices.ts';
import type { Disk } from './disk.ts';
import type { HartService, Parked } from './hart-service.ts';
import type { IoService } from './io-service.ts';
import { type Ending, type Engine, type RunLimits, unhandledTrap } from './machine.ts';
import { ParallelBoard, type ThreadData, threads } from './parallel-board.ts';
import { type ProbeHit, ProbeRing } from './probe-ring.ts';
import { RecordRing } from './record-ring.ts';
import { startThread } from './thread.ts';

export interface ParallelOptions {
  readonly harts: number;
  readonly ramBytes: number;
  readonly plan: LoadPlan;
  readonly console: Console;
  readonly disk?: Disk | undefined;
  readonly devices: Devices;
  readonly hotCount?: number;
}

/** Told of each hit of a probe. */
export type ProbeWatcher = (hit: ProbeHit) => void;

interface Thread<Service> { readonly worker: Worker; readonly service: Remote<Service> }

/** How long typed bytes wait before the UART is tried again. */
const retypeMs = 2;

/** The parallel engine: a thread per hart and one for timed devices, over one shared memory. */
export class ParallelMachine implements Engine {
  readonly #parallel: ParallelBoard;
  readonly #harts: readonly Thread<HartService>[];
  readonly #io: Thread<IoService>;
  readonly #console: Console;
  /** Rejects when a thread dies. */
  readonly #death: Promise<never>;
  #typed: number[] = [];
  #typing: NodeJS.Timeout | undefined;
  readonly #snapshots: Snapshots;
  #probes: ReadonlyMap<number, ProbeWatcher> = new Map();
  readonly #rings: readonly ProbeRing[];
  /** Hands on what cards let out of the machine. */
  #drainRecords: () => void = () => {};
  #stopAsked = false;
  #disposed = false;

  private constructor(
    parallel: ParallelBoard, harts: readonly Thread<HartService>[], io: Thread<IoService>, console: Console,
  ) {
    this.#parallel = parallel;
    this.#harts = harts;
    this.#io = io;
    this.#console = console;
    const { memory, layout } = parallel;
    const { buffer } = memory;
    this.#rings = harts.map((_, hart) => new ProbeRing(buffer, boardPlaces(layout).probeRing(hart)));
    this.#snapshots = new Snapshots({ memory, layout, code: codeOf(buffer, layout) });
    this.#death = new Promise((_, reject) => {
      for (const { worker } of [...harts, io]) worker.on('error', reject);
    });
    this.#death.catch(() => {});
  }

  static async create(options: ParallelOptions): Promise<ParallelMachine> {
    const { harts, ramBytes, plan, console, disk, hotCount, devices } = options;
    const { cards } = devices;
    const layout = layoutOf({ harts, engines: harts, ramBytes, cards: cards.map(cardBytes) });
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages, shared: true });
    // Looking costs nothing while every hart has a processor; else it takes time from the one that is waited for.
    const spins = harts <= availableParallelism() ? 2000 : 0;
    const records = cards.map((_, card) => (devices.wants(card) ? RecordRing.memory() : undefined));
    const forwards = cards.map((_, card) => (devices.forwards(card) ? RecordRing.memory() : undefined));
    const data: ThreadData = {
      memory, harts, ramBytes, disk: disk?.memory, cards, records, forwards, hotCount, spins,
    };
    const parallel = new ParallelBoard(data, threads.main);
    for (let hart = 0; hart < harts; hart++) initialiseHart(memory.buffer, layout, hart);
    const bytes = new Uint8Array(memory.buffer);
    parallel.board.reset({ startMs: Date.now() });
    for (const block of plan.blocks) {
      bytes.set(block.bytes, hostAddress(layout, block.address));
    }
    const threadsOfHarts = Array.from({ length: harts }, (_, hart) => {
      const view = hartWords.at(memory.buffer, layout.hart(hart));
      view.pc = plan.pc | 0;
      view.privilege = 3;
      return spawn<HartService>('hart.ts', { ...data, hart });
    });
    const io = spawn<IoService>('io.ts', data);
    const machine = new ParallelMachine(parallel, threadsOfHarts, io, console);
    machine.#drainRecords = () => records.forEach((ring, card) => {
      if (ring) new RecordRing(ring).take((bytes, ns) => devices.record(card, bytes, ns));
    });
    forwards.forEach((ring, card) => ring && devices.forward(card, new RecordRing(ring), machine.card(card)!));
    await Promise.race([machine.#death, Promise.all(threadsOfHarts.map(({ service }) => service.setContext()))]);
    return machine;
  }

  async run({ maxInstructions = Infinity, untilConsole }: RunLimits): Promise<Ending> {
    const parallel = this.#parallel;
    const { words } = parallel;
    if (words[parallel.index('exit')] !== exits.none) return this.#exit();
    this.#console.watch(untilConsole, () => parallel.stop());
    Atomics.store(words, parallel.index('stop'), this.#stopAsked ? 1 : 0);
    parallel.startClock();
    const lastStep = parallel.steps() + maxInstructions;
    const parked = Promise.all(this.#harts.map(({ service }) => service.run(lastStep)));
    const served = this.#io.service.run();
    try {
      const reasons = await Promise.race([this.#death, this.#drainUntil(parked)]);
      await Promise.race([this.#death, served]);
      return this.#ending(reasons);
    } finally {
      parallel.stopClock();
      parallel.drainConsole((byte) => this.#console.put(byte));
      this.#drainRecords();
    }
  }

  type(bytes: Uint8Array): void {
    this.#typed.push(...bytes);
    this.#feed();
  }

  stop(): void {
    this.#stopAsked = true;
    this.#parallel.stop();
  }

  read(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#parallel.board.dma.read(address, length) ?? []).slice();
  }

  /** Code that the harts have cached is seen to have changed at their next `fence.i`, as with any other writer. */
  write(address: number, bytes: Uint8Array): void {
    this.#parallel.board.dma.write(address, bytes);
  }

  /** The hits come in `machine.run`, from each hart in order. */
  async setProbes(probes: ReadonlyMap<number, ProbeWatcher>): Promise<void> {
    this.#probes = new Map([...probes].map(([address, watch]) => [address >>> 0, watch]));
    const addresses = [...this.#probes.keys()];
    await Promise.all(this.#harts.map(({ service }) => service.setProbes(addresses)));
  }

  snapshot(): Snapshot {
    return this.#snapshots.take();
  }

  async restore(snapshot: Snapshot): Promise<void> {
    this.#snapshots.restore(snapshot);
    this.#typed = [];
    await Promise.all(this.#harts.map(({ service }) => service.forgetCode()));
  }

  card(index: number): Card | undefined {
    return this.#parallel.board.cards[index];
  }

  hart(index: number): HartView {
    return hartWords.at(this.#parallel.memory.buffer, this.#parallel.layout.hart(index));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#typing);
    this.#parallel.stop();
    await Promise.all([...this.#harts, this.#io].map(({ worker }) => worker.terminate()));
  }

  #ending(reasons: readonly Parked[]): Ending {
    const unhandled = reasons.indexOf('unhandled');
    if (this.#parallel.words[this.#parallel.index('exit')] !== exits.none) return this.#exit();
    if (unhandled >= 0) return unhandledTrap(unhandled, this.hart(unhandled));
    if (this.#stopAsked) {
      this.#stopAsked = false;
      return { kind: 'stopped' };
    }
    if (this.#console.found) return { kind: 'console' };
    return reasons.includes('limit') ? { kind: 'limit' } : { kind: 'stopped' };
  }

  #exit(): Ending {
    const { exit, status } = this.#parallel.board.machine;
    return exit === exits.reset ? { kind: 'reset' } : { kind: 'exit', status };
  }

  /** Passes console output on as it comes, until the harts have parked. */
  async #drainUntil(parked: Promise<readonly Parked[]>): Promise<readonly Parked[]> {
    const { words } = this.#parallel;
    const index = this.#parallel.index('consoleHead');
    let done: readonly Parked[] | undefined;
    const finished = parked.then((reasons) => void (done = reasons));
    while (done === undefined) {
      this.#parallel.drainConsole((byte) => this.#console.put(byte));
      this.#drainProbes();
      this.#drainRecords();
      await this.#console.flush();
      // Woken by the store of `consoleHead` that a transmitted byte ends with.
      const head = Atomics.load(words, this.#parallel.index('consoleTail'));
      const { async, value } = Atomics.waitAsync(words, index, head, 50);
      await Promise.race([async ? value : undefined, finished]);
    }
    this.#parallel.drainConsole((byte) => this.#console.put(byte));
    this.#drainProbes();
    return done;
  }

  #drainProbes(): void {
    if (this.#probes.size === 0) return;
    this.#rings.forEach((ring, hart) => {
      for (const hit of ring.take(hart)) this.#probes.get(hit.pc)?.(hit);
    });
  }

  #feed(): void {
    clearTimeout(this.#typing);
    let taken = 0;
    while (taken < this.#typed.length && this.#parallel.board.uart.receive(this.#typed[taken]!)) taken++;
    this.#typed = this.#typed.slice(taken);
    if (this.#typed.length > 0 && !this.#disposed) this.#typing = setTimeout(() => this.#feed(), retypeMs);
  }
}

/** The code that the harts' threads have cached, as this thread can see it: the maps of pages that have any. */
function codeOf(memory: ArrayBufferLike, layout: Layout): CachedCode {
  const bytes = new Uint8Array(memory);
  return {
    hasCode: (host, hart) => bytes[engineLayout(layout, hart).codeMap + ((host - layout.ram) >>> 12)] !== 0,
    // The threads forget all code after a restore.
    refreshPage: () => {},
    clear: () => {},
  };
}

function spawn<Service>(file: string, workerData: unknown): Thread<Service> {
  const worker = startThread(new URL(`../../workers/${file}`, import.meta.url), { workerData });
  return { worker, service: wrap<Service>(nodeEndpoint(worker)) };
}
