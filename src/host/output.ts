import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attempt } from './files.ts';

/**
 * Writes a file whole or not at all: under another name first, and then in its place. Makes the folder it lies in.
 * @throws UserError that names the file and the reason
 */
export function writeWhole(path: string, contents: Uint8Array | string): void {
  const folder = dirname(path);
  const temporary = join(folder, `.${process.pid}.${count++}.tmp`);
  attempt(`cannot write ${path}`, () => {
    makeFolder(folder);
    try {
      writeFileSync(temporary, contents);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Makes the names of files being written different. */
let count = 0;

/** Not by mkdir's `recursive`, which in Node 20 never returns where the system answers ENOENT, as it does in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error; // else another process was faster
  }
}
