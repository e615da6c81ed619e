/**
 * Body skeletons: `<header>.bodies.ts`, written once and from then on by hand. A body runs in the kernel's domain; it
 * checks parameters with the object tracker, makes the other side's versions of objects, calls, and copies back
 * (SOSP 2003, section 4.2). A skeleton does what the annotations say; what they cannot say is added by hand.
 */
import type { Callback, Header, KernelFunction, ObjectType, Parameter, Type } from './declarations.ts';
import { callText, objectConstant, objectTypeOf, parameterText, placeText } from './entry.ts';
import { hasShadow } from './objects.ts';
import {
  baseName,
  crossing,
  extensionBody,
  kernelBody,
  objectNumber,
  toExtension,
  toKernel,
  versionName,
  wrapTable,
  wrapperNumber,
} from './names.ts';
import { refuse } from './words.ts';

/** A body that a hand-written file may lack: its function's name and the text to begin from. */
export interface Skeleton {
  readonly name: string;
  readonly text: string;
}

export function skeletons(header: Header, objects: ReadonlyMap<string, ObjectType>): Skeleton[] {
  const wrapped = header.functions.filter((f) => !f.direct);
  return [
    ...wrapped.map((f) => ({ name: kernelBody(f), text: kernelSkeleton(f, objects) })),
    ...header.callbacks.map((c) => ({ name: extensionBody(c), text: extensionSkeleton(c, objects) })),
  ];
}

export function bodyComment(header: Header): string {
  return `/**
 * Bodies of the wrappers of ${baseName(header)}, written by hand. The generator appends a skeleton for each body that
 * is missing
 * and changes nothing else.
 */
`;
}

/** What a skeleton does for one parameter, before the call and after it; `argument` is what it passes on. */
interface Step {
  readonly before: string;
  readonly argument: string;
  readonly after: string;
}

function kernelSkeleton(f: KernelFunction, objects: ReadonlyMap<string, ObjectType>): string {
  const steps = f.parameters.map((p) => kernelStep(f, p, objects));
  const returned =
    f.result.kind.kind === 'object' ? returnedObject(f.result, f.returnsNew, objects) : returnedMemory(f);
  const needsDomain =
    steps.some((step) => /\bdomain\b/.test(step.before + step.after)) || /\bdomain\b/.test(returned ?? '');
  return (
    `/** Body of the kernel wrapper of ${f.name} (${placeText(f)}). */\n`
    + `${head(kernelBody(f), parameterText(f.parameters.map(asCells)), f.result)}`
    + (needsDomain ? '  const domain = nooks_caller();\n' : '')
    + body(f.cells ?? f.name, f.result, steps, returned, [])
    + '}\n'
  );
}

/** A body gets the cells of further arguments, which lie in the extension's memory, where the kernel may read. */
function asCells(p: Parameter): Parameter {
  return p.type.kind.kind === 'rest'
    ? { ...p, type: { text: 'Ptr<u32>', kind: { kind: 'pointer' }, nullable: false } }
    : p;
}

function extensionSkeleton(c: Callback, objects: ReadonlyMap<string, ObjectType>): string {
  const steps = c.parameters.map((p) => extensionStep(p, objects));
  const parameters = [parameterText(c.parameters), 'target: NooksTarget'].filter((text) => text !== '').join(', ');
  const returned = c.result.kind.kind === 'object' ? acceptedObject(c, objects) : undefined;
  const needsDomain =
    steps.some((step) => /\bdomain\b/.test(step.before + step.after)) || /\bdomain\b/.test(returned ?? '');
  return (
    `/** Body of the extension wrapper of ${c.name} (${placeText(c)}). */\n`
    + `${head(extensionBody(c), parameters, c.result)}`
    + (needsDomain ? '  const domain = target.domain;\n' : '')
    + body(crossing(c), c.result, steps, returned, ['target'])
    + '}\n'
  );
}

function head(name: string, parameters: string, result: Type): string {
  const single = `export function ${name}(${parameters}): ${result.text} {\n`;
  return single.length <= 121 ? single : `export function ${name}(\n  ${parameters},\n): ${result.text} {\n`;
}

function body(
  callee: string,
  result: Type,
  steps: readonly Step[],
  returned: string | undefined,
  first: readonly string[],
): string {
  const words = [...first, ...steps.map((step) => step.argument)];
  const after = steps.map((step) => step.after).join('');
  const before = steps.map((step) => step.before).join('');
  if (result.kind.kind === 'void') return before + callText('', callee, words, ';') + after;
  if (after === '' && returned === undefined) return before + callText('return ', callee, words, ';');
  return before + callText('const result = ', callee, words, ';') + after + (returned ?? '  return result;\n');
}

