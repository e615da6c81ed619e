/** Paths, mounts, working directories, descriptors, pipes and archives: stories on the host. */
import { constants } from 'node:os';
import { beforeEach, expect, test } from 'vitest';
import { loadGuest } from './host.ts';

const { ENOENT, ENOTDIR, EBUSY, EINVAL, EEXIST, EXDEV, ERANGE, EBADF, EPIPE, EAGAIN, EFAULT, ENODEV } = constants.errno;
const ram = 0x8000_0000;
const O_CREAT = 0o100, O_EXCL = 0o200, O_RDWR = 2, O_NONBLOCK = 0o4000;
const modules = ['rootfs', 'read_write', 'initramfs', 'file', 'stat', 'poll'].map((name) => `kernel/fs/${name}.ts`);

let guest: ReturnType<typeof loadGuest>, buffer: number;
const call = (name: string, ...args: (number | bigint | string)[]) => Number(guest.functions[name]!(...args)) | 0;
const put = (bytes: Uint8Array | string, at = buffer) => guest.memory.bytes.set(Buffer.from(bytes), at - ram);
const get = (size: number, at = buffer) =>
  Buffer.from(guest.memory.bytes.slice(at - ram, at - ram + size)).toString('latin1');

beforeEach(() => {
  guest = loadGuest(modules);
  buffer = guest.memory.allocate(65536, 8);
  call('rootfs_init');
  // The task's descriptors: TaskStruct of the stand-ins has them after three words.
  guest.memory.view.setInt32((call('current') >>> 0) + 12 - ram, call('alloc_files'), true);
});

const open = (path: string, flags = O_RDWR | O_CREAT) => call('do_open', path, flags, 0o644);
const cwd = () => {
  const size = call('do_getcwd', buffer, 1024);
  return size < 0 ? size : get(size - 1);
};

test('a path is walked by its names, "." and "..", and ends at the first that is missing', () => {
  call('do_mkdir', '/a', 0o755);
  call('do_mkdir', '/a/b', 0o755);
  call('do_close', open('/a/b/f'));
  const stat = (path: string) => call('vfs_stat', path, buffer);
  for (const path of ['/a/b/f', '//a///b/./f', '/a/../a/b/../b/f', '/../../a/b/f', '/a/b/', '/']) {
    expect([path, stat(path)]).toEqual([path, 0]);
  }
  expect(['/x', '/a/x/f', ''].map(stat)).toEqual([-ENOENT, -ENOENT, -ENOENT]);
  expect(['/a/b/f/', '/a/b/f/g'].map(stat)).toEqual([-ENOTDIR, -ENOTDIR]);
  expect(call('vfs_stat', '/a', 64)).toBe(-EFAULT);
});

test('O_EXCL makes the file or fails', () => {
  expect(open('/f', O_CREAT | O_EXCL)).toBeGreaterThanOrEqual(0);
  expect(open('/f', O_CREAT | O_EXCL)).toBe(-EEXIST);
  expect(open('/d/f')).toBe(-ENOENT);
});

test('the working directory can be moved and removed, and says so', () => {
  call('do_mkdir', '/a', 0o755);
  call('do_mkdir', '/a/b', 0o755);
  expect([cwd(), call('do_chdir', 'a/b'), cwd(), call('do_chdir', '..'), cwd()]).toEqual(['/', 0, '/a/b', 0, '/a']);
  expect([call('do_rename', '/a', '/c'), cwd(), call('do_getcwd', buffer, 2)]).toEqual([0, '/c', -ERANGE]);
  call('do_chdir', 'b');
  expect([call('do_rmdir', '/c/b'), cwd(), open('f')]).toEqual([0, '/c/b (deleted)', -ENOENT]);
});

test('a mount hides what is below it, is crossed both ways, and goes when nothing uses it', () => {
  call('do_mkdir', '/m', 0o755);
  call('do_close', open('/m/hidden'));
  const before = ['nr_inodes', 'nr_dentries', 'kmalloc_live'].map((name) => call(name));
  expect(call('do_mount', 'none', '/m', 'nosuchfs', 0, 0)).toBe(-ENODEV);
  expect(call('do_mount', 'none', '/m', 'pipefs', 0, 0)).toBe(-EINVAL);
  expect(call('do_mount', 'none', '/m', 'ramfs', 0, 0)).toBe(0);
  expect(call('vfs_stat', '/m/hidden', buffer)).toBe(-ENOENT);
  const fd = open('/m/seen');
  expect([call('do_chdir', '/m'), cwd(), call('vfs_stat', '../m/seen', buffer)]).toEqual([0, '/m', 0]);
  expect([call('do_rename', '/m/seen', '/seen'), call('do_rmdir', '/m')]).toEqual([-EXDEV, -EBUSY]);
  expect([call('do_umount', '/m'), call('do_chdir', '/'), call('do_umount', '/m')]).toEqual([-EBUSY, 0, -EBUSY]);
  call('do_close', fd);
  expect([call('do_umount', '/m'), call('do_umount', '/m')]).toEqual([0, -EINVAL]);
  expect(call('vfs_stat', '/m/hidden', buffer)).toBe(0);
  expect(['nr_inodes', 'nr_dentries', 'kmalloc_live'].map((name) => call(name))).toEqual(before);
});

