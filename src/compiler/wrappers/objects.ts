/**
 * `objects.wrappers.ts`, generated at will: numbers of object types and extension wrappers, the copies that make
 * objects call-by-value-result, the shadow copies of critical fields, the wrapped versions of operations tables, and
 * the
 * table from which recovery takes each type's release function (SOSP 2003, sections 4.2 and 4.3).
 */
import type { Field, Header, ObjectType } from './declarations.ts';
import { extensionEntry, objectNumber, toExtension, toKernel, wrapperNumber, wrapTable } from './names.ts';

/** The text of the object file below its imports. */
export function objectText(headers: readonly Header[]): string {
  const objects = headers.flatMap((header) => header.objects);
  const tracked = objects.filter((object) => object.tracked);
  const plain = [...new Set(headers.flatMap((header) => header.plainTypes))];
  const callbacks = headers.flatMap((header) => header.callbacks);
  return [
    numbers(
      'Object types, as the object tracker knows them.',
      [...tracked.map((each) => each.name), ...plain].map(objectNumber),
    ),
    numbers(
      'Extension wrappers, by which a function pointer asks to be replaced.',
      callbacks.map((c) => wrapperNumber(c.name)),
    ),
    ...objects.filter((object) => !object.operations && !object.mapped).map((object) => copies(object, objects)),
    ...objects.filter((object) => object.operations).map(wrappedTable),
    entries(callbacks.map(extensionEntry)),
    releases(tracked, plain),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

export function objectComment(headers: readonly Header[]): string {
  return `/**
 * Generated from ${headers.map((header) => header.file.split('/').pop()).join(', ')} by the wrapper generator
 * (src/compiler/wrappers). Do not edit: regenerate.
 */
`;
}

/** Has a field that must follow changes on the other side at every crossing. */
export function hasShadow(object: ObjectType): boolean {
  return object.fields.some((field) => field.critical);
}

function numbers(about: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  return `/** ${about} */\n${names.map((name, index) => `export const ${name} = ${index + 1};\n`).join('')}`;
}

function copies(object: ObjectType, objects: readonly ObjectType[]): string {
  const { name, fields } = object;
  const down = fields.filter((field) => field.copied === 'both').map((field) => copyToKernel(field, objects));
  const up = fields.filter((field) => field.copied !== 'kernel').map((field) => copyToExtension(field, objects));
  const shadow = fields.filter((field) => field.critical).map((field) => copyToExtension(field, objects));
  const back = fields
    .filter((field) => field.critical && field.copied === 'both')
    .map((field) => copyToKernel(field, objects));
  let text =
    copyFunction(`What an extension may change of its ${name}, into the kernel's.`, toKernel(name), name, down)
    + `\n${copyFunction(`The kernel's ${name}, into the extension's.`, toExtension(name), name, up)}`;
  if (!hasShadow(object)) return text;
  const about = `Before a crossing into the extension: the critical fields of ${name}.`;
  text += `\n${copyFunction(about, `nooks_shadow_in_${name}`, name, shadow)}`;
  return `${text}\n${copyFunction('After it, back.', `nooks_shadow_out_${name}`, name, back)}`;
}

function copyFunction(about: string, name: string, type: string, lines: readonly string[]): string {
  return `/** ${about} */\nexport function ${name}(from: ${type}, to: ${type}): void {\n${lines.join('')}}\n`;
}

function copyToKernel(field: Field, objects: readonly ObjectType[]): string {
  const { name, type } = field;
  const kind = type.kind;
  if (kind.kind === 'callback') {
    const replaced = `nooks_interpose(${wrapperNumber(kind.wrapper)}, cast<usize>(from.${name}))`;
    return `  to.${name} = cast<${type.text}>(${replaced});\n`;
  }
  if (kind.kind === 'object' && objects.some((object) => object.name === kind.name && object.operations)) {
    const wrapped = `${wrapTable(kind.name)}(from.${name})`;
    return type.nullable ? `  to.${name} = from.${name} ? ${wrapped} : null;\n` : `  to.${name} = ${wrapped};\n`;
  }
  return plainCopy(field, objects, toKernel);
}

function copyToExtension(field: Field, objects: readonly ObjectType[]): string {
  const kind = field.type.kind;
  if (
    kind.kind === 'callback'
    || (kind.kind === 'object' && objects.some((o) => o.name === kind.name && o.operations))
  ) {
    return `  // ${field.name}: the extension keeps its own functions.\n`;
  }
  return plainCopy(field, objects, toExtension);
}

function plainCopy(field: Field, objects: readonly ObjectType[], copy: (name: string) => string): string {
  const { name, type } = field;
  if (type.kind.kind === 'object') {
    return `  // ${name}: ${type.text} is another object; the body follows it.\n`;
  }
  if (type.kind.kind !== 'embedded') return `  to.${name} = from.${name};\n`;
  const inner = /^Embed<(\w+)>$/.exec(type.text)?.[1];
  if (inner !== undefined && objects.some((object) => object.name === inner))
    return `  ${copy(inner)}(from.${name}, to.${name});\n`;
  return `  memcpy(to.${name}, from.${name}, sizeof<${type.text}>());\n`;
}

function wrappedTable(object: ObjectType): string {
  const { name } = object;
  const assignments = object.fields.map((field) => {
    if (field.type.kind.kind !== 'callback') return `  to.${field.name} = from.${field.name};\n`;
    const replaced = `nooks_interpose(${wrapperNumber(field.type.kind.wrapper)}, cast<usize>(from.${field.name}))`;
    return `  to.${field.name} = cast<${field.type.text}>(${replaced});\n`;
  });
  return `/** The kernel's version of an extension's ${name}: every function replaced by its wrapper. */
export function ${wrapTable(name)}(from: ${name}): ${name} {
  const domain = nooks_caller();
  const known = nooks_object_find(domain, ${objectNumber(name)}, addr(from));
  if (known) return cast<${name}>(known);
  const size = sizeof<${name}>();
  const to = cast<${name}>(nooks_object_adopt(domain, ${objectNumber(name)}, addr(from), size, NOOKS_EXPLICIT));
${assignments.join('')}  return to;
}
`;
}

function entries(names: readonly string[]): string {
  if (names.length === 0) return '';
  const rows = names.map((name) => `  cast<usize>(${name}),\n`);
  return `/** Entry of each extension wrapper, by its number less one. */
export const nooks_extension_entries: Arr<usize, ${names.length}> = [\n${rows.join('')}];\n`;
}

function releases(tracked: readonly ObjectType[], plain: readonly string[]): string {
  if (tracked.length + plain.length === 0) return '';
  const rows = tracked.map((object) => {
    const release = object.release === undefined ? '0' : `cast<usize>(${object.release})`;
    const fields = `name: '${object.name}', size: sizeof<${object.name}>(), mapped: ${object.mapped}`;
    return `  { ${fields}, release: ${release} },\n`;
  });
  rows.push(...plain.map((name) => `  { name: '${name}', size: 0, mapped: false, release: 0 },\n`));
  return `/** What recovery needs to know of each object type, by its number less one. */
export const nooks_object_types: Arr<Embed<NooksObjectType>, ${rows.length}> = [\n${rows.join('')}];\n`;
}
