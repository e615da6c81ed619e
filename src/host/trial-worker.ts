/** What a thread of a campaign does: it asks for trials, runs them, and puts their records into its own journal. */
import type { MessagePort } from 'node:worker_threads';
import { wrap } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Outcome } from '../campaign/outcome.ts';
import type { TrialRecord } from '../campaign/record.ts';
import type { CampaignFiles } from './campaign-files.ts';
import { Journal } from './journal.ts';
import { TrialRunner } from './trial-runner.ts';
import { UserError } from './user-error.ts';

/** A trial whose record is on disk. */
export interface Finished { readonly line: string; readonly outcome: Outcome }

/** Who gives out trials. */
export interface Foreman {
  /** Takes note of what is finished, and gives the line of the next trial; undefined when there is none. */
  next(finished: Finished | undefined): string | undefined;
}

export interface Shift { readonly port: MessagePort; readonly journal: string }

/** How a shift ended: nothing was left to do, or what the user must hear, in a sentence. */
export type ShiftEnd = { readonly mistake: string } | undefined;

export interface TrialWorkerData {
  readonly files: CampaignFiles;
  readonly hotCount: number | undefined;
}

/** Works until nothing is left. Errors lose their class between threads; those for the user are returned. */
export async function workShift(
  { port, journal: path }: Shift, run: (line: string) => Promise<TrialRecord>,
): Promise<ShiftEnd> {
  const foreman = wrap<Foreman>(nodeEndpoint(port));
  const journal = new Journal(path);
  try {
    let finished: Finished | undefined;
    for (;;) {
      const line = await foreman.next(finished);
      if (line === undefined) return undefined;
      const record = await run(line);
      journal.append(record);
      finished = { line, outcome: record.outcome };
    }
  } catch (error) {
    if (error instanceof UserError) return { mistake: error.message };
    throw error;
  } finally {
    journal.close();
    port.close();
  }
}

export class TrialWorker {
  readonly #runner: TrialRunner;

  constructor({ files, hotCount }: TrialWorkerData) {
    // The agenda never comes back to a machine that has been left.
    this.#runner = new TrialRunner(files, { hotCount, machines: 1 });
  }

  work(shift: Shift): Promise<ShiftEnd> {
    return workShift(shift, (line) => this.#runner.run(line));
  }
}