/** From the extension: check, find the kernel's version, copy in; copy back what the kernel changed. */
function kernelStep(f: KernelFunction, p: Parameter, objects: ReadonlyMap<string, ObjectType>): Step {
  const { name, type } = p;
  const bad = refuse(f.result, `nooks_bad_parameter('${f.name}', '${name}')`);
  switch (type.kind.kind) {
    case 'string':
      return { before: guarded(p, `!nooks_string_valid(domain, ${name})`, bad), argument: name, after: '' };
    case 'callback': {
      const replaced = `nooks_interpose(${wrapperNumber(type.kind.wrapper)}, cast<usize>(${name}))`;
      return { before: '', argument: `cast<${type.text}>(${replaced})`, after: '' };
    }
    case 'object':
      return kernelObject(p, objects, bad);
    case 'pointer':
      return p.size === undefined ? opaque(p, bad) : kernelBuffer(p, p.size, bad);
    default:
      return opaque(p, bad);
  }
}

/** A word that may yet be a tracked object, if its annotation says so. */
function opaque(p: Parameter, bad: string): Step {
  if (p.objectType === undefined) return { before: '', argument: p.name, after: '' };
  const version = versionName('kernel', p.name);
  const find = `nooks_object_find(domain, ${objectConstant(p)}, cast<usize>(${p.name}))`;
  const drop = p.ownership === 'consumes' ? `  nooks_object_drop(domain, ${objectConstant(p)}, ${version});\n` : '';
  return {
    before: `  const ${version} = ${find};\n  if (${version} === 0) ${bad}\n${drop}`,
    argument: `cast<${p.type.text}>(${version})`,
    after: '',
  };
}

function kernelBuffer(p: Parameter, size: string, bad: string): Step {
  const writes = p.direction !== 'in';
  return {
    before: guarded(p, `!nooks_buffer_valid(domain, cast<usize>(${p.name}), ${size}, ${writes})`, bad),
    argument: p.name,
    after: '',
  };
}

/** `if (failed) bad`, and for a parameter that may be null only if it is not. */
function guarded(p: Parameter, failed: string, bad: string): string {
  const present = p.type.nullable ? `${p.name} && ` : '';
  return `  if (${present}${failed}) ${bad}\n`;
}

function kernelObject(p: Parameter, objects: ReadonlyMap<string, ObjectType>, bad: string): Step {
  const type = objectTypeOf(p) ?? '';
  const object = objects.get(type);
  const version = versionName('kernel', p.name);
  if (object?.operations)
    return { before: `  const ${version} = ${wrapTable(type)}(${p.name});\n`, argument: version, after: '' };
  const found =
    p.ownership === 'creates'
      ? `nooks_object_adopt(domain, ${objectNumber(type)}, addr(${p.name}), sizeof<${type}>(), ${lifetime(p)})`
      : `nooks_object_find(domain, ${objectNumber(type)}, addr(${p.name}))`;
  const present = p.type.nullable ? `${p.name} ? ` : '';
  const absent = p.type.nullable ? ' : null' : '';
  let before = `  const ${version} = ${present}cast<${type} | null>(${found})${absent};\n`;
  before += p.type.nullable ? `  if (${p.name} && !${version}) ${bad}\n` : `  if (!${version}) ${bad}\n`;
  const condition = p.type.nullable ? `if (${p.name} && ${version}) ` : '';
  if (copied(object) && p.direction !== 'out') before += `  ${condition}${toKernel(type)}(${p.name}, ${version});\n`;
  if (p.ownership === 'consumes')
    before += `  ${condition}nooks_object_drop(domain, ${objectNumber(type)}, addr(${version}));\n`;
  const back = copied(object) && p.direction !== 'in' && p.ownership !== 'consumes';
  return {
    before,
    argument: version,
    after: back ? `  ${condition}${toExtension(type)}(${version}, ${p.name});\n` : '',
  };
}

/** From the kernel: make or find the extension's version, copy out; copy back what the extension may change. */
function extensionStep(p: Parameter, objects: ReadonlyMap<string, ObjectType>): Step {
  switch (p.type.kind.kind) {
    case 'object':
      return extensionObject(p, objects);
    case 'callback':
      return {
        before: `  // ${p.name}: a function of the kernel's; pass the entry of its kernel wrapper instead.\n`,
        argument: p.name,
        after: '',
      };
    case 'pointer':
      return p.size === undefined ? { before: '', argument: p.name, after: '' } : extensionBuffer(p, p.size);
    default:
      return { before: '', argument: p.name, after: '' };
  }
}

