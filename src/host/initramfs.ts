/** What the shipped kernel finds in its root directory: programs, modules, sounds, the files of src/guest/user/etc. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BuildCache, hash } from './build-cache.ts';
import { cpioArchive } from './cpio.ts';
import type { CpioEntry } from './cpio.ts';
import { attempt } from './files.ts';
import { extensions } from './extensions.ts';
import { shippedImages, userPrograms } from './images.ts';
import { soundFile, soundNames } from './sound-files.ts';
import { packElf } from './pack-elf.ts';

/** The archive among what is built: its name for `nooks build`, and its file. */
export const initramfsName = 'initramfs';
export const initramfsFile = `${initramfsName}.cpio`;

const soundFolder = 'usr/share/sounds';
/** Scripts by which the recovery agent brings an extension's service back: its manifest's `setUp`. */
const startFolder = 'etc/nooks/start';
const directories = [
  'bin', 'dev', 'etc', 'etc/nooks', startFolder, 'lib', 'lib/modules', 'proc', 'root', 'sbin', 'test', 'tmp', 'usr',
  'usr/share', soundFolder,
];
/** What the archive has of the project as it stands, and where. */
const texts = { from: 'src/guest/user/etc', to: 'etc' };

const directory = 0o040755, program = 0o100755, file = 0o100644;

/** The images that must be built before. */
export const initramfsImages = shippedImages.filter(({ kind }) => kind !== 'kernel');

export interface InitramfsRequest {
  /** The project's folder. */
  readonly root: string;
  /** The folder with what is built, and for the archive. */
  readonly out: string;
}

/**
 * Makes the archive of what is built, unless it is there.
 * @throws UserError when files cannot be read or written
 */
export function buildInitramfs({ root, out }: InitramfsRequest): 'built' | 'unchanged' {
  const archive = cpioArchive(initramfsEntries({ root, out }));
  const cache = new BuildCache(out);
  const key = hash(archive);
  if (cache.find(initramfsName, key)) return 'unchanged';
  cache.store(initramfsName, key, new Map([[initramfsFile, archive]]));
  return 'built';
}

/** What is in the archive. */
export function initramfsEntries({ root, out }: InitramfsRequest): CpioEntry[] {
  const read = (path: string) => attempt(`cannot read ${path}`, () => readFileSync(path));
  const modules = shippedImages.filter(({ kind }) => kind === 'module');
  return [
    ...directories.map((path) => ({ path, mode: directory })),
    ...Object.entries(userPrograms).map(([name, folder]) =>
      ({ path: `${folder}/${name}`, mode: program, contents: packElf(read(join(out, `${name}.elf`))) })),
    ...modules.map(({ name }) =>
      ({ path: `lib/modules/${name}.o`, mode: file, contents: read(join(out, `${name}.o`)) })),
    ...filesBelow(join(root, texts.from)).map((name) =>
      ({ path: `${texts.to}/${name}`, mode: file, contents: read(join(root, texts.from, name)) })),
    ...extensions.filter(({ setUp }) => setUp.length > 0).map(({ name, setUp }) =>
      ({ path: `${startFolder}/${name}`, mode: file, contents: Buffer.from(`${setUp.join('\n')}\n`) })),
    ...soundNames.map((name) => ({ path: `${soundFolder}/${name}`, mode: file, contents: soundFile(name).bytes })),
  ];
}

/** Paths from the folder on, with slashes. */
const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .sort();
