/**
 * Body skeletons: `<group>.bodies.ts`, written once and from then on by hand. A body runs in the kernel's domain; it
 * checks parameters with the object tracker and the memory manager, makes the other side's versions of what is passed,
 * calls, and copies back (SOSP 2003, section 4.2). A skeleton does what types and annotations say; what they cannot say
 * is added by hand.
 */
import type { Callback, Group, KernelFunction, Parameter, Signature } from './declarations.ts';
import { crossed, hasBody, isRest, isVoid, parameterText, placeText, signatureLine } from './entry.ts';
import {
  crossing, extensionBody, kernelBody, objectNumber, takeStruct, versionName, wrapperNumber,
} from './names.ts';
import { deadResult, refuse } from './words.ts';

/** A body that hand-written files may lack: its function's name and the text to begin from. */
export interface Skeleton {
  readonly name: string;
  readonly text: string;
}

export function skeletons({ functions, callbacks, taken }: Group): Skeleton[] {
  const structs = new Set(taken.map(({ struct }) => struct));
  return [
    ...functions.map((f) => ({ name: kernelBody(f), text: kernelSkeleton(f, structs) })),
    ...callbacks.filter(hasBody).map((c) => ({ name: extensionBody(c), text: extensionSkeleton(c) })),
  ];
}

export const bodyComment = `/**
 * Bodies of wrappers, written by hand. The generator appends a skeleton for each body that is missing, and changes
 * nothing else.
 */
`;

/** What a skeleton does for one parameter, before the call and after it; `argument` is what it passes on. */
interface Step {
  readonly before: string;
  readonly argument: string;
  readonly after: string;
}

/** Nothing to do. */
const asItIs = ({ name }: Parameter): Step => ({ before: '', argument: name, after: '' });

function kernelSkeleton(f: KernelFunction, structs: ReadonlySet<string>): string {
  const parameters = crossed(f.parameters);
  const steps = parameters.map((p) => kernelStep(f, p, structs));
  const words = steps.map(({ argument }) => argument);
  // The text that was made of a format may have a % in it.
  const call = `${f.name}(${f.parameters.some(isRest) ? ["'%s'", ...words].join(', ') : words.join(', ')})`;
  const returned = f.returned === undefined ? '' : trackResult(f, f.returned);
  const body = steps.map((step) => step.before).join('') + called(f, call, steps, returned);
  const needsDomain = /\bdomain\b/.test(body);
  const sleeps = `  if (in_atomic()) ${refuse(f.result, `nooks_bad_parameter('${f.name}', 'context: atomic')`)}\n`;
  return `/** ${placeText(f)} */\n${signatureLine(kernelBody(f), parameterText(parameters), f.result)}`
    + `${needsDomain ? '  const domain = nooks_caller();\n' : ''}${f.maySleep ? sleeps : ''}${body}}\n`;
}

function extensionSkeleton(c: Callback): string {
  const steps = c.parameters.map((p) => extensionStep(c, p));
  const own = [parameterText(c.parameters), 'target: Target, domain: Domain'].filter((text) => text !== '').join(', ');
  const call = `${crossing(c)}(${['target', ...steps.map(({ argument }) => argument)].join(', ')})`;
  return `/** ${placeText(c)} */\n${signatureLine(extensionBody(c), own, c.result)}`
    + `${steps.map((step) => step.before).join('')}${called(c, call, steps, '')}}\n`;
}

/** The call, what is done after it, and its result. */
function called(signature: Signature, call: string, steps: readonly Step[], returned: string): string {
  const after = steps.map((step) => step.after).join('') + returned;
  if (isVoid(signature)) return `  ${call};\n${after}`;
  return after === '' ? `  return ${call};\n` : `  const result = ${call};\n${after}  return result;\n`;
}

/** From the extension: check, and find the kernel's version. */
function kernelStep(f: KernelFunction, p: Parameter, structs: ReadonlySet<string>): Step {
  const { name, type } = p;
  const bad = refuse(f.result, `nooks_bad_parameter('${f.name}', '${name}')`);
  const present = type.nullable ? `${name} !== null && ` : '';
  switch (type.kind.kind) {
    case 'text': {
      const check = `!nooks_string_valid(domain, addr(${name}))`;
      return { before: `  if (${present}${check}) ${bad}\n`, argument: name, after: '' };
    }
    case 'callback': {
      const replaced = `nooks_interpose(domain, ${wrapperNumber(type.kind.wrapper)}, cast<usize>(${name}))`;
      const version = versionName('kernel', name);
      const before = `  const ${version} = ${replaced};\n  if (${version} === 0) ${bad}\n`;
      return { before, argument: `cast<${type.text}>(${version})`, after: '' };
    }
    case 'object': return kernelObject(p, type.kind.name, p.tracked ?? type.kind.tracked, bad, structs);
    case 'buffer': {
      const size = p.size ?? `sizeof<${type.kind.element}>()`;
      const check = `!nooks_buffer_valid(domain, addr(${name}), ${size}, ${p.direction !== 'in'})`;
      return { before: `  if (${present}${check}) ${bad}\n`, argument: name, after: '' };
    }
    default: return kernelAddress(p, bad);
  }
}

