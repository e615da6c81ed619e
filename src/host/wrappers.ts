/** Generates the wrappers of the kernel's interface, beside the bodies written by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Group, Problem } from '../compiler/wrappers/declarations.ts';
import { clashes, generateWrappers, type Generated } from '../compiler/wrappers/generate.ts';
import { Headers } from '../compiler/wrappers/headers.ts';
import { layer } from '../compiler/wrappers/layer.ts';
import { readInterface } from '../compiler/wrappers/read.ts';
import { attempt } from './files.ts';
import { writeWhole } from './output.ts';
import { UserError } from './user-error.ts';

/** The list of what extensions may use, in the isolation layer's folder. */
export const listName = 'interface.txt';

export interface Wrappers extends Generated {
  readonly groups: readonly Group[];
  /** Body files as they are, by path from the isolation layer's folder. */
  readonly byHand: ReadonlyMap<string, string>;
}

/**
 * What is generated for an isolation layer, whose folder lies beside those with the headers.
 * @throws UserError when a file cannot be read, or list or annotations are wrong
 */
export function generateFor(folder: string): Wrappers {
  const root = dirname(folder), list = join(folder, listName);
  const text = attempt(`cannot read ${list}`, () => readFileSync(list, 'utf8'));
  const headers = new Headers((path) => textOf(join(root, path)));
  const { groups, problems } = readInterface(list, text, headers);
  refuse([...problems, ...clashes(groups, list)], root, list);
  const byHand = bodiesIn(folder);
  return { ...generateWrappers({ groups, bodies: byHand, layer, folder: basename(folder) }), groups, byHand };
}

/** Writes what is generated; gives the paths. */
export function writeWrappers(folder: string, { entries, bodies }: Generated): string[] {
  return [...entries, ...bodies].map(([name, text]) => {
    writeWhole(join(folder, name), text);
    return join(folder, name);
  });
}

function refuse(problems: readonly Problem[], root: string, list: string): void {
  if (problems.length === 0) return;
  const where = (file: string) => (file === list ? list : join(root, file));
  throw new UserError(problems.map(({ file, line, message }) => `${where(file)}:${line}: ${message}`).join('\n'));
}

function bodiesIn(folder: string): Map<string, string> {
  const inside = join(folder, 'interposition');
  const names = existsSync(inside) ? readdirSync(inside).filter((name) => name.endsWith('.bodies.ts')).sort() : [];
  return new Map(names.map((name) => [`interposition/${name}`, textOf(join(inside, name)) ?? '']));
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? attempt(`cannot read ${path}`, () => readFileSync(path, 'utf8')) : undefined;
}
