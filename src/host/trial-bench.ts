/**
 * A machine on which trials of one extension are run: booted, the extension loaded, its workload under way, and a
 * snapshot of that, to which each trial returns. A trial is a function of its line: the turns that the harts take from
 * the snapshot on are those of its schedule, and nothing else differs but the words that its faults change.
 */
import { FaultSpace, describeEdit, type Fault, faulty } from '../campaign/fault-space.ts';
import { classify } from '../campaign/outcome.ts';
import type { InjectedFault, TrialRecord } from '../campaign/record.ts';
import { type Mode, printTrial, type Trial } from '../campaign/trial.ts';
import { Lines, readLines } from '../compiler/lines.ts';
import type { Probe } from '../machine/machine.ts';
import type { ExtensionManifest, Workload } from '../platform/extension.ts';
import type { CampaignFiles } from './campaign-files.ts';
import { extensions } from './extensions.ts';
import { GuestKernel } from './guest-kernel.ts';
import { type Budget, GuestShell } from './guest-shell.ts';
import type { MachineSnapshot } from './machine.ts';
import { watchPeers } from './peer-findings.ts';
import { type Counts, differences, type Subject, TrialCourse } from './trial-course.ts';
import { UserError } from './user-error.ts';

/** What trials must have in common to be run on one machine. */
export type BenchSetting = Pick<Trial, 'extension' | 'mode' | 'harts' | 'workload'>;

/** Gives probes of somebody who watches a trial besides, when its faults are in place and it is about to run. */
export type Observe = (faults: readonly InjectedFault[], ns: number) => ReadonlyMap<number, Probe>;

interface GoldenRun {
  /** Offsets of the instructions that are executed before the workload ends. */
  readonly executed: ReadonlySet<number>;
  /** Until the workload ends. */
  readonly steps: number;
  readonly ns: number;
  readonly console: string;
  readonly counts: Counts;
}

const memory = 32 * 2 ** 20;
/**
 * The same for both modes. An oops in process context ends the process alone, as in Linux 2.4; a panic ends the run.
 * The time after which Nooks calls an extension hung is in ticks of 10 ms.
 */
const append = 'quiet panic=-1 nooks_ticks=3';
/**
 * The hot count of the translator, 0 for none. Trials are too short to pay for the translation of what each of them
 * loads anew, into other pages: without it they take half the time. What they do is the same.
 */
const trialHotCount = 0;
/** What each step of the way to the snapshot may take. */
const patience: Budget = { steps: 500_000_000, ns: 60e9 };
const prompt = /(^|\n)# $/;

export class TrialBench {
  readonly setting: BenchSetting;
  readonly subject: Subject;
  readonly space: FaultSpace;
  readonly #snapshot: MachineSnapshot;
  /** Where the module's `.text` is, as the kernel sees it. */
  readonly text: number;
  readonly #lines = new Lines();
  /** By schedule and quantum. */
  readonly #golden = new Map<string, GoldenRun>();

  private constructor(setting: BenchSetting, subject: Subject, snapshot: MachineSnapshot, files: CampaignFiles) {
    const { extension } = setting;
    const module = subject.kernel.module(extension);
    this.setting = setting;
    this.subject = subject;
    this.#snapshot = snapshot;
    this.space = new FaultSpace(files.modules[extension]!.object, extension);
    const anchor = this.space.functions.find(({ name }) => name === 'init_module');
    const placed = module?.symbols.get('init_module');
    if (!anchor || placed === undefined) throw new Error(`${extension} is not among the kernel's modules`);
    this.text = placed - anchor.offset;
    this.#lines.add(extension, readLines(files.modules[extension]!.debug, extension, new Map([['.text', this.text]])));
  }

