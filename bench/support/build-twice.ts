// A program of its own, `build-twice.js FOLDER`: builds FOLDER/big/ as a module twice, and prints its BuildTimes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageDescription } from '../../src/compiler/image.ts';
import { build } from '../../src/host/build.ts';
import { loadCompiler } from '../../src/host/load-compiler.ts';

/** Milliseconds. The first build is told from the start of the process on, the second, which need not parse, alone. */
export interface BuildTimes {
  /** CPU time of the main thread. */
  readonly cold: number;
  readonly warm: number;
  /** CPU time of all threads: V8 compiles and collects garbage on others. */
  readonly coldAll: number;
  readonly warmAll: number;
  /** Elapsed time. */
  readonly coldWall: number;
  readonly warmWall: number;
}

const image: ImageDescription = { kind: 'module', name: 'big', files: ['big/'], imports: [], exports: 'all' };

const [root = '.'] = process.argv.slice(2);
await buildOnce();
const first = now();
await buildOnce();
const second = now();
const times: BuildTimes = {
  cold: first.main, coldAll: first.all, coldWall: first.wall,
  warm: second.main - first.main, warmAll: second.all - first.all, warmWall: second.wall - first.wall,
};
process.stdout.write(JSON.stringify(times));

async function buildOnce(): Promise<void> {
  const [built] = await build({
    root, out: join(root, 'out'), clean: true, images: [image], loadCompiler,
  });
  if (built?.state !== 'built') throw new Error(built?.complaints.join('\n'));
}

function now(): { main: number; all: number; wall: number } {
  const { user, system } = process.cpuUsage();
  // Nanoseconds of the first thread (Linux, Documentation/scheduler/sched-stats.rst).
  const main = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  return { main, all: (user + system) / 1000, wall: process.uptime() * 1000 };
}
