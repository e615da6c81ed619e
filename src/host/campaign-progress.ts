/** How far a campaign is, on a terminal as a bar that is drawn again and again, elsewhere as a line now and then. */
import { type Campaign, countTrials } from '../campaign/campaign.ts';
import { crashes } from '../campaign/outcome.ts';
import { type Mode, parseTrial, type Trial } from '../campaign/trial.ts';
import type { Finished } from './trial-worker.ts';

/** What is written to: a terminal, or not. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two pictures or lines. */
const intervals = { picture: 200, line: 10_000 };
const barWidth = 30;

interface Counts { trials: number; crashes: number; failures: number; recovered: number; errors: number }

export class CampaignProgress {
  readonly #campaign: Campaign;
  readonly #screen: ProgressScreen;
  readonly #now: () => number;
  readonly #counts = new Map<string, Counts>();
  #began = 0;
  #before = 0;
  #done = 0;
  #shown = -Infinity;
  /** What the last line said of `#done`. */
  #told = -1;
  /** Lines of the last picture, above the cursor. */
  #height = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param now milliseconds from any moment on */
  constructor(campaign: Campaign, screen: ProgressScreen, now = () => performance.now()) {
    this.#campaign = campaign;
    this.#screen = screen;
    this.#now = now;
  }

  /** Begins with what earlier runs have done. */
  start(done: readonly Finished[]): void {
    this.#began = this.#now();
    this.#before = done.length;
    for (const each of done) this.#count(each);
    this.#show();
    this.#timer = setInterval(() => this.#show(), this.#interval);
  }

  finished(finished: Finished): void {
    this.#count(finished);
    if (this.#now() - this.#shown >= this.#interval) this.#show();
  }

  /** A sentence that stays. */
  note(sentence: string): void {
    this.#clear();
    this.#screen.write(`${sentence}\n`);
    if (this.#screen.isTTY) this.#show();
  }

  /** Shows the last state once more. */
  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#show();
  }

  #count({ line, outcome }: Finished): void {
    const { extension, mode } = parseTrial(line) as Trial, key = keyOf(extension, mode);
    const counts = this.#counts.get(key) ?? { trials: 0, crashes: 0, failures: 0, recovered: 0, errors: 0 };
    counts.trials++;
    if (crashes.includes(outcome)) counts.crashes++;
    if (outcome === 'extension failure') counts.failures++;
    if (outcome === 'recovered') counts.recovered++;
    if (outcome === 'harness error') counts.errors++;
    this.#counts.set(key, counts);
    this.#done++;
  }

  #show(): void {
    this.#shown = this.#now();
    if (!this.#screen.isTTY) {
      if (this.#done !== this.#told) this.#screen.write(`${[this.#summary(), ...this.#rows()].join('; ')}\n`);
      this.#told = this.#done;
      return;
    }
    this.#clear();
    const lines = [`${bar(this.#done / this.#total)} ${this.#summary()}`, ...this.#rows().map((row) => `  ${row}`)];
    const { columns = 80 } = this.#screen;
    this.#screen.write(lines.map((line) => `${line.slice(0, columns - 1)}\n`).join(''));
    this.#height = lines.length;
  }

  #clear(): void {
    if (this.#height > 0) this.#screen.write(`\x1b[${this.#height}A\x1b[J`);
    this.#height = 0;
  }

  /** `120 of 240 trials, 8.1 a second, 0:15 left`. */
  #summary(): string {
    const seconds = (this.#now() - this.#began) / 1000, rate = (this.#done - this.#before) / seconds;
    const left = this.#total - this.#done;
    const speed = rate > 0 ? `, ${rate.toFixed(1)} a second` : '';
    const time = rate > 0 && left > 0 ? `, ${clock(left / rate)} left` : '';
    return `${this.#done} of ${this.#total} trials${speed}${time}`;
  }

  /** `sb native 40/40: 9 crashes, 12 failures`, for each extension that was begun with. */
  #rows(): string[] {
    const { extensions, modes } = this.#campaign;
    const each = this.#total / extensions.length / modes.length;
    return extensions.flatMap((extension) => {
      const told = modes.flatMap((mode) => {
        const counts = this.#counts.get(keyOf(extension, mode));
        return counts ? [`${mode} ${counts.trials}/${each}: ${countsOf(counts, mode)}`] : [];
      });
      return told.length === 0 ? [] : [`${extension} ${told.join('; ')}`];
    });
  }

  get #total(): number {
    return countTrials(this.#campaign);
  }

  get #interval(): number {
    return this.#screen.isTTY ? intervals.picture : intervals.line;
  }
}

const keyOf = (extension: string, mode: Mode) => `${extension}/${mode}`;

function countsOf(counts: Counts, mode: Mode): string {
  return [
    many(counts.crashes, 'crash', 'crashes'), many(counts.failures, 'failure', 'failures'),
    ...(mode === 'nooks' ? [`${counts.recovered} recovered`] : []),
    ...(counts.errors > 0 ? [many(counts.errors, 'harness error', 'harness errors')] : []),
  ].join(', ');
}

const many = (count: number, one: string, several: string) => `${count} ${count === 1 ? one : several}`;

function bar(part: number): string {
  const full = Math.floor(part * barWidth);
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}]`;
}

/** `1:02:03`, `2:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds), two = (number: number) => String(number).padStart(2, '0');
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
