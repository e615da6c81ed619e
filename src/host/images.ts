import type { ImageDescription } from '../compiler/image.ts';

/** The images that `nooks build` makes. */
export const shippedImages: readonly ImageDescription[] = [
  {
    kind: 'kernel', name: 'hello', base: 0x8000_0000, entry: '_start', kallsyms: false,
    files: ['src/guest/hello/'], imports: [], exports: [],
  },
  {
    kind: 'kernel', name: 'firmware', base: 0x8000_0000, entry: '_start', kallsyms: false,
    files: ['src/guest/firmware/', 'src/guest/payload/'], imports: [], exports: [],
  },
];
