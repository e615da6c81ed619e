/** A kernel at the shell's prompt on which extensions misbehave, and what its memory tells the host. */
import type { GuestKernel, GuestTask, Holdings } from '../../../src/host/guest-kernel.ts';
import { reportKernel } from '../../../src/host/kernel-report.ts';
import type { EngineName, Machine, MachineSnapshot } from '../../../src/host/machine.ts';
import { shippedKernel } from '../../support/shipped-kernel.ts';
import { prompt, Session, type System } from '../../support/system.ts';
import { quantumOf } from '../stress/trial.ts';

export interface SubjectOptions {
  readonly harts: number;
  readonly engine?: EngineName;
  /** Boot arguments; a panic always ends the machine. */
  readonly append: string;
  readonly devices?: readonly string[];
  readonly files?: Parameters<System['initrd']>[0];
}

const memory = 32 * 2 ** 20;
/**
 * Steps of all harts until the next look, when a recovery goes on and when not; and looks in a row at which none must.
 */
const look = { busy: 50_000, quiet: 4000 }, quietLooks = 3;
/** Looks in which all must come to an end. */
const mostLooks = 20_000;
// Domain.state of isolation/domain.ts, TaskStruct.state of sched/task.ts.
const closed = 1, failed = 3, interruptible = 1;

export class Subject {
  readonly session: Session;
  readonly kernel: GuestKernel;
  readonly engine: EngineName;
  #snapshot: MachineSnapshot | undefined;
  /** The recovery manager. */
  #manager: GuestTask | undefined;

  constructor(session: Session, engine: EngineName) {
    this.session = session;
    this.engine = engine;
    this.kernel = shippedKernel(session.machine);
  }

  static async boot(
    system: System, { harts, engine = 'lockstep', append, devices = [], files = [] }: SubjectOptions,
  ): Promise<Subject> {
    const session = await Session.boot({ ...system, initrd: () => system.initrd(files) }, {
      harts, engine, memory, append: `panic=-1 ${append}`, devices, ...(engine === 'lockstep' && { seed: 1 }),
    });
    return new Subject(session, engine);
  }

  get machine(): Machine {
    return this.session.machine;
  }

  /** Milliseconds: of virtual time in lockstep. */
  get now(): number {
    return this.engine === 'lockstep' ? this.machine.lockstep.now / 1e6 : performance.now();
  }

  /** All said from a length of the console on. */
  said(from: number): string {
    return this.machine.console.slice(from).replaceAll('\r', '');
  }

  /** To this each trial of lockstep returns. */
  keep(): void {
    if (this.engine === 'lockstep') this.#snapshot = this.machine.snapshot();
  }

  /** Back to what was kept, under a schedule of the seed's. The parallel engine goes on where it is. */
  async begin(seed: number): Promise<void> {
    if (!this.#snapshot) return;
    await this.machine.restore(this.#snapshot);
    this.machine.lockstep.reschedule({ quantum: quantumOf(seed), seed: seed + 1 });
  }

  /** Whether the shell is there again after a line, within so many steps of all harts together. */
  async type(line: string, patience: number): Promise<boolean> {
    this.machine.type(`${line}\n`);
    return (await this.machine.run({ maxInstructions: patience, untilConsole: prompt })).kind === 'console';
  }

  /** Runs until nothing recovers or ends any more, and no task runs; whether it came to that. */
  async settle(): Promise<boolean> {
    for (let looks = 0, quiet = 0; looks < mostLooks; looks++) {
      const { kind } = await this.machine.run({ maxInstructions: quiet > 0 ? look.quiet : look.busy });
      if (kind !== 'limit') return false;
      quiet = this.#recovers ? 0 : quiet + 1;
      if (quiet >= quietLooks && this.kernel.runnable() === 0) return true;
    }
    return false;
  }

  /** What the kernel holds, when it has settled. */
  get holdings(): Holdings {
    return this.kernel.holdings();
  }

  /** From now on, the first instruction of a function of the kernel is another. */
  plant(symbol: string, instruction: number): void {
    this.machine.write(this.kernel.address(symbol), new Uint8Array(Uint32Array.of(instruction).buffer));
    this.#snapshot &&= this.machine.snapshot();
  }

  /** Until the kernel has died of it once, an instruction of a function of its own, by number, is none. */
  async spoilOnce(symbol: string, index: number): Promise<void> {
    const { machine } = this, start = this.kernel.address(symbol), { size } = machine.symbols.at(start)!.symbol;
    const address = start + index % (size >>> 2) * 4, whole = machine.read(address, 4);
    machine.write(address, new Uint8Array(4));
    await machine.setProbes(new Map([[this.kernel.address('nooks_oops'), () => machine.write(address, whole)]]));
  }

  /** Where everything is. */
  report(): string {
    return reportKernel(this.machine, this.kernel).join('\n');
  }

  dispose(): Promise<void> {
    return this.machine.dispose();
  }

  get #recovers(): boolean {
    this.#manager ??= this.kernel.tasks().find(({ name }) => name === 'nooksd')!;
    return this.kernel.stateOf(this.#manager) !== interruptible || this.kernel.recovering() > 0
      || this.kernel.domains().some(({ state }) => state === closed || state === failed);
  }
}
