/** The course of a trial from the injection on: what is waited for, for how long, and what is looked at. */
import type { Observation } from '../campaign/outcome.ts';
import type { Mode } from '../campaign/trial.ts';
import type { ExtensionManifest, Workload } from '../platform/extension.ts';
import { circleOf, type GuestKernel } from './guest-kernel.ts';
import type { Budget, GuestShell, Waited } from './guest-shell.ts';
import { readNooksStatistics } from './nooks-statistics.ts';
import { watchPeers } from './peer-findings.ts';
import { TrialWatch, whereIs } from './trial-watch.ts';

export interface Subject {
  readonly shell: GuestShell;
  readonly kernel: GuestKernel;
  readonly manifest: ExtensionManifest;
  readonly mode: Mode;
  /** What is under way. */
  readonly workload: Workload;
  /** What shows afterwards whether the service is there: the manifest's last workload. */
  readonly probe: Workload;
  /** What the other ends have not seen of the workload as they should. */
  readonly peers: () => string[];
}

/**
 * Without progress for so many steps of all harts, a workload counts as stuck: fifty times what there is between two
 * lines of progress. Natively nothing would end it; under Nooks it may be an extension's doing that is found out: after
 * `nooks_ticks`, or a tenth of a second from its next tenth on.
 */
const stillSteps: Record<Mode, number> = { native: 100_000_000, nooks: 400_000_000 };
/** In which the shell must answer: a hundred times what it needs; or what Nooks takes to end what hangs. */
const answer: Record<Mode, Budget> = {
  native: { steps: 50_000_000, ns: 2e9 }, nooks: { steps: stillSteps.nooks, ns: 2e9 },
};
/** What setting up and unloading may take. */
const chore: Budget = { steps: 300_000_000, ns: 20e9 };

/** In which a recovery must be over, start-up script and all. */
const recovery = { naps: 200, nap: 'sleep 0.1' };

/** Uses of the service, of which each but the last made Nooks find a failure: it gives up after five. */
const mostTries = 5;

/** How many objects each cache has, and how many pages are in use that are no cache's. */
export type Counts = Readonly<Record<string, number>>;

export interface Course {
  readonly seen: Observation;
  /** Complaints of a kernel that lives, about itself and the extension's unloading. */
  readonly damage: readonly string[];
  /** After unloading; undefined when it did not come to that. */
  readonly counts: Counts | undefined;
}

