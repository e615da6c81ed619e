/**
 * Bad arguments of every kind for every wrapped call: rows and the module that makes the calls are generated from the
 * list of what extensions may use (src/guest/nooks/interface.txt), so a function that is added there is covered.
 * `echo "FUNCTION ARGUMENT KIND" > /proc/caller` calls one with one argument of one kind, the others as they should be.
 */
import { join } from 'node:path';
import { compile } from '../../../src/compiler/compile.ts';
import { formatDiagnostic } from '../../../src/compiler/diagnostic.ts';
import type { KernelFunction, Parameter } from '../../../src/compiler/wrappers/declarations.ts';
import { moduleImage } from '../../../src/host/extensions.ts';
import { imageFiles } from '../../../src/host/image-files.ts';
import { projectFolder } from '../../../src/host/shipped.ts';
import { SourceTree } from '../../../src/host/sources.ts';
import { generateFor } from '../../../src/host/wrappers.ts';
import { fixture, helpers } from './caller.ts';
import type { Misdeed } from './misdeeds.ts';

/** By number in the module. A kind for addresses, or for numbers; the last is the value as it should be. */
const pointerKinds: readonly (readonly [name: string, value: string])[] = [
  ['null', '0'],
  ["a user's", 'user'],
  ["the kernel's heap", 'addr(current().files)'],
  ["the kernel's code", 'addr(printk)'],
  ['unmapped', '0xc7fff000'],
  ['misaligned', 'block + 1'],
  ['freed', 'freed()'],
  ["another extension's", 'foreign()'],
  ['its last word', 'page + 4092'],
  ['not initialised', 'block'],
];
const numberKinds: readonly (readonly [name: string, value: string])[] = [
  ['0', '0'], ['1', '1'], ['10', '10'], ['2^16', '0x10000'], ['2^31 - 1', '0x7fffffff'], ['2^31', '0x80000000'],
  ['-1', '0xffffffff'],
];
const good = 99;

/** What an argument is that is as it should be: by function and parameter, by type, by name. */
const goodFor: Readonly<Record<string, string>> = {
  'spin_unlock.lock': 'held()', 'spin_unlock_irqrestore.lock': 'held()',
  'kfree.address': 'kmalloc(64, GFP_KERNEL)', 'vfree.address': 'vmalloc(5000)',
  'free_pages.address': '__get_free_page(GFP_KERNEL)', 'free_page.address': '__get_free_page(GFP_KERNEL)',
  'pci_free_consistent.address': 'consistent()', 'pci_free_consistent.size': '4096',
  'copy_from_user.from': 'user', 'copy_to_user.to': 'user', 'put_user.to': 'user', 'get_user.from': 'user',
  'clear_user.to': 'user', 'strncpy_from_user.from': 'user',
  'request_region.start': '0x8000', 'release_region.start': 'ports()', 'request_mem_region.start': '0x10001000',
  'release_mem_region.start': 'registers()', 'ioremap.physical': 'registers()', 'iounmap.address': 'window()',
  'free_irq.irq': 'line()', 'free_dma.dmanr': 'channel()', 'release_dma_lock.flags': 'claim_dma_lock()',
  'disable_irq.irq': 'line()', 'disable_irq_nosync.irq': 'line()', 'synchronize_irq.irq': 'line()',
  'enable_irq.irq': 'disabled()', 'tasklet_enable.t': 'stopped()', 'remove_proc_entry.name': 'named()',
  'unregister_chrdev.major': 'device()', 'remove_wait_queue.wait': 'queued()', 'printk.format': "addr('caller\\n')",
  'create_proc_entry.name': "addr('called')", 'create_proc_read_entry.name': "addr('called')",
  'free_irq.dev_id': 'block', 'request_irq.dev_id': 'block',
};
const goodOf: Readonly<Record<string, string>> = {
  TimerList: 'addr(timer)', TaskletStruct: 'addr(tasklet)', WaitQueueHead: 'addr(queue)', WaitQueue: 'addr(wait)',
  Semaphore: 'addr(semaphore)', Completion: 'addr(done)', SpinLock: 'addr(lock)', FileOperations: 'addr(operations)',
  TqStruct: 'addr(work)', NetDevice: 'addr(alloc_etherdev(64))', SkBuff: 'addr(dev_alloc_skb(100))',
  'ProcDirEntry | null': '0', 'PciDev | null': '0',
};
const goodNumber: Readonly<Record<string, string>> = {
  size: '64', gfp: 'GFP_KERNEL', n: '4', state: '1', irq: '12', bytes: '8', mode: '0o444', timeout: '1', dmanr: '3',
};

/** All wrapped functions, in the order of their numbers. */
export const wrapped: readonly KernelFunction[] =
  generateFor(join(projectFolder, 'src/guest/nooks')).groups.flatMap(({ functions }) => functions);

