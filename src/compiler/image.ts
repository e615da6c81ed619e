/** What an image is made of: the kernel, a module, or a user program. */

interface ImageCommon {
  /** The name of its file, without extension; lower case. */
  readonly name: string;
  /**
   * The files that belong to it, relative to the project's folder, with `/`: each a file, or a folder when it ends in
   * `/` (all `.ts` files below it, except `.d.ts` and `manifest.ts`, which is the host's).
   */
  readonly files: readonly string[];
  /**
   * The files of other images that it may import, in the same form: it gets their types, constants and inline
   * functions, and undefined symbols for their other exported functions and variables. Importing anything else is an
   * error.
   */
  readonly imports: readonly string[];
  /**
   * Exported names that must be there whoever refers to them, and are offered to others: a kernel's appear in the table
   * that its module loader searches (`__ksymtab`), a module's are what the loader calls (`init_module`,
   * `cleanup_module`). What neither these nor `entry` reach may be left out of the image. `all`: every exported name.
   */
  readonly exports: readonly string[] | 'all';
}

/** Linked at a fixed address. */
interface LinkedImage extends ImageCommon {
  /** Address of its first byte, a multiple of 4096. */
  readonly base: number;
  /** The function at which it starts. */
  readonly entry: string;
}

export interface KernelImage extends LinkedImage {
  readonly kind: 'kernel';
  /** Whether it carries a table of its functions by address (`__kallsyms`), so that it can name them in an oops. */
  readonly kallsyms: boolean;
}

export interface UserImage extends LinkedImage {
  readonly kind: 'user';
}

/** A relocatable object, which the kernel's loader puts at any address. */
export interface ModuleImage extends ImageCommon {
  readonly kind: 'module';
}

export type ImageDescription = KernelImage | UserImage | ModuleImage;

/** Whether a path is one of `files`, each of which is a file or (ending in `/`) a folder. */
export function isAmong(path: string, files: readonly string[]): boolean {
  return files.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file));
}
