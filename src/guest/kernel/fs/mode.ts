/** Types and permissions of files: Linux 2.4, include/linux/stat.h; device numbers: include/linux/kdev_t.h. */
export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

export const S_IRUGO = 0o444;
export const S_IWUGO = 0o222;
export const S_IXUGO = 0o111;
export const S_IALLUGO = 0o7777;

/** @inline */
export function S_ISREG(mode: u32): bool {
  return (mode & S_IFMT) === S_IFREG;
}

/** @inline */
export function S_ISDIR(mode: u32): bool {
  return (mode & S_IFMT) === S_IFDIR;
}

/** @inline */
export function S_ISCHR(mode: u32): bool {
  return (mode & S_IFMT) === S_IFCHR;
}

/** @inline */
export function S_ISBLK(mode: u32): bool {
  return (mode & S_IFMT) === S_IFBLK;
}

// What readdir says an entry is: the type bits of its mode, shifted.
export const DT_UNKNOWN = 0;
export const DT_FIFO = 1;
export const DT_CHR = 2;
export const DT_DIR = 4;
export const DT_BLK = 6;
export const DT_REG = 8;

/** Device numbers: 8 bits each, as Linux 2.4's kdev_t. @inline */
export function MKDEV(major: u32, minor: u32): u32 {
  return (major << 8) | minor;
}

/** @inline */
export function MAJOR(dev: u32): u32 {
  return dev >>> 8;
}

/** @inline */
export function MINOR(dev: u32): u32 {
  return dev & 0xff;
}
