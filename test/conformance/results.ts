/** The table printed at the end of a suite: one row for each configuration. */
import { nameOf } from './configurations.ts';
import type { Configuration } from './configurations.ts';

interface Row { passed: number; failed: string[]; milliseconds: number }

export class Results {
  readonly #suite: string;
  readonly #rows = new Map<string, Row>();

  constructor(suite: string) {
    this.#suite = suite;
  }

  /** Runs one test's body, counts how it ended and how long it took, and lets its failure through. */
  async count(configuration: Configuration, name: string, body: () => Promise<void>): Promise<void> {
    const row = this.#row(configuration);
    const start = performance.now();
    try {
      await body();
      row.passed += 1;
    } catch (failure) {
      row.failed.push(name);
      throw failure;
    } finally {
      row.milliseconds += performance.now() - start;
    }
  }

  /** | suite | configuration | passed | failed | seconds | what failed | */
  print(): void {
    const lines = [...this.#rows].map(([configuration, { passed, failed, milliseconds }]) =>
      `${this.#suite.padEnd(16)} | ${configuration.padEnd(17)} | ${String(passed).padStart(6)} | ` +
      `${String(failed.length).padStart(6)} | ${(milliseconds / 1000).toFixed(1).padStart(7)} | ${failed.join(' ')}`);
    const heading = `${'suite'.padEnd(16)} | ${'engine, harts'.padEnd(17)} | passed | failed | seconds | what failed`;
    console.log([heading, ...lines].join('\n'));
  }

  #row(configuration: Configuration): Row {
    const key = nameOf(configuration);
    const row = this.#rows.get(key) ?? { passed: 0, failed: [], milliseconds: 0 };
    this.#rows.set(key, row);
    return row;
  }
}
