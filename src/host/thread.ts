import { Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import { freshBundle } from './bundle.mjs';

/** Where the bundle is that this code is part of; there is no such word where the code runs from its sources. */
declare const NOOKS_BUNDLE: string;

const start = new URL('../../workers/start.mjs', import.meta.url);
const entries = new URL('../../workers/', import.meta.url).href;

/**
 * Starts a thread in a TypeScript file, such as `new URL('../../workers/hart.ts', import.meta.url)`. Those of `workers`
 * start from the bundle, of the same sources as the calling thread, and others through tsx, which takes half a second.
 */
export function startThread(entry: URL, options: Omit<WorkerOptions, 'argv' | 'eval'> = {}): Worker {
  const { file, ...how } = threadFile(entry);
  return new Worker(file, { ...how, ...options });
}

/** The file of JavaScript in which a thread starts to run a TypeScript file, and how; its exports are that file's. */
export function threadFile(entry: URL): { file: URL; argv?: string[]; execArgv?: string[] } {
  const bundled = bundledThread(entry);
  return bundled ? { file: bundled, ...withoutLoader } : { file: start, argv: [entry.href] };
}

/** The file of JavaScript that was made of an entry in `workers`; undefined where there is no bundle, or not of it. */
export function bundledThread({ href }: URL): URL | undefined {
  if (!href.startsWith(entries)) return undefined;
  const folder = bundleFolder();
  return folder === undefined ? undefined : new URL(`workers/${href.slice(entries.length, -'.ts'.length)}.js`, folder);
}

/** Looked for once, so that all threads of a process run the same sources, whatever happens to them later. */
let known: { readonly folder: string | undefined } | undefined;
function bundleFolder(): string | undefined {
  if (typeof NOOKS_BUNDLE === 'string') return NOOKS_BUNDLE;
  known ??= { folder: freshBundle() };
  return known.folder;
}

/** Threads start with Node's own arguments of the process; a bundle does without tsx, which may be among them. */
const loader = /^(--import|--require|-r|--loader|--experimental-loader)(=|$)/;
const withoutLoader = process.execArgv.some((word) => loader.test(word)) ? { execArgv: [] } : {};
