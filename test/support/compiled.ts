import { fileURLToPath } from 'node:url';
import { compile } from '../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../src/compiler/diagnostic.ts';
import type { ImageDescription } from '../../src/compiler/image.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';
import { SourceTree } from '../../src/host/sources.ts';

/** The project's folder. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler makes of an image's files, which it must accept. */
export function compiledModule(image: ImageDescription): ObjectModule {
  const { module, diagnostics } = compile(new SourceTree(projectFolder).of(image), image);
  if (!module) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return module;
}
