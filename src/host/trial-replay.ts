/** A trial run again and watched: the code around its faults, what the kernel does about them, each instruction. */
import { accountOf, type Moment, type Neighbour, type Sights } from '../campaign/account.ts';
import type { InjectedFault, TrialRecord } from '../campaign/record.ts';
import type { Trial } from '../campaign/trial.ts';
import { abiNames } from '../isa/registers.ts';
import { decode } from '../isa/instruction.ts';
import { disassemble } from '../isa/disassembler.ts';
import type { Probe } from '../machine/machine.ts';
import type { Trace } from './trace.ts';
import type { TrialBench } from './trial-bench.ts';

/** What is traced: every instruction of the extension where it was loaded first, or of the kernel as well. */
export interface Tracing { readonly trace: Trace; readonly kernel: boolean }

/** Instructions shown on either side of a fault. */
const neighbours = 3;

/** Functions of the kernel whose calls tell the course of a failure: src/guest/kernel/debug, src/guest/nooks. */
const milestones = {
  die: 'an exception in the kernel, or in an extension that is part of it: oops',
  panic: 'the kernel gives up',
  domain_fail: 'Nooks finds that the extension has failed',
  recovery_begins: 'recovery begins: interrupts are masked, those inside are made to leave',
  release_objects: 'nobody is inside; what the extension holds is given back',
  domain_destroy: 'the extension is unloaded, its domain goes',
  restart_extension: 'the extension is started anew, in a fresh domain',
  give_up_extension: 'the extension is given up',
  recovery_ends: 'recovery is over: its interrupts come again',
};
type Milestone = keyof typeof milestones;
/** These are parts of an extension's usual end, too, and are told in a recovery only. */
const ofRecovery: readonly Milestone[] = ['release_objects', 'domain_destroy', 'recovery_ends'];

export class TrialReplay {
  readonly #bench: TrialBench;
  readonly #tracing: Tracing | undefined;
  readonly #milestones: readonly (readonly [Milestone, number])[];
  readonly #moments: Moment[] = [];
  #code: Neighbour[][] = [];
  #recovering = false;
  /** Found out, and not yet recovered from; it may be found out more than once. */
  #failed = false;

  private constructor(bench: TrialBench, tracing: Tracing | undefined) {
    this.#bench = bench;
    this.#tracing = tracing;
    this.#milestones = (Object.keys(milestones) as Milestone[])
      .map((name) => [name, bench.subject.kernel.address(name)]);
  }

  static async run(
    bench: TrialBench, trial: Trial, tracing?: Tracing,
  ): Promise<{ record: TrialRecord; account: string }> {
    const replay = new TrialReplay(bench, tracing);
    const record = await bench.run(trial, { whole: true, observe: (faults, ns) => replay.#observe(faults, ns) });
    const sights: Sights = { code: replay.#code, moments: replay.#moments };
    return { record, account: accountOf(record, sights) };
  }

  #observe(faults: readonly InjectedFault[], start: number): Map<number, Probe> {
    const changed = new Map(faults.map(({ address, before }) => [address, before]));
    this.#code = faults.map((fault) => this.#around(fault, changed));
    const probes = new Map<number, Probe>();
    if (this.#tracing) for (const address of this.#traced(this.#tracing)) probes.set(address, this.#instruction);
    for (const [name, address] of this.#milestones) {
      const traced = probes.get(address);
      probes.set(address, (hart, pc) => {
        this.#note(name, hart, this.#now - start);
        traced?.(hart, pc);
      });
    }
    return probes;
  }

  #note(name: Milestone, hart: number, ns: number): void {
    if (ofRecovery.includes(name) && !this.#recovering) return;
    if (name === 'domain_fail' && this.#failed) return;
    if (name === 'domain_fail') this.#failed = true;
    if (name === 'recovery_begins') this.#recovering = true;
    if (name === 'recovery_ends') this.#failed = this.#recovering = false;
    this.#moments.push({ ns, hart, what: milestones[name] });
  }

  /** The code around a fault within its function; other faults there are as they were before, too. */
  #around({ address, offset }: InjectedFault, before: ReadonlyMap<number, number>): Neighbour[] {
    const { text, subject: { kernel } } = this.#bench;
    const { offset: start, code } = this.#function(offset)!;
    const end = start + code.words.length * 4;
    return Array.from({ length: 2 * neighbours + 1 }, (_, index) => address + (index - neighbours) * 4)
      .filter((at) => text + start <= at && at < text + end)
      .map((at) => {
        const word = before.get(at) ?? kernel.word(at) ?? 0;
        return { address: at, word, text: disassemble(word, { pc: at }).replace('\t', ' ') };
      });
  }

  /** The addresses of all instructions that are traced. */
  #traced({ kernel: withKernel }: Tracing): number[] {
    const { space, text, subject: { kernel } } = this.#bench;
    const own = space.functions.flatMap(({ offset, code }) =>
      Array.from({ length: code.words.length }, (_, index) => (text + offset + index * 4) >>> 0));
    const [from, to] = [kernel.address('__text_start'), kernel.address('__text_end')];
    return withKernel ? [...own, ...Array.from({ length: (to - from) / 4 }, (_, index) => from + index * 4)] : own;
  }

  /** `1204 hart0 sb_start+0x10 c0165984  lw a4,0(a1)  a1=c0230000`: what is read is told as it is before. */
  readonly #instruction: Probe = (hart, pc) => {
    const { kernel, shell: { machine } } = this.#bench.subject;
    const word = kernel.word(pc) ?? 0, { x } = machine.hart(hart);
    const read = readBy(word).map((register) => `  ${abiNames[register]}=${hex(x[register]!)}`).join('');
    this.#tracing!.trace.line(`${this.#now} hart${hart} ${this.#place(pc)} ${hex(pc)}  `
      + `${disassemble(word, { pc }).replace('\t', ' ')}${read}`);
  };

  #place(pc: number): string {
    const { text, subject: { shell } } = this.#bench, offset = (pc - text) >>> 0, inside = this.#function(offset);
    return inside ? `${inside.name}+0x${(offset - inside.offset).toString(16)}` : shell.machine.symbols.describe(pc);
  }

  /** The function of the module that has an instruction at an offset of its text. */
  #function(offset: number) {
    return this.#bench.space.functions.find((each) =>
      each.offset <= offset && offset < each.offset + each.code.words.length * 4);
  }

  get #now(): number {
    return this.#bench.subject.shell.machine.lockstep.now;
  }
}

/** The registers that an instruction reads. */
function readBy(word: number): number[] {
  const instruction = decode(word);
  if (!instruction) return [];
  const { encoding: { operands }, rs1, rs2 } = instruction;
  return [...(operands.includes('s') ? [rs1] : []), ...(operands.includes('t') ? [rs2] : [])];
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
