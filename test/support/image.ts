import type { KernelImage, ModuleImage, UserImage } from '../../src/compiler/image.ts';

const bare = { files: [], imports: [], exports: [] };

/** Descriptions of images that need no files, with what a test wants different. */
export const kernelImage = (more: Partial<KernelImage> = {}): KernelImage =>
  ({ kind: 'kernel', name: 'kernel', base: 0x8000_0000, entry: '_start', kallsyms: false, ...bare, ...more });
export const userImage = (more: Partial<UserImage> = {}): UserImage =>
  ({ kind: 'user', name: 'sh', base: 0x1_0000, entry: '_start', ...bare, ...more });
export const moduleImage = (more: Partial<ModuleImage> = {}): ModuleImage =>
  ({ kind: 'module', name: 'nic', ...bare, exports: ['init_module'], ...more });