test('descriptors are the lowest free ones, and share a position when duplicated', () => {
  const [a, b] = [open('/a'), open('/b')];
  const copy = call('do_dup', a);
  expect([a, b, copy, call('do_dup2', a, 9)]).toEqual([0, 1, 2, 9]);
  expect([call('do_dup2', 40, 9), call('do_dup2', a, 64)]).toEqual([-EBADF, -EBADF]);
  put('hello');
  expect(call('vfs_write', call('fget', a), buffer, 5)).toBe(5);
  expect(Number(guest.functions['vfs_llseek']!(call('fget', copy), 0n, 1))).toBe(5);
  expect([call('do_close', b), call('do_close', b), open('/c')]).toEqual([0, -EBADF, 1]);
});

test('a removed file lives on until it is closed', () => {
  const inodes = call('nr_inodes');
  const fd = open('/f');
  expect([call('do_unlink', '/f'), call('nr_inodes')]).toEqual([0, inodes + 1]);
  expect([call('do_close', fd), call('nr_inodes')]).toEqual([0, inodes]);
});

test('a pipe gives what was put in, then its end; without readers it breaks', () => {
  const ends = buffer + 32768;
  expect(call('do_pipe', ends, O_NONBLOCK)).toBe(0);
  const [reading, writing] = [0, 4].map((at) => guest.memory.view.getInt32(ends + at - ram, true)) as [number, number];
  const read = (size: number) => call('vfs_read', call('fget', reading), buffer + 8192, size);
  const write = (size: number) => call('vfs_write', call('fget', writing), buffer, size);
  put('abcdef');
  expect([read(10), write(6), read(4), get(4, buffer + 8192), read(10)]).toEqual([-EAGAIN, 6, 4, 'abcd', 2]);
  expect([write(4000), write(200), write(5000), write(1)]).toEqual([4000, -EAGAIN, 96, -EAGAIN]);
  expect([read(4096), write(1), write(0)]).toEqual([4096, 1, 0]);
});

test('the end of a pipe without its other end', () => {
  const ends = buffer + 32768, inodes = call('nr_inodes');
  const pipe = () => {
    call('do_pipe', ends, 0);
    return [0, 4].map((at) => guest.memory.view.getInt32(ends + at - ram, true)) as [number, number];
  };
  const [reading, writing] = pipe();
  call('do_close', writing);
  const file = call('fget', reading);
  expect(call('vfs_read', file, buffer, 10)).toBe(0);
  call('fput', file);
  call('do_close', reading);
  const [reader, writer] = pipe();
  call('do_close', reader);
  const out = call('fget', writer);
  expect([call('vfs_write', out, buffer, 10), call('take_signal')]).toEqual([-EPIPE, 13]);
  call('fput', out);
  call('do_close', writer);
  expect(call('nr_inodes')).toBe(inodes);
});

/** A member of a newc archive. */
function member(name: string, mode: number, contents = ''): string {
  const fields = [1, mode, 0, 0, 1, 0, contents.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  const padded = (text: string) => text.padEnd((text.length + 3) & ~3, '\0');
  return padded(head) + padded(contents);
}

const unpack = (archive: string) => {
  put(Buffer.from(archive, 'latin1'));
  return call('unpack_initramfs', buffer, archive.length);
};
const trailer = member('TRAILER!!!', 0);

test('an archive becomes directories and files', () => {
  const text = 'x'.repeat(5001);
  expect(unpack(member('.', 0o40755) + member('bin', 0o40755) + member('bin/a', 0o100755, text) + member('b', 0o100644)
    + trailer)).toBe(0);
  const file = call('filp_open', '/bin/a', 0, 0);
  expect([call('kernel_read', file, 0n, buffer + 16384, 9999), get(5001, buffer + 16384)]).toEqual([5001, text]);
  expect(call('vfs_stat', '/b', buffer)).toBe(0);
});

test.each<[string, string, number]>([
  ['no trailer', member('a', 0o100644, 'x'), -EINVAL],
  ['another magic', `070707${trailer.slice(6)}`, -EINVAL],
  ['cut within a header', trailer.slice(0, 100), -EINVAL],
  ['cut within contents', member('a', 0o100644, 'x'.repeat(99)).slice(0, 160), -EINVAL],
  ['a name without its end', trailer.replace('0000000b', '00000009'), -EINVAL],
  ['a directory that is not there', member('a/b', 0o100644) + trailer, -ENOENT],
  ['nothing', '', -EINVAL],
])('an archive with %s', (_, archive, error) => {
  expect(unpack(archive)).toBe(error);
});