  /**
   * Boots, loads, starts the workload, and stops in the middle of it.
   * @param hotCount is for those who want to see that it makes no difference
   * @throws UserError when there is no such extension or workload, or the extension does not work as it should
   */
  static async boot(files: CampaignFiles, setting: BenchSetting, hotCount = trialHotCount): Promise<TrialBench> {
    const manifest = manifestOf(setting.extension), workload = workloadOf(manifest, setting.workload);
    const shell = await GuestShell.create({
      image: files.kernel, initrd: files.initrd, devices: manifest.devices, harts: setting.harts, memory, append,
      seed: 1, hotCount,
    });
    const must = async (line: string) => {
      const { ended, status, said } = await shell.command(line, patience);
      if (ended !== 'said' || status !== 0) throw unusable(setting, `${line} gave ${ended} ${status}:\n${said}`);
    };
    if (await shell.until(prompt, patience) !== 'said') throw unusable(setting, `no prompt:\n${shell.said}`);
    await must(`insmod ${setting.mode === 'nooks' ? '-n ' : ''}${setting.extension}`);
    for (const line of manifest.setUp) await must(line);
    const peers = watchPeers(shell.machine, workload);
    const steps = await startHalf(shell, workload);
    if (steps === undefined) throw unusable(setting, `the workload ${workload.name} fails:\n${shell.said}`);
    const kernel = new GuestKernel(shell.machine, files.layouts, memory);
    const probe = manifest.workloads.at(-1)!;
    const subject: Subject = { shell, kernel, manifest, mode: setting.mode, workload, probe, peers };
    return new TrialBench(setting, subject, shell.machine.snapshot(), files);
  }

  /**
   * Runs one trial. What goes wrong with the emulator or here is a harness error, never an exception.
   * @throws UserError when the extension does not do without faults what it must
   * @param options.whole runs what need not be run, because the golden run shows that it executes nothing changed
   * @param options.observe for a trial that is run as a whole
   */
  async run(
    trial: Trial, { whole = false, observe }: { whole?: boolean; observe?: Observe } = {},
  ): Promise<TrialRecord> {
    try {
      const { seed, faults: count, kinds } = trial;
      const faults = this.space.choose({ seed, count, kinds });
      const golden = await this.#goldenRun(trial);
      const touched = faults.some(({ offset }) => golden.executed.has(offset));
      return whole || touched ? await this.#runWhole(trial, faults, golden, observe)
        : await this.#asGolden(trial, faults, golden);
    } catch (error) {
      if (error instanceof UserError) throw error;
      return {
        line: printTrial(trial), outcome: 'harness error', evidence: [String(error)], faults: [], damage: [],
        failures: 0, steps: 0, ns: 0, console: this.subject.shell.said,
      };
    }
  }

  dispose(): Promise<void> {
    return this.subject.shell.machine.dispose();
  }

