/** The threads that run the trials of a campaign. One that dies is replaced, and its trial is tried once more. */
import { MessageChannel } from 'node:worker_threads';
import { expose } from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Piscina } from 'piscina';
import type { Agenda } from '../campaign/agenda.ts';
import type { TrialRecord } from '../campaign/record.ts';
import { parseTrial, type Trial } from '../campaign/trial.ts';
import { Journal } from './journal.ts';
import { threadFile } from './thread.ts';
import type { Finished, Foreman, Shift, ShiftEnd } from './trial-worker.ts';
import { UserError } from './user-error.ts';

export interface PoolOptions {
  /** The file of the threads, whose default export is a `(shift: Shift) => Promise<ShiftEnd>`. */
  readonly entry: URL;
  /** For the threads, of whatever kind they need. */
  readonly workerData: unknown;
  readonly workers: number;
  readonly agenda: Agenda;
  /** Where the journal of the nth worker is to be, from 0 on; each is a new one. */
  readonly journalPath: (worker: number) => string;
  readonly onFinished: (finished: Finished) => void;
  /** Told why a worker was replaced. */
  readonly onLoss?: (sentence: string) => void;
  /** Ends all at once, what is under way included. */
  readonly signal: AbortSignal;
  /** After this a trial counts as a dead worker: the longest take ten seconds of CPU time. */
  readonly trialLimitMs?: number;
}

const defaultTrialLimitMs = 3_600_000;

/** A worker at work, and what it is doing. */
interface Post {
  readonly worker: number;
  line: string | undefined;
  readonly abort: AbortController;
  timer: NodeJS.Timeout | undefined;
}

export class TrialPool {
  readonly #options: PoolOptions;
  readonly #pool: Piscina;
  /** Lines whose worker has died once. */
  readonly #unlucky = new Set<string>();
  #workers = 0;
  #over = false;
  #own: Journal | undefined;

  private constructor(options: PoolOptions) {
    const { entry, workers, workerData } = options;
    const { file, ...how } = threadFile(entry);
    this.#options = options;
    this.#pool = new Piscina({
      filename: file.href, minThreads: workers, maxThreads: workers, idleTimeout: Infinity, workerData, ...how,
    });
  }

  /**
   * Runs what is on the agenda, until nothing is left or the signal comes.
   * @throws UserError when the user must put something right first; nothing that was recorded is lost
   */
  static async run(options: PoolOptions): Promise<void> {
    if (options.signal.aborted) return;
    const pool = new TrialPool(options);
    const stop = () => void pool.#end();
    options.signal.addEventListener('abort', stop);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#keepOneWorking()));
    } catch (error) {
      if (!options.signal.aborted) throw error;
    } finally {
      options.signal.removeEventListener('abort', stop);
      pool.#own?.close();
      await pool.#end();
    }
  }

  #end(): Promise<void> {
    this.#over = true;
    return this.#pool.destroy();
  }

  async #keepOneWorking(): Promise<void> {
    for (;;) {
      const post: Post = { worker: ++this.#workers, line: undefined, abort: new AbortController(), timer: undefined };
      try {
        const end = await this.#send(post);
        if (end) throw new UserError(end.mistake);
        return;
      } catch (error) {
        if (error instanceof UserError || this.#over) throw error;
        this.#mourn(post, error);
      } finally {
        clearTimeout(post.timer);
      }
    }
  }

  /** Lets a worker work until there is nothing more for it. */
  async #send(post: Post): Promise<ShiftEnd> {
    const { port1, port2 } = new MessageChannel();
    expose({ next: (finished) => this.#next(post, finished) } satisfies Foreman, nodeEndpoint(port1));
    const shift: Shift = { port: port2, journal: this.#options.journalPath(post.worker) };
    try {
      return await this.#pool.run(shift, { transferList: [port2], signal: post.abort.signal }) as ShiftEnd;
    } finally {
      port1.close();
    }
  }

  #next(post: Post, finished: Finished | undefined): string | undefined {
    const { agenda, onFinished, trialLimitMs = defaultTrialLimitMs } = this.#options;
    clearTimeout(post.timer);
    if (finished) onFinished(finished);
    post.line = agenda.next(post.worker);
    if (post.line !== undefined) post.timer = setTimeout(() => post.abort.abort(), trialLimitMs);
    return post.line;
  }

  /** Puts the trial of a dead worker back; the second time it is a harness error. */
  #mourn({ worker, line, abort }: Post, error: unknown): void {
    const { agenda, onFinished, onLoss, trialLimitMs = defaultTrialLimitMs } = this.#options;
    const why = abort.signal.aborted ? `it took more than ${trialLimitMs / 1000} s`
      : error instanceof Error ? error.message : String(error);
    if (line === undefined) throw new Error(`a worker ended before its first trial: ${why}`, { cause: error });
    agenda.leave(worker);
    onLoss?.(`the worker that ran ${line} ended: ${why}`);
    if (!this.#unlucky.has(line)) {
      this.#unlucky.add(line);
      return agenda.again(parseTrial(line) as Trial, line);
    }
    this.#own ??= new Journal(this.#options.journalPath(0));
    this.#own.append(harnessError(line, `its worker ended twice: ${why}`));
    onFinished({ line, outcome: 'harness error' });
  }
}

const harnessError = (line: string, sentence: string): TrialRecord => ({
  line, outcome: 'harness error', evidence: [sentence], faults: [], damage: [], failures: 0, steps: 0, ns: 0,
  console: '',
});
