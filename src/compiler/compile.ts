/** The compiler: guest files of one image to an object, or what is wrong with them. */
import { checkProgram } from './check/checker.ts';
import type { Diagnostic } from './diagnostic.ts';
import { compileReached } from './emit/image.ts';
import { ObjectBuilder } from './emit/object.ts';
import type { ImageDescription } from './image.ts';
import type { ObjectModule } from './object.ts';
import type { Program } from './tree.ts';

/**
 * Compiles an image. `files` are texts by path, relative to the project's folder with `/`: those of the image and those
 * that it may import; others are not looked at. The module is there exactly when there are no diagnostics.
 */
export function compile(
  files: ReadonlyMap<string, string>, image: ImageDescription,
): { module?: ObjectModule; diagnostics: Diagnostic[] } {
  const { module, diagnostics } = compileProgram(files, image);
  return module === undefined ? { diagnostics } : { module, diagnostics };
}

/** The same, with the checked program, for who runs both and compares. */
export function compileProgram(
  files: ReadonlyMap<string, string>, image: ImageDescription,
): { program: Program; module: ObjectModule | undefined; diagnostics: Diagnostic[] } {
  const { program, diagnostics } = checkProgram(files, image);
  const module = diagnostics.count > 0 ? undefined
    : new ObjectBuilder(compileReached(program, rootsOf(program, image))).build(image.name, program);
  return { program, module, diagnostics: diagnostics.sorted() };
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