  async #runWhole(
    trial: Trial, faults: readonly Fault[], golden: GoldenRun, observe: Observe = () => new Map(),
  ): Promise<TrialRecord> {
    const { shell } = this.subject;
    const start = await this.#begin(trial);
    const injected = this.#inject(faults);
    this.#watchFor(injected, start.ns, observe(injected, start.ns));
    const activated = () => injected.some((fault) => fault.activated !== undefined);
    const course = new TrialCourse(this.subject);
    const waited = await course.finish();
    const untouched = waited === 'said' && !activated() ? course.untouched() : undefined;
    const { seen, damage, counts } = untouched ? { seen: untouched, damage: [], counts: undefined }
      : await course.judge(waited, activated);
    shell.machine.lockstep.setProbes(new Map());
    return {
      line: printTrial(trial), ...classify(seen), faults: injected,
      damage: [...damage, ...(counts ? differences(golden.counts, counts) : [])], failures: seen.failures,
      ...this.#since(start), console: shell.said,
    };
  }

  /** What a run would give that executes nothing changed. */
  async #asGolden(trial: Trial, faults: readonly Fault[], { steps, ns, console }: GoldenRun): Promise<TrialRecord> {
    await this.subject.shell.restore(this.#snapshot);
    return {
      line: printTrial(trial), outcome: 'not activated', evidence: [], faults: this.#inject(faults), damage: [],
      failures: 0, steps, ns, console,
    };
  }

  /** The run without faults under a trial's schedule: which instructions it executes, and what is left after it. */
  async #goldenRun({ schedule, quantum }: Trial): Promise<GoldenRun> {
    const key = `${schedule}/${quantum}`;
    const known = this.#golden.get(key);
    if (known) return known;
    const { shell } = this.subject;
    const start = await this.#begin({ schedule, quantum });
    const executed = new Set<number>();
    const all = this.space.functions.flatMap(({ offset, code }) =>
      code.instructions.map((_, index) => offset + index * 4));
    shell.machine.lockstep.setProbes(new Map(all.map((offset) =>
      [(this.text + offset) >>> 0, () => void executed.add(offset)])));
    const course = new TrialCourse(this.subject);
    const waited = await course.finish();
    shell.machine.lockstep.setProbes(new Map());
    const run = { executed, ...this.#since(start), console: shell.said };
    const { seen, damage, counts } = await course.judge(waited, () => false);
    const { outcome, evidence } = classify(seen);
    if (outcome !== 'not activated' || damage.length > 0 || !counts) {
      throw unusable(this.setting, `without faults: ${[outcome, ...evidence, ...damage].join(', ')}:\n${shell.said}`);
    }
    this.#golden.set(key, { ...run, counts });
    return { ...run, counts };
  }

  async #begin({ schedule, quantum }: Pick<Trial, 'schedule' | 'quantum'>): Promise<{ steps: number; ns: number }> {
    const { shell } = this.subject;
    await shell.restore(this.#snapshot);
    shell.machine.lockstep.reschedule({ seed: schedule, quantum });
    return { steps: shell.steps, ns: shell.ns };
  }

  #since({ steps, ns }: { steps: number; ns: number }): { steps: number; ns: number } {
    return { steps: this.subject.shell.steps - steps, ns: this.subject.shell.ns - ns };
  }

  /** Writes the faults into the module's code, as a debugger would. */
  #inject(faults: readonly Fault[]): InjectedFault[] {
    const { kernel, shell: { machine } } = this.subject;
    return faults.map((fault) => {
      const address = (this.text + fault.offset) >>> 0, physical = kernel.physical(address)!;
      const before = machine.readWord(physical) | 0, after = faulty(fault, before);
      machine.write(physical, new Uint8Array(Int32Array.of(after).buffer));
      return {
        kind: fault.kind, address, offset: fault.offset, function: fault.function,
        source: this.#lines.describe(address), before, after, edit: describeEdit(address, before, after),
        activated: undefined,
      };
    });
  }

  /** Notes in `faults` when each is executed first; what others have to look at there comes after that. */
  #watchFor(faults: InjectedFault[], start: number, others: ReadonlyMap<number, Probe>): void {
    const { kernel, shell: { machine } } = this.subject;
    const probes = new Map(others);
    for (const [index, fault] of faults.entries()) {
      probes.set(fault.address, (hart, pc) => {
        // Code that was loaded anew where it had been is whole.
        if (!faults[index]!.activated && kernel.word(fault.address) === fault.after >>> 0) {
          faults[index] = { ...fault, activated: { hart, ns: machine.lockstep.now - start } };
        }
        others.get(fault.address)?.(hart, pc);
      });
    }
    machine.lockstep.setProbes(probes);
  }
}

function manifestOf(name: string): ExtensionManifest {
  const manifest = extensions.find((candidate) => candidate.name === name);
  if (manifest) return manifest;
  throw new UserError(`there is no extension '${name}': there are ${extensions.map((each) => each.name).join(', ')}`);
}

function workloadOf({ name, workloads }: ExtensionManifest, wanted: string | undefined): Workload {
  const workload = wanted === undefined ? workloads[0] : workloads.find((candidate) => candidate.name === wanted);
  if (workload) return workload;
  throw new UserError(`${name} has no workload '${wanted}': it has ${workloads.map((each) => each.name).join(', ')}`);
}

const unusable = ({ extension, mode }: { extension: string; mode: Mode }, why: string) =>
  new UserError(`${extension} cannot be used for ${mode} trials: ${why}`);

/**
 * Starts the workload in the background, so that the shell answers whatever becomes of it, and runs until half of its
 * progress has been told. How much there is to tell is found out by a run to the end. Undefined if that fails.
 */
async function startHalf(shell: GuestShell, { command, progress }: Workload): Promise<number | undefined> {
  const { machine } = shell;
  const snapshot = machine.snapshot();
  const start = () => {
    shell.said = '';
    machine.type(`sh -c '${command}; echo "e"nded-$?' &\n`);
  };
  const told = () => [...shell.said.matchAll(new RegExp(progress, 'gm'))].length;
  start();
  if (await shell.until(/^ended-0\n/m, patience) !== 'said') return undefined;
  const half = Math.ceil(told() / 2);
  await shell.restore(snapshot);
  const before = shell.steps;
  start();
  await shell.until(/^ended-/m, patience, () => told() >= half);
  return shell.steps - before;
}
