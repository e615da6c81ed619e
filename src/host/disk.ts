import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { BlockStore } from '../machine/devices/virtio-block.ts';
import { UserError } from './user-error.ts';

export const sectorBytes = 512;
const mostBytes = 2 ** 30;
/** Changes are written back in blocks of this size. */
const blockBytes = 64 * 1024;

/** Where a disk's contents are, for the threads that share them. */
export interface DiskMemory {
  readonly contents: SharedArrayBuffer;
  /** A byte per block of `blockBytes`: whether it is to be written back. */
  readonly changed: SharedArrayBuffer;
  readonly readOnly: boolean;
}

/** A disk in memory, shared by all threads; `save` writes what changed back to its file, if it has one. */
export interface Disk {
  readonly store: BlockStore;
  readonly memory: DiskMemory;
  /** A copy of what the disk holds. */
  contents(): Uint8Array;
  /** Puts such a copy back. */
  replace(contents: Uint8Array): void;
  save(): void;
  close(): void;
}

/** A disk's contents as the virtio device uses them. */
export function storeOver({ contents, changed, readOnly }: DiskMemory): BlockStore {
  const bytes = new Uint8Array(contents), blocks = new Uint8Array(changed);
  const inside = (sector: number, length: number) => sector >= 0 && sector * sectorBytes + length <= bytes.length;
  return {
    sectors: bytes.length / sectorBytes, readOnly,
    read: (sector, into) => {
      if (!inside(sector, into.length)) return false;
      into.set(bytes.subarray(sector * sectorBytes, sector * sectorBytes + into.length));
      return true;
    },
    write: (sector, from) => {
      if (readOnly || !inside(sector, from.length)) return false;
      const at = sector * sectorBytes;
      bytes.set(from, at);
      for (let block = Math.floor(at / blockBytes); block * blockBytes < at + from.length; block++) blocks[block] = 1;
      return true;
    },
    flush: () => true,
  };
}

/** @throws UserError when the file is missing, unreadable, too large or no whole number of sectors */
export function openDisk(source: string | Uint8Array): Disk {
  return typeof source === 'string' ? openFile(source) : diskOver(source, undefined, false);
}

function openFile(path: string): Disk {
  const { fd, readOnly } = openImage(path);
  const { size } = fstatSync(fd);
  if (!fstatSync(fd).isFile()) throw new UserError(`the disk ${path} is not a file`);
  if (size === 0) throw new UserError(`the disk ${path} is empty`);
  if (size > mostBytes) throw new UserError(`the disk ${path} is larger than 1 GiB`);
  if (size % sectorBytes !== 0) {
    throw new UserError(`the disk ${path} is not a whole number of ${sectorBytes}-byte sectors`);
  }
  const contents = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = readSync(fd, contents, at, size - at, at);
    if (count === 0) throw new UserError(`the disk ${path} ended while it was read`);
    at += count;
  }
  return diskOver(contents, fd, readOnly);
}

function openImage(path: string): { fd: number; readOnly: boolean } {
  try {
    return { fd: openSync(path, 'r+'), readOnly: false };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EROFS') {
      throw new UserError(`the disk ${path} ${reasons[code ?? ''] ?? 'cannot be opened'}`);
    }
  }
  try {
    return { fd: openSync(path, 'r'), readOnly: true };
  } catch {
    throw new UserError(`the disk ${path} may not be read`);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist', EISDIR: 'is a directory', ENOTDIR: 'does not exist',
};

function diskOver(initial: Uint8Array, fd: number | undefined, readOnly: boolean): Disk {
  const size = Math.ceil(initial.length / sectorBytes) * sectorBytes;
  const memory: DiskMemory = {
    contents: new SharedArrayBuffer(size), readOnly,
    changed: new SharedArrayBuffer(Math.ceil(size / blockBytes)),
  };
  const bytes = new Uint8Array(memory.contents), changed = new Uint8Array(memory.changed);
  bytes.set(initial);
  let open = fd;
  const save = () => {
    if (open === undefined) return;
    for (let block = 0; block < changed.length; block++) {
      if (Atomics.exchange(changed, block, 0) === 0) continue;
      writeBlock(open, bytes, block * blockBytes);
    }
  };
  return {
    store: storeOver(memory), memory, save,
    contents: () => bytes.slice(),
    replace: (contents) => {
      bytes.set(contents);
      changed.fill(1);
    },
    close: () => {
      save();
      if (open !== undefined) closeSync(open);
      open = undefined;
    },
  };
}

function writeBlock(fd: number, bytes: Uint8Array, at: number): void {
  const end = Math.min(at + blockBytes, bytes.length);
  try {
    for (let from = at; from < end;) from += writeSync(fd, bytes.slice(from, end), 0, end - from, from);
  } catch (error) {
    throw new UserError(`the disk image could not be written: ${(error as Error).message}`);
  }
}
