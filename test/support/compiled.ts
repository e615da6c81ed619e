import { fileURLToPath } from 'node:url';
import { compile } from '../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../src/compiler/diagnostic.ts';
import type { ImageDescription } from '../../src/compiler/image.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';
import { moduleImage } from '../../src/host/extensions.ts';
import { imageFiles } from '../../src/host/image-files.ts';
import { SourceTree } from '../../src/host/sources.ts';
import { type Planted, spoilt } from './planted.ts';

/** The project's folder. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler makes of an image's files, which it must accept; of those with a mistake planted in one. */
export function compiledModule(image: ImageDescription, planted?: Planted): ObjectModule {
  const sources = new SourceTree(projectFolder).of(image);
  const { module, diagnostics } = compile(planted ? withMistake(sources, planted) : sources, image);
  if (!module) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return module;
}

function withMistake(sources: ReadonlyMap<string, string>, planted: Planted): ReadonlyMap<string, string> {
  const contents = sources.get(planted.file);
  if (contents === undefined) throw new Error(`${planted.file} is none of the image's files`);
  return new Map(sources).set(planted.file, spoilt(contents, planted));
}

/** A module's file as the guest loads it. */
export function moduleFile(name: string, files: readonly string[], planted?: Planted): Uint8Array {
  const image = moduleImage(name, files);
  return imageFiles(image, [compiledModule(image, planted)]).get(`${name}.o`) as Uint8Array;
}
