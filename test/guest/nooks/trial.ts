/**
 * A machine at the shell's prompt with the rogue loaded, native or isolated. A trial makes it misbehave, in lockstep
 * under a schedule that depends on the seed alone, unloads it, and counts the kernel's pages and objects.
 */
import type { GuestKernel, Holdings } from '../../../src/host/guest-kernel.ts';
import { insmod, type Way } from '../../support/extension.ts';
import type { Session, System } from '../../support/system.ts';
import type { Misdeed } from './misdeeds.ts';
import { Subject, type SubjectOptions } from './subject.ts';
import { difference } from './verdict.ts';

/** Instructions of all harts together; what needs more hangs. Natively nothing would end it. */
const patience: Record<Way, number> = { native: 200_000_000, isolated: 2_000_000_000 };
/** Ticks after which an extension counts as hung: few, so that tests need not wait a second of the machine's time. */
const ticks = 5;
/** How often unloading is tried. */
const mostTurns = 4;
/** Of an extension, before it is given up. */
const failures = 2;
/** Steps in which what a request has begun comes to its end: seconds of the machine's time, if nobody is at work. */
const afterwards = 200_000;

export interface RogueOptions extends Omit<SubjectOptions, 'append'> {
  readonly way: Way;
  readonly append?: string;
  /** Other extensions that are there too, with their parameters. */
  readonly beside?: readonly string[];
}

export interface Trial {
  readonly said: string;
  /** Whether the prompt came back. */
  readonly alive: boolean;
}

/** A request to the rogue by its number; a command; or one made of what the kernel's memory holds, and of `insmod`. */
export type Request = number | string | ((kernel: GuestKernel, insmod: string) => string);

export class RogueMachine {
  readonly subject: Subject;
  readonly #patience: number;
  readonly #insmod: string;
  readonly #loads: readonly string[];
  readonly #unloads: readonly string[];
  /** What the kernel held before the rogue was loaded. */
  #before: Holdings | undefined;

  private constructor(subject: Subject, { way, beside = [] }: RogueOptions) {
    this.subject = subject;
    const names = ['rogue', ...beside];
    this.#patience = patience[way];
    this.#insmod = insmod('', way).trim();
    this.#loads = names.map((name) => insmod(name, way));
    this.#unloads = ['unruly', 'caller', 'rogue'].map((name) => `rmmod ${name} 2> /dev/null`);
  }

  static async boot(system: System, options: RogueOptions): Promise<RogueMachine> {
    const { append = '', ...rest } = options;
    const arguments_ = `nooks_ticks=${ticks} nooks_failures=${failures} ${append}`;
    const subject = await Subject.boot(system, { ...rest, append: arguments_ });
    const machine = new RogueMachine(subject, options);
    // What is made once and kept, such as dentries of programs, is there after a first time.
    for (let turn = 0; turn < 2; turn++) {
      const use = [...machine.#loads, 'echo 0 > /proc/rogue & echo 0 > /proc/rogue', 'wait', 'cat /proc/rogue'];
      const other = [`${machine.#insmod} unruly`, '/test/recover use', 'rmmod unruly'];
      const lines = [...use, ...machine.#unloads, ...other];
      for (const line of lines) await subject.session.command(line);
      await subject.settle();
    }
    machine.#before = subject.holdings;
    await machine.#load();
    subject.keep();
    return machine;
  }

  /** Requests made at the same time, by as many processes; `dies` is a function of the kernel's that is spoilt. */
  async trial({ requests, dies }: Pick<Misdeed, 'requests' | 'dies'>, seed: number): Promise<Trial> {
    const { subject } = this;
    await subject.begin(seed);
    if (dies !== undefined) await subject.spoilOnce(dies, instructionOf(seed));
    const from = subject.machine.console.length;
    const commands = requests.map((each) => (typeof each === 'number' ? `echo ${each} > /proc/rogue`
      : typeof each === 'string' ? each : each(subject.kernel, this.#insmod)));
    let alive = await subject.type(commands.join(' & '), this.#patience);
    if (alive && requests.length > 1) alive = await subject.type('wait', this.#patience);
    if (alive) await subject.machine.run({ maxInstructions: afterwards });
    if (alive) alive = await subject.type('sleep 0.01', this.#patience);
    return { said: subject.said(from), alive };
  }

  /**
   * After a trial: unloads all; gives what is then held more or less than before, or what was said instead. `lossy`:
   * something may be lost.
   */
  async unload({ lossy = false } = {}): Promise<string> {
    const { subject } = this;
    const from = subject.machine.console.length;
    let good = await subject.settle();
    // What fails once more meanwhile comes back.
    for (let turn = 0; turn < mostTurns && (turn === 0 || subject.kernel.domains().length > 0); turn++) {
      for (const line of this.#unloads) good &&= await subject.type(line, this.#patience);
      good &&= await subject.settle();
    }
    if (!good) return `${subject.said(from)}\nit does not come to rest:\n${subject.report()}`;
    const lost = lossy ? '' : difference(this.#before!, subject.holdings);
    if (subject.engine === 'parallel') await this.#load();
    return lost;
  }

  async #load(): Promise<void> {
    for (const line of this.#loads) await this.subject.session.command(line);
    await this.subject.settle();
  }

  dispose(): Promise<void> {
    return this.subject.dispose();
  }
}

/** Where the kernel dies under a seed: at the first instruction, or at any. */
export const instructionOf = (seed: number) => (seed % 2 === 1 ? 0 : Math.imul(seed, 0x9e3779b1) >>> 8);

/** What the kernel of any session holds when it has come to rest. */
export async function holdings(session: Session): Promise<Holdings> {
  const subject = new Subject(session, 'lockstep');
  if (!await subject.settle()) throw new Error(`it does not come to rest:\n${subject.report()}`);
  return subject.holdings;
}
