/** The kernel extensions that come with nooks. A new one is a folder of drivers/ and a line here. */
import { e1000 } from '../../drivers/e1000/manifest.ts';
import { pcnet32 } from '../../drivers/pcnet32/manifest.ts';
import { sb } from '../../drivers/sb/manifest.ts';
import type { ModuleImage } from '../compiler/image.ts';
import type { ExtensionManifest } from '../platform/extension.ts';

export const extensions: readonly ExtensionManifest[] = [e1000, pcnet32, sb];

/**
 * The image of a module: what the kernel exports is bound when it is loaded, and its exported variables are its
 * parameters.
 */
export function moduleImage(name: string, files: readonly string[]): ModuleImage {
  return {
    kind: 'module', name, files, exports: 'all',
    imports: ['src/guest/kernel/', 'src/guest/nooks/', 'src/guest/firmware/', 'src/guest/lib/'],
  };
}
