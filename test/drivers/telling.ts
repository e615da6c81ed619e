/** All stories of a driver, told seed by seed; a seed chooses how many harts there are, too. */
import type { Way } from '../support/extension.ts';
import { shipped, type System } from '../support/system.ts';
import { replayOf, roster, type Teller } from './roster.ts';

export interface Task {
  readonly driver: string;
  readonly way: Way;
  readonly stories: readonly string[];
  readonly harts: readonly number[];
}

/** What came of a seed: what is to be printed of each story that did not end well, and how long each took. */
export interface Told { readonly seed: number; readonly failures: readonly string[]; readonly ms: readonly number[] }

export class Telling {
  readonly #task: Task;
  readonly #system: System;
  /** By number of harts. */
  readonly #tellers = new Map<number, Teller>();

  private constructor(task: Task, system: System) {
    this.#task = task;
    this.#system = system;
  }

  static async start(task: Task): Promise<Telling> {
    return new Telling(task, await shipped());
  }

  async seed(seed: number): Promise<Told> {
    const { driver, way, stories, harts: counts } = this.#task;
    const harts = counts[seed % counts.length]!;
    const failures: string[] = [], ms: number[] = [];
    for (const story of stories) {
      const teller = this.#tellers.get(harts) ?? await roster[driver]!.boot(this.#system, harts, way);
      this.#tellers.set(harts, teller);
      const start = performance.now();
      await teller.tell(story, seed).catch((error: Error) => failures.push([
        `${driver}, ${story}, seed ${seed}: ${error.message}`, teller.console().slice(-3000),
        `  again: ${replayOf(driver, story, harts, seed, way)}`,
      ].join('\n')));
      ms.push(performance.now() - start);
    }
    return { seed, failures, ms };
  }

  async end(): Promise<void> {
    for (const teller of this.#tellers.values()) await teller.dispose();
  }
}
