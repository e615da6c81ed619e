/** Character devices by major number: Linux 2.4, fs/devices.c; and their nodes in /dev, which devfs makes there. */
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../locking/spinlock.ts';
import { strcmp } from '../../lib/string.ts';
import { snprintf } from '../../lib/format.ts';
import { EBUSY, EINVAL, ENODEV, ENXIO } from '../errno.ts';
import { try_inc_mod_count } from '../module/module.ts';
import { File, FileOperations, Inode } from './fs.ts';
import { MAJOR, MKDEV, S_IFCHR, S_ISCHR } from './mode.ts';
import { do_mknod, do_unlink } from './namei.ts';
import { replace_fops } from './open.ts';

const MAX_CHRDEV = 255;
const DEVICE_NAME_MAX = 32;

class DeviceStruct {
  name: cstr;
  fops: FileOperations | null;
}

/** Protects chrdevs. A leaf. */
let chrdevs_lock!: Embed<SpinLock>;
let chrdevs!: Arr<Embed<DeviceStruct>, 255>;

/** What the inode of any character device begins with: it opens the driver's. */
export const def_chr_fops: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: chrdev_open,
  flush: null, release: null, fsync: null,
};

export function devices_init(): void {
  spin_lock_init(chrdevs_lock, 'chrdevs_lock');
}

/**
 * A driver offers itself: 0, EBUSY if another has the major number, EINVAL for one beyond 254. Major 0 asks for a free
 * one, which is the result. The operations' `owner` is used while a device is open.
 * @borrows fops
 */
export function register_chrdev(major: u32, name: cstr, fops: FileOperations): i32 {
  if (major >= MAX_CHRDEV) return -EINVAL;
  let error: i32 = -EBUSY;
  spin_lock(chrdevs_lock);
  let number = major === 0 ? MAX_CHRDEV - 1 : major;
  while (major === 0 && number > 0 && chrdevs[number].fops !== null) number--;
  const device = chrdevs[number];
  if (number > 0 && (device.fops === null || device.fops === fops)) {
    device.name = name;
    device.fops = fops;
    error = major === 0 ? (number as i32) : 0;
  }
  spin_unlock(chrdevs_lock);
  return error;
}

/** The driver goes: 0, or EINVAL if the major number is not its own. */
export function unregister_chrdev(major: u32, name: cstr): i32 {
  if (major >= MAX_CHRDEV) return -EINVAL;
  let error: i32 = -EINVAL;
  spin_lock(chrdevs_lock);
  const device = chrdevs[major];
  if (device.fops !== null && strcmp(device.name, name) === 0) {
    device.fops = null;
    error = 0;
  }
  spin_unlock(chrdevs_lock);
  return error;
}

/** Hands the file over to the driver of its device. */
function chrdev_open(inode: Inode, file: File): i32 {
  const major = MAJOR(inode.i_rdev);
  spin_lock(chrdevs_lock);
  let fops = major < MAX_CHRDEV ? chrdevs[major].fops : null;
  if (fops !== null && !try_inc_mod_count(fops.owner)) fops = null;
  spin_unlock(chrdevs_lock);
  if (fops === null) return -ENODEV;
  replace_fops(file, fops);
  const open = fops.open;
  return open === null ? 0 : open(inode, file);
}

/** Makes the inode one of a device, by the type bits of `mode`; for file systems that have such inodes. */
export function init_special_inode(inode: Inode, mode: u32, rdev: u32): void {
  inode.i_mode = mode;
  inode.i_rdev = rdev;
  inode.i_fop = S_ISCHR(mode) ? def_chr_fops : no_device_fops;
}

/** Block devices and sockets have no files here: opening them is ENXIO. */
const no_device_fops: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: no_open,
  flush: null, release: null, fsync: null,
};

function no_open(inode: Inode, file: File): i32 {
  return -ENXIO;
}

/** Calls `each` for all drivers, under chrdevs_lock: for /proc/devices. */
export function for_each_chrdev(each: (major: u32, name: cstr, arg: usize) => void, arg: usize): void {
  spin_lock(chrdevs_lock);
  for (let major: u32 = 1; major < MAX_CHRDEV; major++) {
    if (chrdevs[major].fops !== null) each(major, chrdevs[major].name, arg);
  }
  spin_unlock(chrdevs_lock);
}

/** Makes /dev/NAME for a character device; `mode` are its permissions. 0 or a negated error. @sleeps */
export function devfs_register_chrdev(name: cstr, major: u32, minor: u32, mode: u32): i32 {
  const path = local<Arr<u8, 32>>();
  snprintf(path, DEVICE_NAME_MAX, '/dev/%s', name);
  return do_mknod(cast<cstr>(path), S_IFCHR | mode, MKDEV(major, minor));
}

/** Removes /dev/NAME; programs that have it open keep it. @sleeps */
export function devfs_unregister(name: cstr): i32 {
  const path = local<Arr<u8, 32>>();
  snprintf(path, DEVICE_NAME_MAX, '/dev/%s', name);
  return do_unlink(cast<cstr>(path));
}
