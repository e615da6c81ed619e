/** Runs trials by their lines, on machines that are kept for the next ones. What a pool's worker is made of. */
import type { TrialRecord } from '../campaign/record.ts';
import { parseTrial, type Trial } from '../campaign/trial.ts';
import { type CampaignFiles, campaignFiles } from './campaign-files.ts';
import { TrialBench } from './trial-bench.ts';
import { UserError } from './user-error.ts';

export interface RunnerOptions {
  /** As of a machine: 0 interprets everything, which changes nothing but the speed. */
  readonly hotCount?: number | undefined;
  /** Machines that are kept; each has its RAM twice and the interpreter's tables, some 170 MB. */
  readonly machines?: number;
}

export class TrialRunner {
  readonly #files: CampaignFiles;
  readonly #hotCount: number | undefined;
  readonly #most: number;
  /** By what trials on it have in common; the one used last is last. */
  readonly #benches = new Map<string, TrialBench>();

  constructor(files: CampaignFiles, { hotCount, machines = 8 }: RunnerOptions = {}) {
    this.#files = files;
    this.#hotCount = hotCount;
    this.#most = machines;
  }

  /** With what is built, brought up to date. @throws UserError when something cannot be built */
  static async create(): Promise<TrialRunner> {
    return new TrialRunner(await campaignFiles());
  }

  /**
   * @param line as `printTrial` gives it, or shorter
   * @throws UserError when the line is wrong, or the extension does not work without faults
   */
  async run(line: string): Promise<TrialRecord> {
    const trial = parseTrial(line);
    if ('mistake' in trial) throw new UserError(trial.mistake);
    return (await this.bench(trial)).run(trial);
  }

  /** The records of trials in the order of their lines. */
  async *records(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<TrialRecord> {
    for await (const line of lines) yield await this.run(line);
  }

  /** The machine for a trial, booted if it is not kept. @throws UserError */
  async bench({ extension, mode, harts, workload }: Trial): Promise<TrialBench> {
    const key = JSON.stringify([extension, mode, harts, workload]);
    const bench = this.#benches.get(key)
      ?? await TrialBench.boot(this.#files, { extension, mode, harts, workload }, this.#hotCount);
    this.#benches.delete(key);
    this.#benches.set(key, bench);
    const [oldest] = this.#benches;
    if (oldest && this.#benches.size > this.#most) {
      this.#benches.delete(oldest[0]);
      await oldest[1].dispose();
    }
    return bench;
  }

  async dispose(): Promise<void> {
    for (const bench of this.#benches.values()) await bench.dispose();
    this.#benches.clear();
  }
}