function extensionObject(p: Parameter, objects: ReadonlyMap<string, ObjectType>): Step {
  const type = objectTypeOf(p) ?? '';
  const object = objects.get(type);
  const version = versionName('extension', p.name);
  const number = objectNumber(type);
  const lent = object?.mapped
    ? `nooks_object_map(domain, ${number}, addr(${p.name}), ${lifetime(p)})`
    : `nooks_object_lend(domain, ${number}, addr(${p.name}), sizeof<${type}>(), ${lifetime(p)})`;
  const present = p.type.nullable ? `${p.name} ? ` : '';
  let before = `  const ${version} = ${present}cast<${type}>(${lent})${p.type.nullable ? ' : null' : ''};\n`;
  const condition = p.type.nullable ? `if (${p.name} && ${version}) ` : '';
  let after = '';
  if (copied(object)) {
    if (p.direction !== 'out') before += `  ${condition}${toExtension(type)}(${p.name}, ${version});\n`;
    else if (object && hasShadow(object)) before += `  ${condition}nooks_shadow_in_${type}(${p.name}, ${version});\n`;
    if (p.direction !== 'in' && p.ownership !== 'consumes')
      after += `  ${condition}${toKernel(type)}(${version}, ${p.name});\n`;
    else if (object && hasShadow(object) && p.ownership !== 'consumes')
      after += `  ${condition}nooks_shadow_out_${type}(${version}, ${p.name});\n`;
  }
  if (object?.mapped && p.lifetime === 'call')
    after += `  ${condition}nooks_object_unmap(domain, ${number}, addr(${p.name}));\n`;
  return { before, argument: version, after };
}

function extensionBuffer(p: Parameter, size: string): Step {
  const version = versionName('extension', p.name);
  const direction = { in: 'NOOKS_IN', out: 'NOOKS_OUT', inout: 'NOOKS_INOUT' }[p.direction];
  return {
    before: `  const ${version} = nooks_buffer_lend(domain, cast<usize>(${p.name}), ${size}, ${direction});\n`,
    argument: `cast<${p.type.text}>(${version})`,
    after: `  nooks_buffer_return(domain, cast<usize>(${p.name}), ${version}, ${size}, ${direction});\n`,
  };
}

/** What the kernel gives the extension: its own version of the object, tracked. */
function returnedObject(result: Type, isNew: boolean, objects: ReadonlyMap<string, ObjectType>): string {
  if (result.kind.kind !== 'object') return '';
  const { name } = result.kind;
  const object = objects.get(name);
  const scope = isNew ? 'NOOKS_EXPLICIT' : 'NOOKS_CALL';
  const lent = object?.mapped
    ? `nooks_object_map(domain, ${objectNumber(name)}, addr(result), ${scope})`
    : `nooks_object_lend(domain, ${objectNumber(name)}, addr(result), sizeof<${name}>(), ${scope})`;
  const copy = copied(object) ? `  ${toExtension(name)}(result, version);\n` : '';
  const absent = result.nullable ? '  if (!result) return null;\n' : '';
  return `${absent}  const version = cast<${name}>(${lent});\n${copy}  return version;\n`;
}

/** New memory, tracked by its address alone. */
function returnedMemory(f: KernelFunction): string | undefined {
  if (f.returnedType === undefined) return undefined;
  const { returnedType: type, returnedSize: size = '0' } = f;
  const tracked = `nooks_object_track(domain, ${objectNumber(type)}, cast<usize>(result), ${size}, NOOKS_EXPLICIT)`;
  return `  if (result) ${tracked};\n  return result;\n`;
}

/** What the extension gives the kernel: an object it holds, or nothing. */
function acceptedObject(c: Callback, objects: ReadonlyMap<string, ObjectType>): string {
  if (c.result.kind.kind !== 'object') return '';
  const { name } = c.result.kind;
  const find = `cast<${name} | null>(nooks_object_find(domain, ${objectNumber(name)}, addr(result)))`;
  const bad = refuse(c.result, `nooks_bad_parameter('${c.name}', 'result')`);
  const copy = copied(objects.get(name)) ? `  ${toKernel(name)}(result, version);\n` : '';
  const absent = c.result.nullable ? '  if (!result) return null;\n' : '';
  return `${absent}  const version = ${find};\n  if (!version) ${bad}\n${copy}  return version;\n`;
}

function copied(object: ObjectType | undefined): boolean {
  return object !== undefined && !object.mapped && !object.operations;
}

function lifetime(p: Parameter): string {
  return { call: 'NOOKS_CALL', explicit: 'NOOKS_EXPLICIT', semantic: 'NOOKS_SEMANTIC' }[p.lifetime];
}
