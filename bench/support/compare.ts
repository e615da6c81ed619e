// Runs the same ELF under several emulators by turns, as a user would start them, and compares whole processes.
import { fileURLToPath } from 'node:url';
import { measure } from './process.ts';
import type { Measured } from './process.ts';
import { median } from './statistics.ts';
import type { Guest } from './guests.ts';

/** A way to run an ELF: the command line for a guest with its number of harts. */
export interface Contender {
  readonly name: string;
  command(elf: string, guest: Guest): readonly string[];
}

/** What one contender took for one guest, over all runs. */
export interface Series {
  readonly contender: string;
  readonly guest: string;
  readonly wall: readonly number[];
  readonly cpu: readonly number[];
  /** The guest's line `checksum ...`. */
  readonly checksum: string;
  /** The guest's lines `# name value`, from the last run. */
  readonly notes: ReadonlyMap<string, number>;
}

/** Longest that any run may take; QEMU needs 2 to 4 s, tier 0 about three times that. */
const limitSeconds = 180;
const cli = fileURLToPath(new URL('../../src/cli/nooks.mjs', import.meta.url));
const memory = '128M';

/** QEMU with its defaults: TCG, a thread per virtual CPU. */
export const qemu: Contender = {
  name: 'qemu',
  command: (elf, guest) => [
    'qemu-system-riscv32', '-M', 'virt', '-bios', 'none', '-smp', String(guest.harts), '-m', memory,
    '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-kernel', elf,
  ],
};

/** `nooks run` with further options, started as the README says. */
export function nooks(name: string, ...options: string[]): Contender {
  return {
    name,
    command: (elf, guest) => [
      process.execPath, cli, 'run', elf, '--harts', String(guest.harts), '--memory', memory, ...options,
    ],
  };
}

/** A guest that crashed, found its own result wrong, or did not end. */
export class GuestFailure extends Error {}

/**
 * Runs one ELF under each contender in turn, `runs` times over, so that a change of the host's load meets all of them.
 * Throws GuestFailure when a run fails or when two contenders print different checksums.
 */
export async function race(
  guest: Guest, elf: string, contenders: readonly Contender[], runs: number,
): Promise<Series[]> {
  const all = contenders.map((contender) => ({ contender, results: [] as Measured[] }));
  for (let run = 0; run < runs; run++) {
    for (const { contender, results } of all) {
      const measured = await measure(contender.command(elf, guest), limitSeconds);
      refuseFailure(guest, contender, measured);
      results.push(measured);
    }
  }
  const series = all.map(({ contender, results }) => summary(guest, contender, results));
  const checksums = new Set(series.map((each) => each.checksum));
  if (checksums.size > 1) {
    const said = series.map((each) => `${each.contender} ${each.checksum}`).join(', ');
    throw new GuestFailure(`${guest.name}: the contenders disagree: ${said}`);
  }
  return series;
}

/** Seconds of the best run. */
export function best(values: readonly number[]): number {
  return Math.min(...values);
}

/** How many times as fast `ours` was as `theirs` in a measure: by the best runs and by the medians. */
export function speed(ours: Series, theirs: Series, measure: 'cpu' | 'wall'): { best: number; median: number } {
  return {
    best: best(theirs[measure]) / best(ours[measure]),
    median: median(theirs[measure]) / median(ours[measure]),
  };
}

function refuseFailure(guest: Guest, contender: Contender, measured: Measured): void {
  const where = `${guest.name} under ${contender.name}`;
  if (measured.timedOut) throw new GuestFailure(`${where}: no end after ${limitSeconds} s`);
  if (measured.status === 0 && checksumIn(measured.stdout)) return;
  const said = (measured.stdout + measured.stderr).trim().split('\n').slice(-3).join(' / ');
  throw new GuestFailure(`${where}: exit status ${measured.status}: ${said}`);
}

function summary(guest: Guest, contender: Contender, results: readonly Measured[]): Series {
  const last = results.at(-1)?.stdout ?? '';
  const lines = [...last.matchAll(/^# (\S+) (\d+)\r?$/gm)];
  return {
    contender: contender.name,
    guest: guest.name,
    wall: results.map((each) => each.wall),
    cpu: results.map((each) => each.cpu),
    checksum: checksumIn(last) ?? '',
    notes: new Map(lines.map(([, name = '', value]) => [name, Number(value)])),
  };
}

function checksumIn(output: string): string | undefined {
  return /^checksum ([0-9a-f]{8})\r?$/m.exec(output)?.[1];
}
