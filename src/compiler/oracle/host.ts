/** From guest text to functions the host can call: for unit tests of guest modules. */
import { check } from '../check/checker.ts';
import { type Diagnostic, formatDiagnostic } from '../diagnostic.ts';
import type { ImageDescription } from '../image.ts';
import { type HostProgram, type LoadOptions, loadProgram } from './load.ts';

/** The guest's text is not a program of the dialect. */
export class GuestTextError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/**
 * Checks and loads the files of an image: `files` are texts by path as `compile` takes them.
 * @throws GuestTextError if there is anything wrong with them
 */
export function loadOnHost(
  files: ReadonlyMap<string, string>,
  image: ImageDescription,
  options: LoadOptions = {},
): HostProgram {
  const { program, diagnostics } = check(files, image);
  if (diagnostics.length > 0) throw new GuestTextError(diagnostics);
  return loadProgram(program, options);
}