const isNumber = ({ type: { kind } }: Parameter) => ['integer', 'bool', 'wide'].includes(kind.kind);
const plain = ({ parameters }: KernelFunction) => parameters.filter(({ type }) => type.kind.kind !== 'rest');

/** Every argument of every function, in every kind. What comes of it is not said: some kinds are right for some. */
export const calls: readonly Misdeed[] = wrapped.flatMap((each, number) => plain(each).flatMap((parameter, argument) =>
  (isNumber(parameter) ? numberKinds : pointerKinds).map(([kind], index) =>
    call(`${each.name}: ${parameter.name} ${kind}`, `${number} ${argument} ${index}`))));

/** In every function the kernel dies while it serves the extension, whose call is as it should be. */
export const bodies: readonly Misdeed[] = wrapped.map(({ name }, number) =>
  ({ ...call(`${name}: dies`, `${number} ${good} 0`), native: undefined, dies: `body_${name}` }));

function call(name: string, request: string): Misdeed {
  // What it prints may lack the end of its line.
  const requests = [`echo ${request} > /proc/caller; echo`];
  return { id: name, name, requests, native: 'various', nooks: 'recovered', says: /^/, beside: 'caller' };
}

/** The module, as a file of the guest's. */
export function callerFile(): { path: string; mode: number; contents: Uint8Array } {
  const path = 'src/guest/modules/caller.ts', image = moduleImage('caller', [path]), text = callerText();
  const headers = [...text.matchAll(/from '\.\.\/(.*)'/g)].map(([, file]) => `src/guest/${file}`);
  const sources = new Map(new SourceTree(projectFolder).of({ ...image, files: headers }));
  const { module, diagnostics } = compile(sources.set(path, text), image);
  if (!module) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  const contents = imageFiles(image, [module]).get('caller.o') as Uint8Array;
  return { path: 'lib/modules/caller.o', mode: 0o100644, contents };
}

function callerText(): string {
  const files = new Map(Object.entries(helpers).map(([file, names]) => [file, new Set(names)]));
  for (const { file, name } of wrapped) files.set(file, (files.get(file) ?? new Set()).add(name));
  const imports = [...files].map(([file, names]) => `import { ${[...names].join(', ')} } from '../${file}';`);
  const functions = wrapped.map((each, number) => `function call_${number}(argument: u32, kind: u32): i32 {
${argumentsOf(each)}
  ${resultOf(each)}
}`);
  const cases = wrapped.map((_, number) => `    case ${number}: return call_${number}(argument, kind);`);
  return [imports.join('\n'), fixture, kinds('pointer', 'usize', pointerKinds), kinds('number_of', 'u32', numberKinds),
    ...functions, `function call(number: u32, argument: u32, kind: u32): i32 {
  switch (number) {
${cases.join('\n')}
  }
  return -ENOSYS;
}`].join('\n\n');
}

const kinds = (name: string, type: string, list: typeof pointerKinds) => `function ${name}(kind: u32): ${type} {
  switch (kind) {
${list.map(([, value], index) => `    case ${index}: return ${value};`).join('\n')}
  }
  return 0;
}`;

function argumentsOf(each: KernelFunction): string {
  return plain(each).map((parameter, index) => {
    const { name, type: { kind, text } } = parameter;
    const right = goodFor[`${each.name}.${name}`] ?? goodOf[text] ?? (kind.kind === 'text' ? "addr('caller')"
      : kind.kind === 'callback' ? 'addr(nothing)' : isNumber(parameter) ? goodNumber[name] ?? '0' : 'block');
    const [pick, type] = isNumber(parameter) ? ['number_of', text] : ['pointer', 'usize'];
    return `  const a${index} = (argument === ${index} ? ${pick}(kind) : ${right}) as ${type};`;
  }).join('\n');
}

/** What the call gives, as 0 or an error. */
function resultOf(each: KernelFunction): string {
  const words = plain(each).map((parameter, index) => {
    const word = isNumber(parameter) || parameter.type.kind.kind === 'address';
    return word ? `a${index}` : `cast<${parameter.type.text}>(a${index})`;
  });
  const call = `${each.name}(${words.join(', ')})`;
  switch (each.result.text) {
    case 'void': return `${call};\n  return 0;`;
    case 'bool': return `return ${call} ? 0 : 0;`;
    case 'u32': return `return ${call} === 0xffffffff ? -EINVAL : 0;`;
    case 'i32': return `const result = ${call};\n  return result < 0 ? result : 0;`;
    case 'usize': return `return ${call} === 0 ? -ENOMEM : 0;`;
    default: return `return addr(${call}) === 0 ? -ENOMEM : 0;`;
  }
}
