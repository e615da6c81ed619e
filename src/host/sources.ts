/** Finds the texts an image is compiled from. */
import { readFileSync, readdirSync } from 'node:fs';
import { posix, join } from 'node:path';
import type { ImageDescription } from '../compiler/image.ts';
import { attempt } from './files.ts';
import { UserError } from './user-error.ts';

/** Texts by their paths from the project's folder, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** Reads each file once for all the images of a build. */
export class SourceTree {
  readonly #root: string;
  readonly #texts = new Map<string, string | undefined>();

  /** `root` is the project's folder. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The image's own files, and all that these import, directly or not, in a fixed order.
   * @throws UserError when a file or folder that the image names is missing
   */
  of(image: ImageDescription): Sources {
    const queue = image.files.flatMap((file) => this.#expand(file, image.name)).sort();
    const sources = new Map<string, string>();
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const text = sources.has(path) ? undefined : this.#text(path);
      if (text === undefined) continue; // seen before; or imported and missing, which the compiler tells
      sources.set(path, text);
      queue.push(...importsOf(path, text));
    }
    return sources;
  }

  /** The files that an entry of an image's list stands for. */
  #expand(entry: string, image: string): string[] {
    if (!entry.endsWith('/')) {
      if (this.#text(entry) !== undefined) return [entry];
      throw new UserError(`image ${image} is made of ${entry}, which is not there`);
    }
    const names = attempt(`cannot read ${entry}, of which image ${image} is made`, () =>
      readdirSync(join(this.#root, entry), { recursive: true, encoding: 'utf8' }));
    return names.map((name) => entry + name.replaceAll('\\', '/')).filter(isSource);
  }

  #text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, readIfThere(join(this.#root, path)));
    return this.#texts.get(path);
  }
}

/** A manifest tells the host of an extension, and lies beside its sources. */
const isSource = (path: string) => path.endsWith('.ts') && !/(\.d|\/manifest)\.ts$/.test(path);

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}

/**
 * The files that a text imports. This looks at the text alone, and takes a comment for code: then a file too many is
 * read, and nothing else happens.
 */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*['"](\.{1,2}\/[^'"]+)['"]/g)]
    .map(([, name]) => posix.join(posix.dirname(path), name!));
}
