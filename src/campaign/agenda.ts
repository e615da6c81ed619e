/**
 * Which trial a worker runs next. Workers pull; each stays with the machine it has booted for as long as there is
 * something to do on it, for a boot takes as long as several trials.
 */
import type { Trial } from './trial.ts';

interface Setting { readonly name: string; readonly lines: string[] }

/** With fewer trials left than this a worker does not boot a machine to help another. */
const worthBooting = 8;

export class Agenda {
  readonly #settings: readonly Setting[];
  /** By worker. */
  readonly #current = new Map<number, Setting>();

  /** @param trials with their lines; of the same extension and mode, they can be run on one machine */
  constructor(trials: Iterable<readonly [Trial, string]>) {
    const settings = new Map<string, Setting>();
    for (const [{ extension, mode }, line] of trials) {
      const name = `${extension}/${mode}`;
      if (!settings.has(name)) settings.set(name, { name, lines: [] });
      settings.get(name)!.lines.push(line);
    }
    for (const { lines } of settings.values()) lines.reverse();
    this.#settings = [...settings.values()];
  }

  get left(): number {
    return this.#settings.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  /** The next trial's line; undefined when there is nothing more for this worker. */
  next(worker: number): string | undefined {
    const current = this.#current.get(worker);
    if (current && current.lines.length > 0) return current.lines.pop();
    this.#current.delete(worker);
    const setting = this.#choose();
    if (setting) this.#current.set(worker, setting);
    return setting?.lines.pop();
  }

  /** A worker is no more, and so is its machine. */
  leave(worker: number): void {
    this.#current.delete(worker);
  }

  /** A trial that was taken is to be run after all. */
  again({ extension, mode }: Trial, line: string): void {
    this.#settings.find(({ name }) => name === `${extension}/${mode}`)!.lines.push(line);
  }

  /** The first setting that nobody is at, or else the one with the most to do. */
  #choose(): Setting | undefined {
    const taken = new Set(this.#current.values());
    const open = this.#settings.filter(({ lines }) => lines.length > 0);
    const free = open.find((setting) => !taken.has(setting));
    if (free) return free;
    const longest = open.sort((a, b) => b.lines.length - a.lines.length)[0];
    return longest && longest.lines.length >= worthBooting ? longest : undefined;
  }
}
