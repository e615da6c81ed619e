/** How large the isolation layer is, by component as Table 2 of the paper has them (SOSP 2003, section 4.5). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './files.ts';

export interface Component {
  readonly name: string;
  readonly lines: number;
  /** Lines of C in the paper. */
  readonly paper: number;
}

/** Files of the layer by their paths in it; the first that fits. What is left is miscellaneous. */
const components: readonly { readonly name: string; readonly files: RegExp; readonly paper: number }[] = [
  { name: 'memory management', files: /^isolation\/(memory|heap|stacks)\.ts$/, paper: 1882 },
  { name: 'object tracking', files: /^tracker\/|^interposition\/embedded\.ts$/, paper: 1454 },
  { name: 'extension procedure call', files: /^isolation\/(xpc|defer)/, paper: 770 },
  { name: 'wrappers', files: /^(interposition|generated)\/|\.txt$/, paper: 14396 },
  { name: 'recovery', files: /^recovery\/|^isolation\/(fail|fault|held|nmi|sleepers)\.ts$/, paper: 1136 },
];
const kernelChanges = { name: 'kernel changes', paper: 924 };
const miscellaneous = { name: 'miscellaneous', paper: 2074 };

/** Lines of each component, all kinds of them, and those of the kernel that mention the layer or what it exports. */
export function layerSize(layer: string, kernel: string): Component[] {
  const files = textsIn(layer);
  const linesOf = (wanted: (path: string) => boolean) =>
    files.filter(([path]) => wanted(path)).reduce((sum, [, text]) => sum + lines(text).length, 0);
  const componentOf = (path: string) => components.find((each) => each.files.test(path));
  return [
    ...components.map((each) => ({ ...each, lines: linesOf((path) => componentOf(path) === each) })),
    { ...kernelChanges, lines: textsIn(kernel).reduce((sum, [, text]) => sum + mentions(text), 0) },
    { ...miscellaneous, lines: linesOf((path) => componentOf(path) === undefined && path.endsWith('.ts')) },
  ];
}

/** Lines that speak of the layer, by its name or by a name that is imported from it. */
function mentions(text: string): number {
  const imports = [...text.matchAll(/^import [^;]*\{([^}]*)\} from '[^']*\/nooks\/[^']*';/gm)];
  const names = imports.flatMap(([, list]) => list!.match(/\w+/g) ?? []);
  const pattern = new RegExp(['nooks', ...names.map((name) => `\\b${name}\\b`)].join('|'));
  return lines(text).filter((line) => pattern.test(line)).length;
}

function textsIn(folder: string): [string, string][] {
  const names = attempt(`cannot read ${folder}`, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }));
  return names.filter((name) => /\.(ts|txt)$/.test(name))
    .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'utf8')]);
}

const lines = (text: string) => text.replace(/\n$/, '').split('\n');
