/**
 * Entry code: `<header>.wrappers.ts`, generated at will. For each kernel function the entry an extension's import is
 * bound to; for each callback the entry the kernel calls, and the crossing its body makes; and the table of them all.
 */
import type { Callback, Header, KernelFunction, Parameter, Signature, Type } from './declarations.ts';
import {
  baseName,
  bodyFile,
  crossing,
  extensionBody,
  extensionEntry,
  kernelBody,
  kernelEntry,
  objectNumber,
  tableName,
} from './names.ts';
import { refuse, returnOf, wordsOf } from './words.ts';

/** The text of the entry file below its imports. */
export function entryText(header: Header): string {
  const wrapped = header.functions.filter((f) => !f.direct);
  const parts = [
    ...wrapped.map(kernelEntryText),
    ...header.callbacks.map(extensionEntryText),
    tableText(header, wrapped),
  ];
  return parts.join('\n');
}

export function entryComment(header: Header): string {
  return `/**
 * Generated from ${header.file} by the wrapper generator (src/compiler/wrappers). Do not edit: regenerate.
 * The bodies, written by hand, are in ${bodyFile(header)}.
 */
`;
}

/** `name: type, name?: type` as the header declares them. */
export function parameterText(parameters: readonly Parameter[]): string {
  return parameters.map((p) => `${isRest(p) ? '...' : ''}${p.name}${p.optional ? '?' : ''}: ${p.type.text}`).join(', ');
}

function isRest(p: Parameter): boolean {
  return p.type.kind.kind === 'rest';
}

export function placeText({ place }: Signature): string {
  return `${place.file.split('/').pop()}:${place.line}`;
}

/** A call, broken over lines where it would not fit. */
export function callText(before: string, callee: string, words: readonly string[], after: string): string {
  const single = `  ${before}${callee}(${words.join(', ')})${after}`;
  if (single.length <= 120) return `${single}\n`;
  return `  ${before}${callee}(\n${words.map((word) => `    ${word},\n`).join('')}  )${after}\n`;
}

function signatureLine(name: string, parameters: string, result: Type): string {
  const single = `export function ${name}(${parameters}): ${result.text} {\n`;
  if (single.length <= 121) return single;
  return `export function ${name}(\n  ${parameters},\n): ${result.text} {\n`;
}

function kernelEntryText(f: KernelFunction): string {
  const words = wordsOf(f.parameters);
  const call = f.deferred ? 'nooks_defer_kernel_call' : 'nooks_kernel_call';
  return (
    `/** Kernel wrapper of ${f.name} (${placeText(f)})${f.deferred ? ', delivered with the next crossing' : ''}. */\n`
    + signatureLine(kernelEntry(f), parameterText(f.parameters), f.result)
    + (f.maySleep ? sleepCheck(f) : '')
    + crossingText(f.result, call, [`cast<usize>(${kernelBody(f)})`, String(words.length), ...words])
    + '}\n'
  );
}

function sleepCheck(f: KernelFunction): string {
  return `  if (nooks_in_interrupt()) ${refuse(f.result, `nooks_bad_context('${f.name}')`)}\n`;
}

function extensionEntryText(c: Callback): string {
  const parameters = [parameterText(c.parameters), 'target: NooksTarget'].filter((text) => text !== '').join(', ');
  const names = [...c.parameters.map((p) => p.name), 'target'];
  const words = wordsOf(c.parameters);
  return (
    `/** Extension wrapper of ${c.name} (${placeText(c)}): the kernel calls it for the extension's function. */\n`
    + signatureLine(extensionEntry(c), parameters, c.result)
    + `  if (!nooks_target_alive(target)) ${refuse(c.result, 'nooks_dead_target(target)')}\n`
    + callText(c.result.kind.kind === 'void' ? '' : 'return ', extensionBody(c), names, ';')
    + '}\n\n'
    + `/** The crossing into the extension's ${c.name}, made by the body. */\n`
    + signatureLine(crossing(c), ['target: NooksTarget', ...namedParameters(c)].join(', '), c.result)
    + crossingText(c.result, 'nooks_driver_call', ['target', String(words.length), ...words])
    + '}\n'
  );
}

function namedParameters(c: Callback): string[] {
  return c.parameters.length > 0 ? [parameterText(c.parameters)] : [];
}

function crossingText(result: Type, callee: string, words: readonly string[]): string {
  const single = `  ${returnOf(result, `${callee}(${words.join(', ')})`)}\n`;
  if (single.length <= 121) return single;
  const [before = '', after = ''] = returnOf(result, '\0').split('\0');
  return callText(before, callee, words, after);
}

function tableText(header: Header, wrapped: readonly KernelFunction[]): string {
  const rows = [
    ...wrapped.map((f) => rowText(f.name, 'NOOKS_KERNEL_WRAPPER', kernelEntry(f), f.parameters)),
    ...header.callbacks.map((c) => rowText(c.name, 'NOOKS_EXTENSION_WRAPPER', extensionEntry(c), c.parameters)),
  ];
  const name = tableName(header);
  return (
    `/** Every wrapper of ${baseName(header)}: name, direction, address, argument words, object types in order. */\n`
    + `export const ${name}_count: u32 = ${rows.length};\n`
    + `export const ${name}: Arr<Embed<NooksWrapper>, ${Math.max(rows.length, 1)}> = [\n${rows.join('')}];\n`
  );
}

function rowText(name: string, direction: string, entry: string, parameters: readonly Parameter[]): string {
  const words = wordsOf(parameters).length;
  const types = objectTypesOf(parameters).join(' ');
  const fields = `name: '${name}', direction: ${direction}, words: ${words}, objects: '${types}'`;
  return `  { ${fields}, entry: cast<usize>(${entry}) },\n`;
}

/** The tracked types among parameters, in order. */
export function objectTypesOf(parameters: readonly Parameter[]): string[] {
  return parameters.flatMap((p) => objectTypeOf(p) ?? []);
}

/** The tracker's type of a parameter: what its annotation says, or the struct it points to. */
export function objectTypeOf(p: Parameter): string | undefined {
  return p.objectType ?? (p.type.kind.kind === 'object' ? p.type.kind.name : undefined);
}

export function objectConstant(p: Parameter): string | undefined {
  const type = objectTypeOf(p);
  return type === undefined ? undefined : objectNumber(type);
}
