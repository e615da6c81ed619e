/** The names of generated code. `nooks_w_` is the prefix the paper's own injector sources show for kernel wrappers. */
import type { Header } from './declarations.ts';

interface Named { readonly name: string }

/** Entry of a kernel wrapper: what an extension's import is bound to. */
export const kernelEntry = (f: Named): string => `nooks_w_${f.name}`;
/** Entry of an extension wrapper: what the kernel calls in place of the extension's function. */
export const extensionEntry = (c: Named): string => `nooks_x_${c.name}`;
/** The crossing into the extension that an extension wrapper's body makes. */
export const crossing = (c: Named): string => `nooks_call_${c.name}`;
/** Body of either, written by hand. Prefixes differ: a kernel function and a callback may share a name. */
export const kernelBody = (f: Named): string => `nooks_wb_${f.name}`;
export const extensionBody = (c: Named): string => `nooks_xb_${c.name}`;
/** Number of an extension wrapper, by which a function pointer asks to be replaced. */
export const wrapperNumber = (name: string): string => `NX_${name}`;
/** Number of an object type in the object tracker. */
export const objectNumber = (name: string): string => `OT_${name}`;
export const toKernel = (name: string): string => `nooks_to_kernel_${name}`;
export const toExtension = (name: string): string => `nooks_to_extension_${name}`;
export const wrapTable = (name: string): string => `nooks_wrap_${name}`;

/** Files beside each other, all named after the header. */
export const entryFile = (header: Header): string => `${baseName(header)}.wrappers.ts`;
export const bodyFile = (header: Header): string => `${baseName(header)}.bodies.ts`;
export const objectFile = 'objects.wrappers.ts';
export const interfaceFile = 'interface.ts';
export const tableName = (header: Header): string => `${baseName(header).replace(/\W/g, '_')}_wrappers`;

export function baseName(header: Header): string {
  return (header.file.split('/').pop() ?? header.file).replace(/\.ts$/, '');
}

/** `kernelDev` for `dev`: the other side's version of a parameter. */
export function versionName(side: 'kernel' | 'extension', parameter: string): string {
  return side + parameter.charAt(0).toUpperCase() + parameter.slice(1);
}
