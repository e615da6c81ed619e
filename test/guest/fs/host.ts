/** The kernel's file system on the host: the oracle runs it over small stand-ins for locks, memory and user copies. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { loadOnHost } from '../../../src/compiler/oracle/host.ts';
import type { HostProgram } from '../../../src/compiler/oracle/load.ts';
import { GuestFault } from '../../../src/compiler/oracle/memory.ts';
import { projectFolder } from '../../support/compiled.ts';

const standIns = 'test/guest/fs/guest';
const sources = 'src/guest';

/** A mistake to be planted: a file below src/guest, a text in it, and what is written there instead. */
export interface Planted { readonly file: string; readonly text: string; readonly instead: string }

/** Loads files of `src/guest` and what they import; the files below `guest/` here take the place of the kernel's. */
export function loadGuest(files: readonly string[], planted?: Planted): HostProgram {
  const texts = new Map<string, string>();
  const queue = files.map((file) => `${sources}/${file}`);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (texts.has(path)) continue;
    const text = path === `${sources}/${planted?.file}` ? spoilt(textOf(path), planted!) : textOf(path);
    texts.set(path, text);
    queue.push(...importsOf(path, text));
  }
  return loadOnHost(texts, { kind: 'module', name: 'fs', files: [...texts.keys()], imports: [], exports: 'all' }, {
    memorySize: 16 << 20,
    ebreak: () => {
      throw new GuestFault('BUG');
    },
  });
}

function spoilt(text: string, { file, text: sought, instead }: Planted): string {
  if (!text.includes(sought)) throw new Error(`${file} does not say ${sought}`);
  return text.replace(sought, instead);
}

function textOf(path: string): string {
  const standIn = path.replace(sources, standIns);
  return readFileSync(`${projectFolder}/${existsSync(`${projectFolder}/${standIn}`) ? standIn : path}`, 'utf8');
}

const importsOf = (path: string, text: string) =>
  [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)].map(([, name]) => posix.join(posix.dirname(path), name!));
