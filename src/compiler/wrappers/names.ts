/** The names of generated code. `nooks_w_` is the prefix the paper's own injector sources show for kernel wrappers. */
import type { Group } from './declarations.ts';

interface Named { readonly name: string }

/** Entry of a kernel wrapper: what an extension's import is bound to. */
export const kernelEntry = (f: Named): string => `nooks_w_${f.name}`;
/** Entry of an extension wrapper: what the kernel calls in place of the extension's function. */
export const extensionEntry = (c: Named): string => `nooks_x_${c.name}`;
/** The crossing into the extension that an extension wrapper's body makes. */
export const crossing = (c: Named): string => `nooks_call_${c.name}`;
/** Body of either, written by hand. Prefixes differ: a kernel function and a callback may share a name. */
export const kernelBody = (f: Named): string => `body_${f.name}`;
export const extensionBody = (c: Named): string => `body_x_${c.name}`;
/** What is done in place of a call to a dead target, where an error number will not do: by hand, if at all. */
export const deadBody = (c: Named): string => `dead_x_${c.name}`;
/** Number of an extension wrapper, by which a function pointer asks to be replaced. */
export const wrapperNumber = (name: string): string => `NX_${name}`;
/** Takes what an extension may set of a struct. */
export const takeStruct = (name: string): string => `nooks_take_${name}`;

/** Number of a type in the object tracker: `OBJECT_WAIT_QUEUE` for `WaitQueue`. */
export function objectNumber(tracked: string): string {
  return `OBJECT_${tracked.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}`;
}

/** Files, from the isolation layer's folder. */
export const entryFile = (group: Group): string => `generated/${group.name}.wrappers.ts`;
export const bodyFile = (group: Group): string => `interposition/${group.name}.bodies.ts`;
export const takeFile = 'generated/structs.wrappers.ts';
export const extensionTable = 'generated/extension.table.ts';
export const kernelTable = 'generated/kernel.table.ts';
export const directTable = 'generated/direct.table.ts';

/** `kernelDev` for `dev`: the other side's version of a parameter. */
export function versionName(side: 'kernel' | 'extension', parameter: string): string {
  return side + parameter.charAt(0).toUpperCase() + parameter.slice(1);
}