/** One observation of a trial. */
export class TrialCourse {
  readonly #subject: Subject;
  readonly #shell: GuestShell;
  readonly #watch: TrialWatch;
  readonly #workload: string[] = [];
  readonly #service: string[] = [];

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#shell = subject.shell;
    this.#watch = new TrialWatch(subject.shell, subject.kernel, subject.mode);
  }

  /** Runs the rest of the workload. */
  async finish(): Promise<Waited> {
    const { workload: { progress, seconds, says }, peers } = this.#subject, most = this.#still;
    const told = () => [...this.#shell.said.matchAll(new RegExp(progress, 'gm'))].length + this.#failures;
    let count = told(), since = this.#shell.steps, still = false;
    const waited = await this.#shell.until(/^ended-\d+\n/m, { steps: Infinity, ns: seconds * 1e9 }, () => {
      if (told() !== count) since = this.#shell.steps;
      count = told();
      still = this.#shell.steps - since >= most;
      return still || this.#watch.hangs();
    });
    if (waited === 'said') {
      const status = Number(/^ended-(\d+)$/m.exec(this.#shell.said)![1]);
      // What it says first it said before the snapshot.
      const unsaid = status === 0 ? missing(says.slice(-1), this.#shell.said) : [];
      this.#workload.push(...badStatus(status), ...unsaid, ...peers());
    } else if (waited === 'silent') {
      this.#workload.push(still ? `no progress in ${most / 1e6} million steps` : `did not end in ${seconds} s`);
    }
    return waited;
  }

  /** What was seen of a trial in which nothing that was changed has been executed, the workload having ended well. */
  untouched(): Observation | undefined {
    return this.#workload.length > 0 ? undefined : this.#seen('answers', false);
  }

  /**
   * Goes on after the workload: asks the shell whether it lives, tries the service unless the workload has shown
   * already that it has failed and nobody has found that, unloads unless the workload is stuck in there.
   */
  async judge(waited: Waited, activated: () => boolean): Promise<Course> {
    const over = (how: Waited) => ({ seen: this.#over(how, activated()), damage: [], counts: undefined });
    if (waited !== 'said' && waited !== 'silent') return over(waited);
    if (this.#hangs) return over('silent');
    const alive = await this.#command('true', answer[this.#subject.mode]);
    if (alive.ended !== 'said') return over(alive.ended);
    const failed = this.#workload.length > 0 && this.#failures === 0;
    const service = failed ? 'said' : await this.#tryService();
    if (service !== 'said') return over(service);
    const seen = this.#seen('answers', activated());
    if (failed && waited === 'silent') return { seen, damage: complaintsOf(this.#shell.said), counts: undefined };
    const { damage, counts } = await this.#unload();
    return { seen, damage: [...complaintsOf(this.#shell.said), ...damage], counts };
  }

  /** Uses the extension once more, and again when Nooks finds a failure meanwhile: what comes after that counts. */
  async #tryService(): Promise<Waited> {
    for (let tries = 1; ; tries++) {
      const failures = this.#failures;
      this.#service.length = 0;
      const ended = failures > 0 ? await this.#awaitRecovery() : 'said';
      const waited = ended === 'said' && this.#service.length === 0 ? await this.#probe() : ended;
      if (waited !== 'said' || this.#service.length === 0 || this.#failures === failures || tries === mostTries) {
        return waited;
      }
    }
  }

  /** After a failure that Nooks found: its agent starts the extension and sets it up. */
  async #awaitRecovery(): Promise<Waited> {
    for (let naps = 0; naps < recovery.naps; naps++) {
      const { ended } = await this.#command(recovery.nap, chore);
      if (ended !== 'said') return this.#stillThere(ended, recovery.nap);
      if (!readNooksStatistics(this.#subject.kernel).extensions.some(({ recovering }) => recovering)) break;
    }
    return 'said';
  }

  async #probe(): Promise<Waited> {
    const { probe } = this.#subject;
    const peers = watchPeers(this.#shell.machine, probe);
    const budget = { steps: this.#still, ns: probe.seconds * 1e9 };
    const { ended, status, said } = await this.#command(probe.command, budget);
    if (ended !== 'said') return this.#stillThere(ended, probe.command);
    this.#service.push(...badStatus(status), ...(status === 0 ? missing(probe.says, said) : []), ...peers());
    return 'said';
  }

  /** A command that did not come back is the service's fault if it can be interrupted, and the shell goes on. */
  async #stillThere(ended: Waited, line: string): Promise<Waited> {
    this.#service.push(`'${line}' did not end`);
    if (ended !== 'silent' || this.#hangs) return ended;
    const from = this.#shell.said.length;
    this.#shell.machine.type(controlC);
    return this.#shell.until(/^# /m, answer[this.#subject.mode], this.#watch.hangs, from);
  }

  async #unload(): Promise<{ damage: string[]; counts: Counts | undefined }> {
    const { manifest, mode } = this.#subject;
    const damage: string[] = [];
    // One that fails meanwhile may be set up anew.
    for (let tries = 1, failures = NaN; failures !== this.#failures && tries <= mostTries; tries++) {
      if (tries > 1) await this.#awaitRecovery();
      failures = this.#failures;
      for (const line of [...manifest.tearDown, `rmmod ${manifest.name}`, 'sleep 1']) {
        const { ended, status } = await this.#command(line, chore);
        const words = () => [`${line}: ${ended}`, ...lastWords(this.#shell.said)];
        if (ended !== 'said') return { damage: words(), counts: undefined };
        if (status !== 0 && mode === 'native') damage.push(`${line} gave ${status}`);
      }
    }
    const pages = await this.#command('cat /proc/meminfo', chore);
    const caches = await this.#command('cat /proc/slabinfo', chore);
    return { damage, counts: countsOf(pages.said, caches.said) };
  }

  #command(line: string, budget: Budget) {
    return this.#shell.command(line, budget, this.#watch.hangs);
  }

  get #hangs(): boolean {
    return this.#watch.circle.length + this.#watch.deaf.length > 0;
  }

  get #still(): number {
    return stillSteps[this.#subject.mode];
  }

  get #failures(): number {
    return [...this.#shell.said.matchAll(new RegExp(`nooks: ${this.#subject.manifest.name} failed: `, 'g'))].length;
  }

  #over(how: Waited, activated: boolean): Observation {
    const { kernel } = this.#subject;
    if (how !== 'panic' && how !== 'reset') {
      const places = kernel.ticks().map((_, cpu) => `CPU${cpu} ${whereIs(this.#shell, kernel, cpu)}`);
      this.#workload.push(...(this.#watch.deaf.length > 0 ? this.#watch.deaf : places));
      return { ...this.#seen('silent', activated), circle: this.#watch.circle };
    }
    this.#workload.push(...lastWords(this.#shell.said), ...(this.#shell.last === '' ? [] : [this.#shell.last]));
    const lockup = this.#shell.said.includes('NMI Watchdog detected LOCKUP');
    return { ...this.#seen(how, activated), lockup, circle: lockup ? circleOf(kernel.spins()) : [] };
  }

  #seen(system: Observation['system'], activated: boolean): Observation {
    return {
      error: undefined, activated, system, lockup: false, circle: [], failures: this.#failures,
      workload: this.#workload, service: this.#service,
    };
  }
}

const controlC = '\x03';
const badStatus = (status: number) => (status === 0 ? [] : [`the status was ${status}`]);

const missing = (patterns: readonly string[], said: string) =>
  patterns.filter((pattern) => !new RegExp(pattern, 'm').test(said)).map((pattern) => `nothing matched ${pattern}`);

/** How the kernel said that it gave up, and the first exceptions. */
const lastWords = (said: string) =>
  said.split('\n').filter((line) => /\[#\d+\]$|^Kernel panic|^kernel BUG|^BUG: |LOCKUP/.test(line)).slice(0, 4);

/** Complaints of a kernel that lives on. */
const complaintsOf = (said: string) =>
  [...new Set(said.split('\n').filter((line) => /\[#\d+\]$|^kernel BUG|^BUG: |slab error/.test(line)))];

/** Caches whose objects depend on which names were looked up, not on what the extension did. */
const ofNames = ['dentry_cache', 'inode_cache'];

function countsOf(meminfo: string, slabinfo: string): Counts {
  const used = Number(/^MemUsed: +(\d+) kB$/m.exec(meminfo)?.[1] ?? NaN);
  const caches = [...slabinfo.matchAll(/^(\S+) +(\d+) +\d+ +\d+ +\d+ +(\d+) +(\d+)$/gm)];
  const slabPages = caches.reduce((sum, [, , , slabs, pages]) => sum + Number(slabs) * Number(pages), 0);
  const objects = caches.filter(([, name]) => !ofNames.includes(name!))
    .map(([, name, active]) => [name!, Number(active)]);
  return { ...Object.fromEntries(objects) as Record<string, number>, pages: used / 4 - slabPages };
}

/** What there is more or less of than after a golden run. */
export function differences(golden: Counts, counts: Counts): string[] {
  return Object.keys({ ...golden, ...counts }).flatMap((name) => {
    const difference = (counts[name] ?? 0) - (golden[name] ?? 0);
    return difference === 0 ? [] : [`${name}: ${Math.abs(difference)} too ${difference > 0 ? 'many' : 'few'}`];
  });
}
