import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
    try {
      mkdirSync(folder, { recursive: true });
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
