/** Reads the files people name. Whatever is wrong with one becomes one sentence that names it. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { UserError } from './user-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'part of its path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EEXIST: 'it is there already',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file is as large as it may be',
  EROFS: 'the file system is read-only',
};

/** Nobody means to load more than this; reading it would take memory before anyone could say so. */
const fileLimitBytes = 2 ** 31;

/**
 * The contents of a file.
 * @param role what the file is to be, completing "cannot read": `kernel image`
 * @throws UserError when it is missing, a directory, unreadable, empty or absurdly large
 */
export function readInput(path: string, role: string): Uint8Array {
  const bytes = attempt(`cannot read ${role} ${path || '(no name)'}`, () => {
    const { file, size } = openFile(path, constants.O_RDONLY);
    try {
      if (size > fileLimitBytes) throw new UserError(`cannot read ${role} ${path}: it is larger than 2 GiB`);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  });
  if (bytes.length === 0) throw new UserError(`cannot use ${role} ${path}: it is empty`);
  return bytes;
}

/**
 * A program or kernel image, unpacked when it is compressed with gzip, as distributions ship Linux's `Image.gz`.
 * @throws UserError as `readInput`, and when the compressed data is damaged
 */
export function readImage(path: string, role: string): Uint8Array {
  const bytes = readInput(path, role);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: fileLimitBytes });
  } catch (cause) {
    throw new UserError(`cannot use ${role} ${path}: its gzip data is damaged or too large`, { cause });
  }
}

/**
 * Runs an operation on files and tells its failure as `what: reason`.
 * @throws UserError instead of the system's error
 */
export function attempt<T>(what: string, operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === undefined) throw cause;
    throw new UserError(`${what}: ${reasons[code] ?? code}`, { cause });
  }
}

/** Opens a regular file, or a device or pipe that can be read like one, but not a directory. */
function openFile(path: string, flags: number): { file: number; size: number } {
  const file = openSync(path, flags);
  const status = fstatSync(file);
  if (!status.isDirectory()) return { file, size: status.size };
  closeSync(file);
  throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
}
