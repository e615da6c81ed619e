import { writeImage } from '../compiler/elf/image-writer.ts';
import { writeObject } from '../compiler/elf/object-writer.ts';
import type { ImageDescription } from '../compiler/image.ts';
import { layoutsOf } from '../compiler/layouts.ts';
import { linkImage, linkModule } from '../compiler/link/linker.ts';
import { mapText } from '../compiler/link/map.ts';
import type { ObjectModule } from '../compiler/object.ts';

type Files = Map<string, Uint8Array | string>;

/**
 * Links an image and writes it.
 *
 *   X.elf           the kernel or user program; X.o for a module
 *   X.debug         the same with debug information, which a kernel has anyway: guests load programs and modules from
 *                   their own memory, where it would only take room
 *   X.map           what lies at which address; not for a module
 *   X.layouts.json  structs and their fields, a LayoutTable
 *
 * @returns contents by file name
 * @throws LinkError when it cannot be linked
 */
export function imageFiles(image: ImageDescription, modules: readonly ObjectModule[]): Files {
  const { name } = image;
  if (image.kind === 'module') {
    const module = linkModule(modules, image);
    return files([`${name}.o`, writeObject(module, [])], [`${name}.debug`, writeObject(module)], layouts(name, module));
  }
  const linked = linkImage(modules, image);
  const rest = [[`${name}.map`, mapText(linked)], layouts(name, linked.module)] as const;
  if (image.kind === 'kernel') return files([`${name}.elf`, writeImage(linked)], ...rest);
  return files([`${name}.elf`, writeImage(linked, [])], [`${name}.debug`, writeImage(linked)], ...rest);
}

const files = (...entries: readonly (readonly [string, Uint8Array | string])[]): Files => new Map(entries);
const layouts = (name: string, module: ObjectModule) =>
  [`${name}.layouts.json`, JSON.stringify(layoutsOf(module))] as const;
