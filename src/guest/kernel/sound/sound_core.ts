/**
 * Who plays on /dev/dsp and who mixes on /dev/mixer: Linux 2.4, drivers/sound/sound_core.c. Sound has one major number;
 * opening a minor finds the driver that registered it and hands the file over. The nodes come and go with the drivers,
 * as devfs has them, without a folder of their own.
 */
import { snprintf } from '../../lib/format.ts';
import { BUG_ON } from '../debug/panic.ts';
import { EBUSY, ENODEV } from '../errno.ts';
import { devfs_register_chrdev, devfs_unregister, register_chrdev } from '../fs/devices.ts';
import { File, FileOperations, Inode } from '../fs/fs.ts';
import { MINOR } from '../fs/mode.ts';
import { replace_fops } from '../fs/open.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../locking/spinlock.ts';
import { try_inc_mod_count } from '../module/module.ts';

/** Linux 2.4, Documentation/devices.txt. */
export const SOUND_MAJOR = 14;
/** Minors: one kind of device has each sixteenth of them. */
const SOUND_STEP = 16;
const SOUND_UNITS = 4;
const KIND_MIXER = 0;
const KIND_DSP = 3;
const NAME_BYTES = 16;

/** What is registered at each minor: protected by sound_loader_lock, a leaf. */
class SoundUnit {
  unit_fops: FileOperations | null;
}
let sound_loader_lock!: Embed<SpinLock>;
let units!: Arr<Embed<SoundUnit>, 64>;

const soundcore_fops: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: soundcore_open,
  flush: null, release: null, fsync: null,
};

/** Called after char_init. @sleeps */
export function soundcore_init(): void {
  spin_lock_init(sound_loader_lock, 'sound_loader_lock');
  BUG_ON(register_chrdev(SOUND_MAJOR, 'sound', soundcore_fops) !== 0);
}

/**
 * Offers a device for digital sound: /dev/dsp, or /dev/dsp1 to /dev/dsp3 for those after the first. `dev` is the number
 * wanted, -1 any. Gives the unit for unregister_sound_dsp, or -EBUSY if none is free, or the error of making the node.
 * @borrows fops @sleeps
 */
export function register_sound_dsp(fops: FileOperations, dev: i32): i32 {
  return sound_insert_unit(KIND_DSP, 'dsp', fops, dev);
}

/** Offers a mixer: /dev/mixer, /dev/mixer1 to /dev/mixer3. @borrows fops @sleeps */
export function register_sound_mixer(fops: FileOperations, dev: i32): i32 {
  return sound_insert_unit(KIND_MIXER, 'mixer', fops, dev);
}

/** Takes back what register_sound_dsp gave `unit` for; files that are open stay so. @sleeps */
export function unregister_sound_dsp(unit: i32): void {
  sound_remove_unit(unit, KIND_DSP, 'dsp');
}

/** @sleeps */
export function unregister_sound_mixer(unit: i32): void {
  sound_remove_unit(unit, KIND_MIXER, 'mixer');
}

function sound_insert_unit(kind: u32, name: cstr, fops: FileOperations, dev: i32): i32 {
  const number = claim_unit(kind, fops, dev);
  if (number >= SOUND_UNITS) return -EBUSY;
  const minor = number * SOUND_STEP + kind;
  const node = local<Arr<u8, 16>>();
  node_name(node, name, number);
  const error = devfs_register_chrdev(cast<cstr>(node), SOUND_MAJOR, minor, 0o666);
  if (error === 0) return minor as i32;
  drop_unit(minor);
  return error;
}

/** The number taken, or SOUND_UNITS if none was free. */
function claim_unit(kind: u32, fops: FileOperations, dev: i32): u32 {
  const wanted = dev >= 0 && dev < SOUND_UNITS;
  let number: u32 = wanted ? dev as u32 : 0;
  spin_lock(sound_loader_lock);
  while (number < SOUND_UNITS && units[number * SOUND_STEP + kind].unit_fops !== null) {
    number = wanted ? SOUND_UNITS : number + 1;
  }
  if (number < SOUND_UNITS) units[number * SOUND_STEP + kind].unit_fops = fops;
  spin_unlock(sound_loader_lock);
  return number;
}

function drop_unit(minor: u32): bool {
  spin_lock(sound_loader_lock);
  const known = units[minor].unit_fops !== null;
  units[minor].unit_fops = null;
  spin_unlock(sound_loader_lock);
  return known;
}

function sound_remove_unit(unit: i32, kind: u32, name: cstr): void {
  if (unit < 0 || unit >= SOUND_STEP * SOUND_UNITS || (unit as u32) % SOUND_STEP !== kind) return;
  if (!drop_unit(unit as u32)) return;
  const node = local<Arr<u8, 16>>();
  node_name(node, name, (unit as u32) / SOUND_STEP);
  devfs_unregister(cast<cstr>(node));
}

function node_name(node: Ptr<u8>, name: cstr, number: u32): void {
  if (number === 0) snprintf(node, NAME_BYTES, '%s', name);
  else snprintf(node, NAME_BYTES, '%s%u', name, number);
}

/** Hands the file over to the driver of its minor. */
function soundcore_open(inode: Inode, file: File): i32 {
  const minor = MINOR(inode.i_rdev);
  spin_lock(sound_loader_lock);
  let fops = minor < SOUND_STEP * SOUND_UNITS ? units[minor].unit_fops : null;
  if (fops !== null && !try_inc_mod_count(fops.owner)) fops = null;
  spin_unlock(sound_loader_lock);
  if (fops === null) return -ENODEV;
  replace_fops(file, fops);
  const open = fops.open;
  return open === null ? 0 : open(inode, file);
}
