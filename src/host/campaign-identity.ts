/** What decides the results of trials beside their lines, as hashes: what the guest runs, and what a worker runs. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash } from './build-cache.ts';
import type { CampaignFiles } from './campaign-files.ts';
import { attempt } from './files.ts';
import { projectFolder } from './shipped.ts';

export interface CampaignIdentity {
  /** Of the images. */
  readonly images: string;
  /** Of the sources of the program that runs trials. */
  readonly program: string;
}

/** The thread that runs trials. */
export const trialThread = new URL('../../workers/trial.ts', import.meta.url);

export function campaignIdentity({ kernel, initrd, layouts, modules }: CampaignFiles): CampaignIdentity {
  const images = [
    kernel, initrd, JSON.stringify(layouts), ...Object.values(modules).flatMap(({ object, debug }) => [object, debug]),
  ];
  return { images: hash(images.map((image) => hash(image)).join()), program: hash(JSON.stringify(programSources())) };
}

/** The files of the project that make up the thread, and what is in them. */
export function programSources(): [path: string, text: string][] {
  const texts = new Map<string, string>();
  const add = (path: string): void => {
    if (texts.has(path) || !existsSync(path)) return;
    const text = attempt(`cannot read ${path}`, () => readFileSync(path, 'utf8'));
    texts.set(path, text);
    for (const [, to = ''] of text.matchAll(imports)) add(join(dirname(path), to));
  };
  add(fileURLToPath(trialThread));
  return [...texts].map(([path, text]): [path: string, text: string] => [relative(projectFolder, path), text])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const imports = /\b(?:from|import|import\() ?'(\.[^']+)'/g;
