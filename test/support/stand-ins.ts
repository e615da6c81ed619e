/** Some of the guest's files on the host, by the oracle, with files of the test in place of some that they import. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { loadOnHost } from '../../src/compiler/oracle/host.ts';
import type { HostProgram, LoadOptions } from '../../src/compiler/oracle/load.ts';
import { GuestFault } from '../../src/compiler/oracle/memory.ts';
import { projectFolder } from './compiled.ts';

const sources = 'src/guest';

/**
 * Loads `files` of `src/guest` and what they import. A file below the folder `standIns` takes the place of the one of
 * that path below `src/guest`. `ebreak`, with which BUG ends, is a fault `BUG`.
 */
export function loadWithStandIns(standIns: string, files: readonly string[], options: LoadOptions = {}): HostProgram {
  const texts = new Map<string, string>();
  const queue = files.map((file) => `${sources}/${file}`);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (texts.has(path)) continue;
    const text = textOf(path, standIns);
    texts.set(path, text);
    queue.push(...importsOf(path, text));
  }
  const image = { kind: 'module', name: 'guest', files: [...texts.keys()], imports: [], exports: 'all' } as const;
  return loadOnHost(texts, image, { ebreak: bug, ...options });
}

function bug(): never {
  throw new GuestFault('BUG');
}

function textOf(path: string, standIns: string): string {
  const standIn = path.replace(sources, standIns);
  return readFileSync(`${projectFolder}/${existsSync(`${projectFolder}/${standIn}`) ? standIn : path}`, 'utf8');
}

const importsOf = (path: string, text: string) =>
  [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)].map(([, name]) => posix.join(posix.dirname(path), name!));
