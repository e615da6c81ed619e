/** Compiles images and writes them with what tools want to know about them. */
import type { Diagnostic } from '../compiler/diagnostic.ts';
import type { ImageDescription } from '../compiler/image.ts';
import { LinkError } from '../compiler/link/link-error.ts';
import type { ObjectModule } from '../compiler/object.ts';
import { BuildCache, compilerKey, imageKey } from './build-cache.ts';
import { complaintOf } from './complaint.ts';
import { SourceTree } from './sources.ts';
import type { Sources } from './sources.ts';
import { UserError } from './user-error.ts';

/** The compiler, as src/compiler/compile.ts has it. */
export type Compile = (files: Sources, image: ImageDescription) =>
  { readonly module?: ObjectModule | undefined; readonly diagnostics: readonly Diagnostic[] };

export interface BuildRequest {
  /** The project's folder, from which images name their files. */
  readonly root: string;
  /** The folder for what is built. */
  readonly out: string;
  readonly images: readonly ImageDescription[];
  /** Whether to forget what was built before. */
  readonly clean: boolean;
  /** Loads the compiler, when there is something to compile: that takes longer than to see that there is not. */
  readonly loadCompiler: () => Promise<Compile>;
  /** Told of each image as it is done. */
  readonly onImage?: (built: BuiltImage) => void;
}

/** What became of an image. Files are named from the output folder. */
export interface BuiltImage {
  readonly image: ImageDescription;
  readonly state: 'built' | 'unchanged' | 'failed';
  readonly files: readonly string[];
  /** What is wrong with a failed one: each complaint in one or more lines. */
  readonly complaints: readonly string[];
  readonly elapsedMs: number;
}

/**
 * Builds what is not up to date. An image with mistakes in it does not keep others from being built.
 * @throws UserError when files cannot be read or written
 */
export async function build(request: BuildRequest): Promise<BuiltImage[]> {
  const cache = new BuildCache(request.out);
  if (request.clean) cache.clean();
  const tree = new SourceTree(request.root);
  const compiler = compilerKey();
  const results: BuiltImage[] = [];
  for (const image of request.images) {
    const sources = tree.of(image);
    const job = { image, sources, key: imageKey(image, sources, compiler) };
    const result = await buildImage(job, cache, request.loadCompiler);
    request.onImage?.(result);
    results.push(result);
  }
  return results;
}

interface Job { readonly image: ImageDescription; readonly sources: Sources; readonly key: string }

async function buildImage(
  job: Job, cache: BuildCache, loadCompiler: BuildRequest['loadCompiler'],
): Promise<BuiltImage> {
  const { image, key } = job;
  const start = performance.now();
  const done = (state: BuiltImage['state'], files: readonly string[], complaints: readonly string[] = []) =>
    ({ image, state, files, complaints, elapsedMs: performance.now() - start });
  const known = cache.find(image.name, key);
  if (known) return done('unchanged', known);
  const result = await compileImage(job, await loadCompiler());
  if (!(result instanceof Map)) return done('failed', [], result);
  cache.store(image.name, key, result);
  return done('built', [...result.keys()]);
}

/** The contents of the image's files, or what is wrong with it. */
async function compileImage(
  { image, sources }: Job, compile: Compile,
): Promise<Map<string, Uint8Array | string> | readonly string[]> {
  const { module, diagnostics } = compile(sources, image);
  if (!module) return diagnostics.map((diagnostic) => complaintOf(diagnostic, sources));
  try {
    const { imageFiles } = await import('./image-files.ts');
    return imageFiles(image, [module]);
  } catch (error) {
    if (error instanceof LinkError) return error.problems;
    throw error;
  }
}

/** The images of these names; all when there are none. */
export function chooseImages(
  images: readonly ImageDescription[], names: readonly string[],
): readonly ImageDescription[] {
  const unknown = names.find((name) => !images.some((image) => image.name === name));
  if (unknown !== undefined) {
    throw new UserError(`there is no image ${unknown}: choose from ${images.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? images : images.filter(({ name }) => names.includes(name));
}
