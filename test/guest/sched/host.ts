/** The kernel's scheduler, locks and timers on the host: the oracle runs them over small stand-ins for the rest. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { loadOnHost } from '../../../src/compiler/oracle/host.ts';
import type { HostProgram } from '../../../src/compiler/oracle/load.ts';
import { GuestFault } from '../../../src/compiler/oracle/memory.ts';
import { projectFolder } from '../../support/compiled.ts';

const standIns = 'test/guest/sched/guest';
const sources = 'src/guest';

/** Loads files of `src/guest` and what they import; the files below `guest/` here take the place of the kernel's. */
export function loadGuest(...files: readonly string[]): HostProgram {
  const texts = new Map<string, string>();
  const queue = files.map((file) => `${sources}/${file}`);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (texts.has(path)) continue;
    const text = textOf(path);
    texts.set(path, text);
    queue.push(...importsOf(path, text));
  }
  return loadOnHost(texts, { kind: 'module', name: 'sched', files: [...texts.keys()], imports: [], exports: 'all' }, {
    memorySize: 4 << 20,
    ebreak: () => {
      throw new GuestFault('BUG');
    },
  });
}

function textOf(path: string): string {
  const standIn = path.replace(sources, standIns);
  return readFileSync(`${projectFolder}/${existsSync(`${projectFolder}/${standIn}`) ? standIn : path}`, 'utf8');
}

const importsOf = (path: string, text: string) =>
  [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)].map(([, name]) => posix.join(posix.dirname(path), name!));
