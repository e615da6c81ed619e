/** What `nooks wrappers --statistics` prints: how many wrappers there are, for whom, and how large the layer is. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aligned } from '../campaign/text-table.ts';
import { wrapperStatistics, type Extension, type WrapperStatistics } from '../compiler/wrappers/statistics.ts';
import { parseElf } from '../machine/image/elf.ts';
import { SHN, STT } from '../platform/elf.ts';
import { extensions, moduleImage } from './extensions.ts';
import { layerSize, type Component } from './layer-size.ts';
import { projectFolder, shippedElf, shippedModule } from './shipped.ts';
import { SourceTree } from './sources.ts';
import type { Wrappers } from './wrappers.ts';

/** The report; builds what it must look at. */
export async function wrapperReport(layer: string, { groups, entries, byHand }: Wrappers): Promise<string> {
  const kernel = await functionsOf('kernel');
  const shipped: Extension[] = [];
  for (const { name, files } of extensions) {
    const { symbols } = parse(await shippedModule(name));
    const imports = symbols.filter(({ st_shndx: section }) => section === SHN.SHN_UNDEF).map((symbol) => symbol.name);
    const texts = new SourceTree(projectFolder).of(moduleImage(name, files));
    const own = [...texts].filter(([path]) => !path.startsWith('src/')).map(([, text]) => text);
    shipped.push({ name, imports, sources: own });
  }
  const statistics = wrapperStatistics({ groups, entries, byHand, extensions: shipped, kernel });
  const size = layerSize(layer, join(dirname(layer), 'kernel'));
  const count = (file: string, name: string) =>
    Number(new RegExp(`${name} = (\\d+)`).exec(readFileSync(join(layer, 'tracker', file), 'utf8'))![1]);
  const tracked = count('types.ts', 'OBJECT_TYPES') + count('call_objects.ts', 'CALL_TYPES');
  return [totals(statistics, tracked), users(statistics), sizes(size), missing(statistics)].join('\n');
}

const parse = (path: string) => parseElf(readFileSync(path), path);

/** The names of a kernel's functions. */
async function functionsOf(name: string): Promise<Set<string>> {
  const { symbols } = parse(await shippedElf(name));
  return new Set(symbols.filter(({ type }) => type === STT.STT_FUNC).map((symbol) => symbol.name));
}

/** SOSP 2003, sections 3.3, 4.2 and 4.5: "248 wrappers", for "463 imported and exported functions". */
function totals(statistics: WrapperStatistics, tracked: number): string {
  const { kernelFunctions, extensionFunctions, direct, generatedLines, handLines, used, shared } = statistics;
  return aligned([
    ['interface', 'here', 'the paper'],
    ['kernel functions wrapped', `${kernelFunctions}`, ''],
    ['extension functions wrapped', `${extensionFunctions}`, ''],
    ['both', `${kernelFunctions + extensionFunctions}`, '463, by 248 wrappers'],
    ['kernel functions linked directly', `${direct}`, ''],
    ['lines generated', `${generatedLines}`, ''],
    ['lines of bodies, by hand', `${handLines}`, ''],
    ['wrappers that the extensions below use', `${used}`, ''],
    ['of them used by several', `${shared}`, ''],
    ['types of objects tracked', String(tracked), '43'],
  ]);
}

/** SOSP 2003, section 4.2: pcnet32 used 31 wrappers of kernel functions and 13 of its own, most of them shared. */
function users({ extensions: uses }: WrapperStatistics): string {
  return aligned([
    ['wrappers used by', 'kernel', 'extension', 'in all', 'by it alone', 'without one'],
    ...uses.map(({ name, functions, callbacks, unshared, missing: without }) => {
      const [kernel, own] = [functions.length, callbacks.length];
      return [name, ...[kernel, own, kernel + own, unshared, without.length].map(String)];
    }),
  ]);
}

function sizes(components: readonly Component[]): string {
  const rows = components.map(({ name, lines, paper }) => [name, `${lines}`, paper.toLocaleString('en')]);
  const all = components.reduce((sum, { lines }) => sum + lines, 0);
  return aligned([['component', 'lines here', 'the paper'], ...rows, ['in all', `${all}`, '22,266']]);
}

/** What keeps an extension from being isolated. */
function missing({ extensions: uses }: WrapperStatistics): string {
  return uses.filter((use) => use.missing.length > 0)
    .map((use) => `${use.name} has no wrappers for ${use.missing.join(', ')}\n`).join('');
}
