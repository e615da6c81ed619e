/** Wrappers by which extensions offer character and sound devices. */
import { strlcpy } from '../../lib/string.ts';
import { EINVAL, ENOMEM } from '../../kernel/errno.ts';
import { register_chrdev, unregister_chrdev } from '../../kernel/fs/devices.ts';
import type { FileOperations } from '../../kernel/fs/fs.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import {
  register_sound_dsp, register_sound_mixer, unregister_sound_dsp, unregister_sound_mixer,
} from '../../kernel/sound/sound_core.ts';
import { Domain } from '../isolation/domain.ts';
import { bury } from '../recovery/graveyard.ts';
import { NooksObject, object_add, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_CHRDEV, OBJECT_SOUND_DSP, OBJECT_SOUND_MIXER } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_string_valid } from './check.ts';
import { file_operations } from './file.bodies.ts';

export function body_register_sound_dsp(fops: usize, dev: i32): i32 {
  return register_sound(OBJECT_SOUND_DSP, fops, dev);
}

export function body_register_sound_mixer(fops: usize, dev: i32): i32 {
  return register_sound(OBJECT_SOUND_MIXER, fops, dev);
}

function register_sound(type: u32, fops: usize, dev: i32): i32 {
  const domain = nooks_caller();
  if (in_atomic()) return nooks_bad_parameter('register_sound', 'context: atomic') as i32;
  const operations = file_operations(domain, fops);
  if (operations === null) return nooks_bad_parameter('register_sound', 'fops') as i32;
  const dsp = type === OBJECT_SOUND_DSP;
  const unit = dsp ? register_sound_dsp(operations, dev) : register_sound_mixer(operations, dev);
  if (unit >= 0 && object_add(domain, type, addr(operations), unit as usize, 0, 0)) return unit;
  if (unit >= 0) unregister(type, unit);
  bury(domain, addr(operations));
  return unit < 0 ? unit : -ENOMEM;
}

export function body_unregister_sound_dsp(unit: i32): u32 {
  return unregister_sound(OBJECT_SOUND_DSP, unit);
}

export function body_unregister_sound_mixer(unit: i32): u32 {
  return unregister_sound(OBJECT_SOUND_MIXER, unit);
}

function unregister_sound(type: u32, unit: i32): u32 {
  const domain = nooks_caller();
  if (in_atomic()) return nooks_bad_parameter('unregister_sound', 'context: atomic');
  const object = object_take(domain, type, unit as usize);
  if (object === null) return nooks_bad_parameter('unregister_sound', 'unit');
  release_sound(domain, object);
  object_free(object);
  return 0;
}

function unregister(type: u32, unit: i32): void {
  if (type === OBJECT_SOUND_DSP) unregister_sound_dsp(unit);
  else unregister_sound_mixer(unit);
}

/** Files that are open keep the operations. */
export function release_sound(domain: Domain, object: NooksObject): void {
  unregister(object.type, object.extension as i32);
  bury(domain, object.kernel);
}

const NAME_BYTES = 32;

/** Operations, and the name that the kernel keeps. */
class Chrdev {
  operations: FileOperations;
  name: Arr<u8, 32>;
}

export function body_register_chrdev(major: u32, name: usize, fops: usize): i32 {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('register_chrdev', 'name') as i32;
  if (in_atomic()) return nooks_bad_parameter('register_chrdev', 'context: atomic') as i32;
  const operations = file_operations(domain, fops);
  if (operations === null) return nooks_bad_parameter('register_chrdev', 'fops') as i32;
  const device = kzalloc<Chrdev>(GFP_KERNEL);
  let error: i32 = -ENOMEM;
  if (device !== null) {
    device.operations = operations;
    strlcpy(device.name, cast<cstr>(name), NAME_BYTES);
    error = register_chrdev(major, cast<cstr>(device.name), operations);
    const number = major === 0 ? error as usize : major as usize;
    if (error >= 0 && object_add(domain, OBJECT_CHRDEV, addr(device), number, 0, 0)) return error;
    if (error >= 0) {
      unregister_chrdev(number as u32, cast<cstr>(device.name));
      error = -ENOMEM;
    }
    kfree(addr(device));
  }
  bury(domain, addr(operations));
  return error;
}

export function body_unregister_chrdev(major: u32, name: usize): i32 {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('unregister_chrdev', 'name') as i32;
  const object = object_take(domain, OBJECT_CHRDEV, major as usize);
  if (object === null) return -EINVAL;
  release_chrdev(domain, object);
  object_free(object);
  return 0;
}

export function release_chrdev(domain: Domain, object: NooksObject): void {
  const device = cast<Chrdev>(object.kernel);
  unregister_chrdev(object.extension as u32, cast<cstr>(device.name));
  bury(domain, addr(device.operations));
  kfree(object.kernel);
}
