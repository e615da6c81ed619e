import { writeImage } from '../compiler/elf/image-writer.ts';
import { writeObject } from '../compiler/elf/object-writer.ts';
import type { ImageDescription } from '../compiler/image.ts';
import { layoutsOf } from '../compiler/layouts.ts';
import { linkImage, linkModule } from '../compiler/link/linker.ts';
import { mapText } from '../compiler/link/map.ts';
import type { ObjectModule } from '../compiler/object.ts';

/**
 * Links an image and writes it: the ELF file (`.elf`; `.o` for a module), the struct layouts (`.layouts.json`, a
 * LayoutTable) and, where addresses are known, their map (`.map`).
 * @returns contents by file name
 * @throws LinkError when it cannot be linked
 */
export function imageFiles(
  image: ImageDescription, modules: readonly ObjectModule[],
): Map<string, Uint8Array | string> {
  const { name } = image;
  if (image.kind === 'module') {
    const module = linkModule(modules, image);
    return new Map<string, Uint8Array | string>([[`${name}.o`, writeObject(module)], layoutsFile(name, module)]);
  }
  const linked = linkImage(modules, image);
  return new Map<string, Uint8Array | string>([
    [`${name}.elf`, writeImage(linked)], layoutsFile(name, linked.module), [`${name}.map`, mapText(linked)],
  ]);
}

const layoutsFile = (name: string, module: ObjectModule): [string, string] =>
  [`${name}.layouts.json`, JSON.stringify(layoutsOf(module))];
