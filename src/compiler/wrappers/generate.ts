/**
 * The wrapper generator: an interface in, dialect source out. Entry code and tables are regenerated at will; bodies are
 * appended to hand-written files once and never changed. Same interface, same text.
 */
import { bodyComment, skeletons, type Skeleton } from './bodies.ts';
import type { Group, Problem, Taken } from './declarations.ts';
import { entryComment, entryText, hasBody } from './entry.ts';
import { importsFor, type Exports } from './imports.ts';
import { fit } from './layout.ts';
import { objectTypes } from './layer.ts';
import {
  bodyFile, crossing, directTable, entryFile, extensionEntry, extensionTable, kernelEntry, kernelTable, takeFile,
  takeStruct, wrapperNumber,
} from './names.ts';
import { directTableText, extensionTableText, kernelTableText, structsText, wholeComment } from './tables.ts';

export interface GenerateInput {
  readonly groups: readonly Group[];
  /** Hand-written files of bodies by path from the isolation layer's folder. */
  readonly bodies: ReadonlyMap<string, string>;
  /** What generated code uses of the isolation layer: layer.ts. */
  readonly layer: Exports;
  /** The isolation layer's folder, as headers' paths have it. */
  readonly folder: string;
}

export interface Generated {
  /** Files to overwrite, by path from the isolation layer's folder. */
  readonly entries: ReadonlyMap<string, string>;
  /** Body files that gained skeletons, whole text, likewise; files that lack nothing are absent. */
  readonly bodies: ReadonlyMap<string, string>;
  /** The bodies that were appended. */
  readonly appended: readonly string[];
}

export function generateWrappers({ groups, bodies: written, layer, folder }: GenerateInput): Generated {
  const byHand = functionsIn(written);
  const bodies = new Map<string, string>();
  const appended: string[] = [];
  for (const group of groups) {
    const missing = skeletons(group).filter(({ name }) => !byHand.has(name));
    if (missing.length === 0) continue;
    const file = bodyFile(group);
    const exports = [generatedNames(groups, folder, byHand), layer, namesOf(group, missing)];
    bodies.set(file, withSkeletons(`${folder}/${file}`, written.get(file), missing, exports));
    appended.push(...missing.map(({ name }) => name));
  }
  const known = functionsIn(new Map([...written, ...bodies]));
  const handNames = new Map([...known].map(([name, file]) => [name, `${folder}/${file}`]));
  const entries = new Map<string, string>();
  const add = (file: string, comment: string, text: string, names: ReadonlyMap<string, string>) => {
    const whole = `${folder}/${file}`;
    const exports = [generatedNames(groups, folder, known), layer, byFile(handNames), byFile(names)];
    const imports = importsFor(whole, text, exports);
    entries.set(file, `${comment}${imports}${imports === '' ? '' : '\n'}${fit(text)}`);
  };
  for (const group of groups) {
    if (group.functions.length + group.callbacks.length === 0) continue;
    add(entryFile(group), entryComment(group), entryText(group, new Set(known.keys())), group.origins);
  }
  const origins = new Map(groups.flatMap((group) => [...group.origins]));
  const texts = [...written, ...bodies].map(([, text]) => text);
  const needed = ({ struct }: Taken) => texts.some((text) => text.includes(`${takeStruct(struct)}(`));
  const addWhole = (file: string, what: string, text: string) => add(file, wholeComment(what), text, origins);
  const taken = groups.flatMap((group) => group.taken).filter(needed);
  addWhole(takeFile, 'What the kernel takes of structs that extensions fill in.', structsText(taken));
  addWhole(extensionTable, 'Functions of extensions that the kernel calls.', extensionTableText(groups));
  addWhole(kernelTable, 'Functions of the kernel that have wrappers.', kernelTableText(groups));
  addWhole(directTable, 'Functions that run in a domain as they are.', directTableText(groups));
  return { entries, bodies, appended };
}

/** Two groups that mean different things by one name: no file could import both. */
export function clashes(groups: readonly Group[], list: string): Problem[] {
  const seen = new Map<string, string>();
  return groups.flatMap(({ origins }) => [...origins]).flatMap(([name, file]) => {
    const before = seen.get(name) ?? file;
    seen.set(name, before);
    return before === file ? [] : [{ file: list, line: 1, message: `${name} is in ${before} and in ${file}` }];
  });
}

/** The exported functions of hand-written files, and where each is. */
function functionsIn(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].flatMap(([file, text]) =>
    [...text.matchAll(/^export function (\w+)/gm)].map((match) => [match[1] ?? '', file] as const)));
}

/** Names that skeletons may mention: of the header's, and the numbers of object types. */
function namesOf({ origins }: Group, missing: readonly Skeleton[]): Exports {
  const numbers = missing.flatMap(({ text }) => text.match(/\bOBJECT_\w+/g) ?? []);
  return byFile(new Map([...origins, ...numbers.map((name) => [name, objectTypes] as const)]));
}

function withSkeletons(
  file: string, existing: string | undefined, missing: readonly Skeleton[], exports: readonly Exports[],
): string {
  const text = missing.map((skeleton) => skeleton.text).join('\n');
  const imports = importsFor(file, text, exports, existing);
  if (existing === undefined) return `${bodyComment}${imports}\n${fit(text)}`;
  return `${existing.trimEnd()}\n\n${imports}${fit(text)}`;
}

/** An entry written by hand takes the place of the generated one. */
function generatedNames(groups: readonly Group[], folder: string, byHand: ReadonlyMap<string, string>): Exports {
  const exports = new Map<string, readonly string[]>();
  for (const group of groups) {
    const crossings = group.callbacks.filter(hasBody).map(crossing);
    const names = [...group.functions.map(kernelEntry), ...group.callbacks.map(extensionEntry), ...crossings];
    exports.set(`${folder}/${entryFile(group)}`, names.filter((name) => !byHand.has(name)));
  }
  exports.set(`${folder}/${takeFile}`, groups.flatMap(({ taken }) => taken.map(({ struct }) => takeStruct(struct))));
  const callbacks = groups.flatMap((group) => group.callbacks);
  return exports.set(`${folder}/${extensionTable}`, callbacks.map(({ name }) => wrapperNumber(name)));
}

function byFile(names: ReadonlyMap<string, string>): Exports {
  const exports = new Map<string, string[]>();
  for (const [name, file] of names) exports.set(file, [...(exports.get(file) ?? []), name]);
  return exports;
}