/** An integer, which may yet be the address of a buffer or a tracked object, if its annotation says so. */
function kernelAddress(p: Parameter, bad: string): Step {
  const { name, size, tracked, direction } = p;
  if (tracked !== undefined) return held(p, tracked, `${name}`, `${name}`, bad);
  if (size === undefined) return asItIs(p);
  const check = `!nooks_buffer_valid(domain, ${name}, ${size}, ${direction !== 'in'})`;
  return { before: `  if (${check}) ${bad}\n`, argument: name, after: '' };
}

function kernelObject(
  p: Parameter, struct: string, tracked: string, bad: string, structs: ReadonlySet<string>,
): Step {
  const version = versionName('kernel', p.name);
  const take = structs.has(struct) && (p.ownership === 'creates' || p.direction !== 'in')
    ? `  ${takeStruct(struct)}(domain, ${p.name}, cast<${struct}>(${version}));\n` : '';
  if (p.ownership === 'creates') {
    const made = `adopt(domain, ${objectNumber(tracked)}, addr(${p.name}), sizeof<${struct}>())`;
    const before = `  const ${version} = ${made};\n  if (${version} === 0) ${bad}\n${take}`;
    return { before, argument: `cast<${struct}>(${version})`, after: '' };
  }
  const step = held(p, tracked, `addr(${p.name})`, `cast<${p.type.text}>(${version})`, bad);
  return p.ownership === 'consumes' ? step : { ...step, before: step.before + take };
}

/** An object that the domain holds: looked up, or if the callee owns it from now on, taken out of the tracker. */
function held(p: Parameter, tracked: string, address: string, argument: string, bad: string): Step {
  const version = versionName('kernel', p.name);
  const absent = p.type.nullable ? `${p.name} !== null && ` : '';
  if (p.ownership !== 'consumes') {
    const before = `  const ${version} = object_find(domain, ${objectNumber(tracked)}, ${address});\n`
      + `  if (${absent}${version} === 0) ${bad}\n`;
    return { before, argument: p.type.kind.kind === 'object' ? argument : version, after: '' };
  }
  const before = `  const taken = object_take(domain, ${objectNumber(tracked)}, ${address});\n`
    + `  if (taken === null) ${bad}\n  const ${version} = taken.kernel;\n  object_free(taken);\n`;
  return { before, argument: p.type.kind.kind === 'object' ? argument : version, after: '' };
}

/** A new object is the domain's from now on, with one version that both sides use. */
function trackResult({ name, result }: Signature, { tracked, size }: NonNullable<Signature['returned']>): string {
  const address = result.kind.kind === 'object' ? 'addr(result)' : 'result';
  const bytes = result.kind.kind === 'object' ? `sizeof<${result.kind.name}>()` : size;
  const added = `object_add(domain, ${objectNumber(tracked)}, ${address}, ${address}, ${bytes}, 0)`;
  return `  if (${address} !== 0 && !${added}) ${refuse(result, `nooks_bad_parameter('${name}', 'memory')`)}\n`;
}

/** From the kernel: what the extension only reads it reads where it is; of what it changes it gets a version. */
function extensionStep(c: Callback, p: Parameter): Step {
  const { kind } = p.type;
  if (p.direction === 'in' || (kind.kind !== 'object' && kind.kind !== 'buffer')) return asItIs(p);
  const size = kind.kind === 'object' ? `sizeof<${kind.name}>()` : p.size ?? `sizeof<${kind.element}>()`;
  const version = versionName('extension', p.name);
  const before = `  const ${version} = heap_alloc(domain, ${size}, GFP_ATOMIC);\n`
    + `  if (${version} === 0) ${deadResult(c.result)}\n  memcpy(cast(${version}), ${p.name}, ${size});\n`;
  const after = `  memcpy(${p.name}, cast(${version}), ${size});\n  heap_free(domain, ${version}, ${size});\n`;
  return { before, argument: `cast<${p.type.text}>(${version})`, after };
}
