/**
 * The figures that the paper gives for its wrappers (SOSP 2003, sections 4.2 and 4.5): how many there are, who wrote
 * them, and how many extensions share them.
 */
import type { Callback, Group, KernelFunction, Type } from './declarations.ts';

/** What is known of an extension: the undefined symbols of its module, and the texts it is made from. */
export interface Extension {
  readonly name: string;
  readonly imports: readonly string[];
  readonly sources: readonly string[];
}

/** Wrappers that one extension uses: names of kernel functions and of callbacks. */
export interface Usage {
  readonly name: string;
  readonly functions: readonly string[];
  readonly callbacks: readonly string[];
  /** Those of them that no other extension uses. */
  readonly unshared: number;
  /** Imported functions of the kernel that are neither wrapped nor linked directly: it cannot be isolated. */
  readonly missing: readonly string[];
}

export interface WrapperStatistics {
  readonly kernelFunctions: number;
  readonly extensionFunctions: number;
  readonly direct: number;
  readonly generatedLines: number;
  readonly handLines: number;
  /** Wrappers that at least one extension uses, and those that several do. */
  readonly used: number;
  readonly shared: number;
  readonly extensions: readonly Usage[];
}

interface Input {
  readonly groups: readonly Group[];
  /** Generated and hand-written files by name. */
  readonly entries: ReadonlyMap<string, string>;
  readonly byHand: ReadonlyMap<string, string>;
  readonly extensions: readonly Extension[];
  /** Functions of the kernel. */
  readonly kernel: ReadonlySet<string>;
}

export function wrapperStatistics({ groups, entries, byHand, extensions, kernel }: Input): WrapperStatistics {
  const uses = extensions.map((extension) => usageOf(groups, extension, kernel));
  const users = new Map<string, number>();
  const wrappers = ({ functions, callbacks }: Omit<Usage, 'unshared'>) =>
    [...functions, ...callbacks.map((name) => `extension's ${name}`)];
  for (const name of uses.flatMap(wrappers)) users.set(name, (users.get(name) ?? 0) + 1);
  return {
    kernelFunctions: groups.flatMap(({ functions }) => functions).length,
    extensionFunctions: groups.flatMap(({ callbacks }) => callbacks).length,
    direct: groups.flatMap(({ direct }) => direct).length,
    generatedLines: linesIn(entries),
    handLines: linesIn(byHand),
    used: users.size,
    shared: [...users.values()].filter((count) => count > 1).length,
    extensions: uses.map((use) =>
      ({ ...use, unshared: wrappers(use).filter((name) => users.get(name) === 1).length })),
  };
}

function usageOf(
  groups: readonly Group[], { name, imports, sources }: Extension, kernel: ReadonlySet<string>,
): Omit<Usage, 'unshared'> {
  const all = new Map(groups.flatMap(({ functions }) => functions).map((f) => [f.name, f]));
  const direct = new Map(groups.flatMap((group) => group.direct).map((f) => [f.name, f]));
  const functions = imports.flatMap((each) => all.get(each) ?? []);
  const called = [...functions, ...imports.flatMap((each) => direct.get(each) ?? [])];
  return {
    name,
    functions: functions.map((f) => f.name),
    callbacks: callbacksOf(groups, called, sources.join('\n')),
    missing: imports.filter((each) => kernel.has(each) && !all.has(each) && !direct.has(each)),
  };
}

/**
 * The callbacks that an extension gives to functions it calls, and those that it puts into fields of structs: what is
 * written `field: function` or `.field = function` where it mentions the struct, or calls what passes it.
 */
function callbacksOf(groups: readonly Group[], functions: readonly KernelFunction[], text: string): string[] {
  const wrapperOf = ({ kind }: Type) => (kind.kind === 'callback' ? [kind.wrapper] : []);
  const types = functions.flatMap(({ result, parameters }) => [result, ...parameters.map(({ type }) => type)]);
  const passed = new Set(types.flatMap(({ kind }) => (kind.kind === 'object' ? [kind.name] : [])));
  const filled = groups.flatMap(({ taken }) => taken)
    .filter(({ struct }) => passed.has(struct) || new RegExp(`\\b${struct}\\b`).test(text))
    .flatMap(({ fields }) => fields)
    .filter(({ name }) => new RegExp(`(\\b${name}:|\\.${name} =) (?!null\\b)|[{,] *${name} *[,}]`).test(text))
    .flatMap(({ type }) => wrapperOf(type));
  const given = new Set([...types.flatMap(wrapperOf), ...filled]);
  const callbacks: readonly Callback[] = groups.flatMap((group) => group.callbacks);
  return callbacks.map(({ name }) => name).filter((name) => given.has(name));
}

function linesIn(files: ReadonlyMap<string, string>): number {
  return [...files.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}
