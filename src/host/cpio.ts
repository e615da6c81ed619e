/**
 * Archives as Linux unpacks them into its root: cpio(5), "New ASCII Format"; Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst.
 */

/** A file of an archive. */
export interface CpioEntry {
  /** From the root, without a `/` before it. */
  readonly path: string;
  /** Type and permissions, as of stat(2): 0o100755 is a program, 0o040755 a directory. */
  readonly mode: number;
  readonly contents?: Uint8Array;
}

/** All fields that follow the magic have eight hexadecimal digits. */
const magic = '070701';
const lastPath = 'TRAILER!!!';
/** Headers with their names, and contents, each begin at a multiple of this. */
const alignment = 4;

/** The archive of these files, in this order: directories must come before what is in them. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array {
  const last: CpioEntry = { path: lastPath, mode: 0 };
  return Buffer.concat([...entries, last].flatMap((entry, index) => {
    const contents = entry.contents ?? new Uint8Array(0);
    return [padded(headerOf(entry, entry === last ? 0 : index + 1)), padded(contents)];
  }));
}

function headerOf({ path, mode, contents }: CpioEntry, inode: number): Uint8Array {
  const name = `${path}\0`;
  const links = isDirectory(mode) ? 2 : 1;
  const owner = 0, group = 0, modified = 0, device = 0, check = 0;
  const fields = [
    inode, mode, owner, group, links, modified, contents?.length ?? 0, device, device, device, device,
    Buffer.byteLength(name), check,
  ];
  return Buffer.from(magic + fields.map(digits).join('') + name);
}

const isDirectory = (mode: number) => (mode & 0o170000) === 0o040000;
const digits = (field: number) => field.toString(16).padStart(8, '0');

function padded(bytes: Uint8Array): Uint8Array {
  const rest = bytes.length % alignment;
  return rest === 0 ? bytes : Buffer.concat([bytes, new Uint8Array(alignment - rest)]);
}
