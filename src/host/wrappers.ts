/** Reads kernel headers and writes the wrappers generated from them, beside the bodies written by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { HeaderProblem } from '../compiler/wrappers/declarations.ts';
import { generateWrappers } from '../compiler/wrappers/generate.ts';
import { readHeaders } from '../compiler/wrappers/read.ts';
import { usageOf, type WrapperStatistics, wrapperStatistics } from '../compiler/wrappers/statistics.ts';
import { attempt } from './files.ts';
import { writeWhole } from './output.ts';
import { UserError } from './user-error.ts';

export interface WrapperOptions {
  /** Paths of the headers. */
  readonly headers: readonly string[];
  /** Folder that generated files and bodies share. */
  readonly out: string;
  /** Paths of what generated code imports. */
  readonly interfaceFile: string;
  readonly libraryFile: string;
  /** Extensions by name with the folders of their sources, for the statistics. */
  readonly extensions: ReadonlyMap<string, string>;
}

export interface WrapperResult {
  /** Paths written, and bodies for which a skeleton was appended. */
  readonly files: readonly string[];
  readonly appended: readonly string[];
  readonly statistics: WrapperStatistics;
}

/** @throws UserError when a file cannot be read or written, or a header's annotations are wrong */
export function writeWrappers({
  headers: paths,
  out,
  interfaceFile,
  libraryFile,
  extensions,
}: WrapperOptions): WrapperResult {
  const spelled = (path: string) => importPath(out, path);
  const { headers, problems } = readHeaders(paths.map((path) => ({ file: spelled(path), text: readText(path) })));
  const pathOf = new Map(paths.map((path) => [spelled(path), path]));
  refuse(problems, pathOf);
  const before = bodiesIn(out);
  const generated = generateWrappers({
    headers,
    bodies: before,
    interfacePath: spelled(interfaceFile),
    libraryPath: spelled(libraryFile),
  });
  refuse(generated.problems, pathOf);
  const files = [...generated.entries, ...generated.bodies];
  for (const [name, text] of files) writeWhole(join(out, name), text);
  const usage = new Map([...extensions].map(([name, folder]) => [name, usageOf(headers, sourcesIn(folder))]));
  return {
    files: files.map(([name]) => join(out, name)),
    appended: generated.appended,
    statistics: wrapperStatistics(headers, generated.entries, new Map([...before, ...generated.bodies]), usage),
  };
}

function refuse(problems: readonly HeaderProblem[], pathOf: ReadonlyMap<string, string>): void {
  if (problems.length === 0) return;
  throw new UserError(
    problems
      .map(({ place, message }) => `${pathOf.get(place.file) ?? place.file}:${place.line}: ${message}`)
      .join('\n'),
  );
}

/** How a file in `out` imports `path`. */
function importPath(out: string, path: string): string {
  const way = relative(out, path).replaceAll('\\', '/');
  return way.startsWith('.') ? way : `./${way}`;
}

function bodiesIn(out: string): Map<string, string> {
  const names = existsSync(out) ? readdirSync(out).filter((name) => name.endsWith('.bodies.ts')) : [];
  return new Map(names.map((name) => [name, readText(join(out, name))]));
}

function sourcesIn(folder: string): string[] {
  const names = attempt(`cannot read ${folder}`, () => readdirSync(folder)).filter((name) => name.endsWith('.ts'));
  return names.map((name) => readText(join(folder, name)));
}

function readText(path: string): string {
  return attempt(`cannot read ${path}`, () => readFileSync(path, 'utf8'));
}
