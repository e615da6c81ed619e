/** The sample interface in guest/, and what is generated of it. */
import { existsSync, readFileSync } from 'node:fs';
import { clashes, generateWrappers } from '../../../src/compiler/wrappers/generate.ts';
import { Headers } from '../../../src/compiler/wrappers/headers.ts';
import type { Exports } from '../../../src/compiler/wrappers/imports.ts';
import { layer } from '../../../src/compiler/wrappers/layer.ts';
import { readInterface } from '../../../src/compiler/wrappers/read.ts';

export const guest = new URL('guest/', import.meta.url);

export function sample(name: string): string {
  return readFileSync(new URL(name, guest), 'utf8');
}

/** All of the isolation layer is in one file here. */
const standIn = 'nooks/layer.ts';
const isLibrary = (file: string) => file.startsWith('lib/');
const sampleLayer: Exports = new Map([
  ...[...layer].filter(([file]) => isLibrary(file)),
  [standIn, [...layer].filter(([file]) => !isLibrary(file)).flatMap(([, names]) => names)],
]);

interface Changes {
  readonly list?: string;
  /** Headers in the place of the sample's. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly bodies?: ReadonlyMap<string, string>;
}

/** What is generated of the sample, or of what is put in its place. */
export function generate({ list = sample('nooks/interface.txt'), headers = {}, bodies = new Map() }: Changes = {}) {
  const read = (path: string) => headers[path] ?? (existsSync(new URL(path, guest)) ? sample(path) : undefined);
  const { groups, problems } = readInterface('interface.txt', list, new Headers(read));
  const generated = generateWrappers({ groups, bodies, layer: sampleLayer, folder: 'nooks' });
  return { ...generated, groups, problems: [...problems, ...clashes(groups, 'interface.txt')] };
}
