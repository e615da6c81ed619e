/**
 * The wrapper generator: kernel headers in, dialect source out. Entry code is regenerated at will; bodies are appended
 * to
 * hand-written files once and never changed. Same headers, same text.
 */
import { bodyComment, skeletons, type Skeleton } from './bodies.ts';
import type { Callback, Header, HeaderProblem, KernelFunction, ObjectType } from './declarations.ts';
import { entryComment, entryText } from './entry.ts';
import { importsFor, type Exports } from './imports.ts';
import {
  bodyFile,
  crossing,
  entryFile,
  extensionBody,
  extensionEntry,
  interfaceFile,
  kernelBody,
  kernelEntry,
  objectFile,
  objectNumber,
  tableName,
  toExtension,
  toKernel,
  wrapperNumber,
  wrapTable,
} from './names.ts';
import { hasShadow, objectComment, objectText } from './objects.ts';
import { fit } from './layout.ts';
import { wordsOf } from './words.ts';

/** What isolation must provide: the names `src/guest/nooks/interface.ts` exports to generated code. */
export const interfaceNames = [
  'NooksDomain',
  'NooksTarget',
  'NooksWrapper',
  'NooksObjectType',
  'NOOKS_KERNEL_WRAPPER',
  'NOOKS_EXTENSION_WRAPPER',
  'NOOKS_CALL',
  'NOOKS_EXPLICIT',
  'NOOKS_SEMANTIC',
  'NOOKS_IN',
  'NOOKS_OUT',
  'NOOKS_INOUT',
  'nooks_kernel_call',
  'nooks_driver_call',
  'nooks_defer_kernel_call',
  'nooks_caller',
  'nooks_target_alive',
  'nooks_dead_target',
  'nooks_in_interrupt',
  'nooks_bad_context',
  'nooks_bad_parameter',
  'nooks_string_valid',
  'nooks_buffer_valid',
  'nooks_buffer_lend',
  'nooks_buffer_return',
  'nooks_interpose',
  'nooks_object_find',
  'nooks_object_adopt',
  'nooks_object_lend',
  'nooks_object_map',
  'nooks_object_track',
  'nooks_object_unmap',
  'nooks_object_drop',
] as const;

export interface GenerateInput {
  readonly headers: readonly Header[];
  /** Hand-written text of `<header>.bodies.ts` files that exist, by file name. */
  readonly bodies: ReadonlyMap<string, string>;
  /** Directory of the files that declare `interface.ts` and `memcpy`, as imports spell them. */
  readonly interfacePath: string;
  readonly libraryPath: string;
}

export interface Generated {
  /** Files to overwrite, by name: entry code and the object file. */
  readonly entries: ReadonlyMap<string, string>;
  /** Body files that gained skeletons, whole text, by name; files that lack nothing are absent. */
  readonly bodies: ReadonlyMap<string, string>;
  /** The bodies that were appended. */
  readonly appended: readonly string[];
  readonly problems: readonly HeaderProblem[];
}

export function generateWrappers(input: GenerateInput): Generated {
  const { headers } = input;
  const objects = new Map(headers.flatMap((header) => header.objects).map((object) => [object.name, object]));
  const exports = exportsOf(input);
  const entries = new Map<string, string>();
  const bodies = new Map<string, string>();
  const appended: string[] = [];
  for (const header of headers) {
    const text = fit(entryText(header));
    const name = entryFile(header);
    entries.set(name, `${entryComment(header)}${importsFor(text, without(exports, `./${name}`))}\n${text}`);
    const missing = missingSkeletons(skeletons(header, objects), input.bodies);
    if (missing.length === 0) continue;
    bodies.set(bodyFile(header), withSkeletons(header, input.bodies.get(bodyFile(header)), missing, exports));
    appended.push(...missing.map((skeleton) => skeleton.name));
  }
  const text = fit(objectText(headers));
  entries.set(objectFile, `${objectComment(headers)}${importsFor(text, without(exports, `./${objectFile}`))}\n${text}`);
  return { entries, bodies, appended, problems: headers.flatMap(tooManyWords) };
}

function missingSkeletons(wanted: readonly Skeleton[], bodies: ReadonlyMap<string, string>): Skeleton[] {
  const written = new Set<string>();
  for (const text of bodies.values())
    for (const match of text.matchAll(/^export function (\w+)/gm)) written.add(match[1] ?? '');
  return wanted.filter((skeleton) => !written.has(skeleton.name));
}

function withSkeletons(
  header: Header,
  existing: string | undefined,
  missing: readonly Skeleton[],
  exports: Exports,
): string {
  const text = fit(missing.map((skeleton) => skeleton.text).join('\n'));
  const others = without(exports, `./${bodyFile(header)}`);
  if (existing === undefined) return `${bodyComment(header)}${importsFor(text, others)}\n${text}`;
  return `${existing.trimEnd()}\n\n${importsFor(text, others, importedNames(existing))}${text}`;
}

function importedNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const match of text.matchAll(/^import \{([^}]*)\}/gm)) {
    for (const name of (match[1] ?? '').split(',')) names.add(name.trim());
  }
  return names;
}

function without(exports: Exports, file: string): Exports {
  return new Map([...exports].filter(([each]) => each !== file));
}

function exportsOf({ headers, interfacePath, libraryPath }: GenerateInput): Exports {
  const exports = new Map<string, string[]>();
  for (const header of headers) {
    const names = [...header.functions, ...header.objects].map((each) => each.name);
    exports.set(header.file, [...names, ...header.names]);
  }
  exports.set(interfacePath, [...interfaceNames]);
  exports.set(libraryPath, ['memcpy']);
  exports.set(`./${objectFile}`, headers.flatMap(objectFileNames));
  for (const header of headers) {
    const wrapped = header.functions.filter((f) => !f.direct);
    exports.set(`./${entryFile(header)}`, entryNames(header, wrapped, header.callbacks));
    exports.set(`./${bodyFile(header)}`, [...wrapped.map(kernelBody), ...header.callbacks.map(extensionBody)]);
  }
  return exports;
}

function entryNames(header: Header, functions: readonly KernelFunction[], callbacks: readonly Callback[]): string[] {
  return [
    ...functions.map(kernelEntry),
    ...callbacks.map(extensionEntry),
    ...callbacks.map(crossing),
    tableName(header),
  ];
}

function objectFileNames(header: Header): string[] {
  return [
    ...header.objects.flatMap(namesOfObject),
    ...header.plainTypes.map(objectNumber),
    ...header.callbacks.map((c) => wrapperNumber(c.name)),
  ];
}

function namesOfObject(object: ObjectType): string[] {
  const { name } = object;
  const names = [objectNumber(name), toKernel(name), toExtension(name), wrapTable(name)];
  return hasShadow(object) ? [...names, `nooks_shadow_in_${name}`, `nooks_shadow_out_${name}`] : names;
}

/**
 * An extension wrapper takes its target in the register after its arguments, so seven words are the most it can have.
 */
function tooManyWords(header: Header): HeaderProblem[] {
  return header.callbacks
    .filter((c) => wordsOf(c.parameters).length > 7)
    .map((c) => ({
      place: c.place,
      message: `${c.name} takes ${wordsOf(c.parameters).length} words: `
        + 'a function given to the kernel takes at most 7, pass a struct',
    }));
}

/** The interface file's own name, for callers that place generated files beside it. */
export const defaultInterface = `./${interfaceFile}`;
