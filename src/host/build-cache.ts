/**
 * Knows which images need not be built again. An image's key is a hash of all that it depends on: its sources, its
 * description, and the compiler. What was built for a key is listed with its hash, so that files that were changed or
 * removed since are built again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageDescription } from '../compiler/image.ts';
import { writeWhole } from './output.ts';
import type { Sources } from './sources.ts';

/** What was built last, by image. */
interface Entry { readonly key: string; readonly files: Readonly<Record<string, string>> }
type Index = Record<string, Entry>;

const indexName = '.nooks-build.json';

export class BuildCache {
  readonly #folder: string;
  readonly #index: Index;

  /** `folder` is where images are written to. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#index = readIndex(join(folder, indexName));
  }

  /** The files of an image that is up to date, or undefined when it must be built. */
  find(name: string, key: string): string[] | undefined {
    const entry = this.#index[name];
    if (entry?.key !== key) return undefined;
    const files = Object.entries(entry.files);
    return files.every(([file, hash]) => hashFile(join(this.#folder, file)) === hash)
      ? files.map(([file]) => file) : undefined;
  }

  /** Writes what was built, and remembers it. */
  store(name: string, key: string, files: ReadonlyMap<string, Uint8Array | string>): void {
    for (const [file, contents] of files) writeWhole(join(this.#folder, file), contents);
    const hashes = [...files].map(([file, contents]) => [file, hash(contents)] as const);
    this.#index[name] = { key, files: Object.fromEntries(hashes) };
    writeWhole(join(this.#folder, indexName), JSON.stringify(this.#index, undefined, 1));
  }

  /** Removes all that was built here, and nothing else. */
  clean(): void {
    for (const { files } of Object.values(this.#index)) {
      for (const file of Object.keys(files)) rmSync(join(this.#folder, file), { force: true });
    }
    rmSync(join(this.#folder, indexName), { force: true });
    for (const name of Object.keys(this.#index)) delete this.#index[name];
  }
}

/** What an image depends on, as one hash. */
export function imageKey(image: ImageDescription, sources: Sources, compiler: string): string {
  return hash(JSON.stringify([compiler, image, [...sources]]));
}

/** A hash of the compiler: its own sources, those of the contract, and the version of the parser. */
export function compilerKey(): string {
  const { version } = createRequire(import.meta.url)('typescript/package.json') as { version: string };
  const top = fileURLToPath(new URL('..', import.meta.url));
  const files = ['compiler', 'isa', 'platform'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts')).sort().map((name) => join(top, folder, name)));
  return hash(JSON.stringify([version, files.map((file) => readFileSync(file, 'utf8'))]));
}

/** An index that is missing or damaged is an empty one: everything is built again. */
function readIndex(path: string): Index {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Index;
  } catch {
    return {};
  }
}

function hashFile(path: string): string | undefined {
  try {
    return hash(readFileSync(path));
  } catch {
    return undefined;
  }
}

export const hash = (contents: Uint8Array | string) => createHash('sha256').update(contents).digest('hex');
