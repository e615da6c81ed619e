/** The compiler: guest files of one image to an object, or what is wrong with them. */
import { checkProgram } from './check/checker.ts';
import type { Diagnostic } from './diagnostic.ts';
import { compileReached } from './emit/image.ts';
import { ObjectBuilder } from './emit/object.ts';
import type { ImageDescription } from './image.ts';
import type { ObjectModule } from './object.ts';
import type { Program } from './tree.ts';

/**
 * Compiles an image. `files` are texts by path, relative to the project's folder with `/`: those of the image and those that
 * it may import; others are not looked at. The module is there exactly when there are no diagnostics.
 */
export function compile(
  files: ReadonlyMap<string, string>, image: ImageDescription,
): { module?: ObjectModule; diagnostics: Diagnostic[] } {
  const { program, diagnostics } = checkProgram(files, image);
  if (diagnostics.count > 0) return { diagnostics: diagnostics.sorted() };
  const contents = compileReached(program, rootsOf(program, image), diagnostics);
  if (diagnostics.count > 0) return { diagnostics: diagnostics.sorted() };
  return { module: new ObjectBuilder(contents).build(image.name, program), diagnostics: [] };
}

/** The symbols that must be there whoever refers to them. */
function rootsOf({ functions, globals }: Program, image: ImageDescription): string[] {
  const all = [
    ...functions.filter(({ exported, body }) => exported && body !== undefined),
    ...globals.filter(({ exported, foreign }) => exported && !foreign),
  ].map(({ symbol }) => symbol);
  const wanted = image.exports === 'all' ? all : all.filter((symbol) => image.exports.includes(symbol));
  return image.kind === 'module' ? wanted : [image.entry, ...wanted];
}
