/**
 * The figures the paper gives for its wrappers (SOSP 2003, sections 4.2 and 5.1: 248 wrappers, 27 shared by four
 * drivers).
 */
import type { Header } from './declarations.ts';
import { extensionBody, kernelBody } from './names.ts';

export interface WrapperStatistics {
  readonly kernelFunctions: number;
  readonly extensionFunctions: number;
  /** Kernel functions linked without a wrapper. */
  readonly direct: number;
  readonly objectTypes: number;
  readonly generatedLines: number;
  /** Lines of body files, skeletons included. */
  readonly handLines: number;
  /** Wrappers by how many extensions use them; those in `shared` have at least two users. */
  readonly shared: number;
  readonly byExtension: Readonly<Record<string, { kernel: number; extension: number; unshared: number }>>;
}

/** Wrappers that one extension uses: names of kernel functions and of callbacks. */
export interface Usage {
  readonly functions: readonly string[];
  readonly callbacks: readonly string[];
}

export function wrapperStatistics(
  headers: readonly Header[],
  entries: ReadonlyMap<string, string>,
  bodies: ReadonlyMap<string, string>,
  usage: ReadonlyMap<string, Usage>,
): WrapperStatistics {
  const functions = headers.flatMap((header) => header.functions);
  const users = countUsers(usage);
  const byExtension: Record<string, { kernel: number; extension: number; unshared: number }> = {};
  for (const [extension, used] of usage) {
    const bodiesUsed = bodiesOf(used);
    byExtension[extension] = {
      kernel: used.functions.length,
      extension: used.callbacks.length,
      unshared: bodiesUsed.filter((name) => users.get(name) === 1).length,
    };
  }
  return {
    kernelFunctions: functions.filter((f) => !f.direct).length,
    extensionFunctions: headers.reduce((sum, header) => sum + header.callbacks.length, 0),
    direct: functions.filter((f) => f.direct).length,
    objectTypes: headers.flatMap((header) => header.objects).filter((object) => object.tracked).length,
    generatedLines: linesIn(entries),
    handLines: linesIn(bodies),
    shared: [...users.values()].filter((count) => count > 1).length,
    byExtension,
  };
}

/** What an extension's source uses of the headers: functions it names, callbacks of the operations structs it names. */
export function usageOf(headers: readonly Header[], sources: readonly string[]): Usage {
  const words = new Set(sources.flatMap((text) => text.match(/[A-Za-z_]\w*/g) ?? []));
  const functions = headers
    .flatMap((header) => header.functions)
    .filter((f) => !f.direct && words.has(f.name))
    .map((f) => f.name);
  const callbacks = headers.flatMap((header) => header.callbacks).map((c) => c.name);
  return { functions, callbacks: callbacks.filter((name) => isMentioned(name, words)) };
}

/** `NetDeviceOps_open` is used by who mentions both the struct (or function) and, for a struct, the field. */
function isMentioned(callback: string, words: ReadonlySet<string>): boolean {
  const owner = [...words].find((word) => callback.startsWith(`${word}_`));
  if (owner === undefined) return words.has(callback);
  const member = callback.slice(owner.length + 1);
  return /^[a-z]/.test(owner) || words.has(member);
}

function countUsers(usage: ReadonlyMap<string, Usage>): Map<string, number> {
  const users = new Map<string, number>();
  for (const used of usage.values()) for (const name of bodiesOf(used)) users.set(name, (users.get(name) ?? 0) + 1);
  return users;
}

function bodiesOf(used: Usage): string[] {
  return [
    ...used.functions.map((name) => kernelBody({ name })),
    ...used.callbacks.map((name) => extensionBody({ name })),
  ];
}

function linesIn(files: ReadonlyMap<string, string>): number {
  return [...files.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0);
}
