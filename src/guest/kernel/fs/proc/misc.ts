/** Files of /proc about the system as a whole: Linux 2.4, fs/proc/proc_misc.c. Others come from their subsystems. */
import { snprintf } from '../../../lib/format.ts';
import { list_entry } from '../../../lib/list.ts';
import { NR_CPUS, cpu_online } from '../../arch/cpu.ts';
import { PAGE_SIZE } from '../../arch/layout.ts';
import { HZ, TIMEBASE, jiffies } from '../../arch/time.ts';
import { KERNEL_VERSION } from '../../init/main.ts';
import { command_line, setup } from '../../init/setup.ts';
import { spin_lock, spin_unlock } from '../../locking/spinlock.ts';
import { nr_free_pages } from '../../mm/page_alloc.ts';
import { dcache_lock, nr_dentries } from '../dcache.ts';
import { d_path_locked } from '../d_path.ts';
import { for_each_chrdev } from '../devices.ts';
import { IS_ERR } from '../err.ts';
import { nr_files } from '../file_table.ts';
import { FileSystemType, VfsMount } from '../fs.ts';
import { nr_inodes } from '../inode.ts';
import { mounts } from '../mount.ts';
import { for_each_filesystem } from '../super.ts';
import { create_proc_read_entry } from './proc_fs.ts';

export function proc_misc_init(): void {
  simple('meminfo', meminfo);
  simple('cpuinfo', cpuinfo);
  simple('uptime', uptime);
  simple('version', version);
  simple('cmdline', cmdline);
  simple('filesystems', filesystems);
  simple('mounts', mounts_text);
  simple('devices', devices);
  simple('fs', fs_counts);
}

/** A file whose whole text `text` writes: at most a page. */
function simple(name: cstr, text: (out: Text) => void): void {
  create_proc_read_entry(name, 0o444, null, read_text, cast<usize>(text));
}

/** A page that fills with text. */
class Text {
  page: usize;
  length: u32;
}

function read_text(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  const out = local<Text>(), text = cast<(out: Text) => void>(data);
  out.page = addr(page);
  out.length = 0;
  text(out);
  eof[0] = 1;
  return out.length as i32;
}

/** @inline */
function end_of(out: Text): Ptr<u8> {
  return cast<Ptr<u8>>(out.page + out.length);
}

/** @inline */
function room_in(out: Text): u32 {
  return PAGE_SIZE - out.length;
}

/** What snprintf gave, which may be more than fitted. */
function took(out: Text, length: u32): void {
  out.length = out.length + length < PAGE_SIZE ? out.length + length : PAGE_SIZE - 1;
}

function meminfo(out: Text): void {
  const total = (setup.memory_end - setup.memory_start) / 1024, free = nr_free_pages() * 4;
  took(out, snprintf(end_of(out), room_in(out), 'MemTotal: %8u kB\nMemUsed:  %8u kB\nMemFree:  %8u kB\n', total,
    total - free, free));
}

function cpuinfo(out: Text): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (!cpu_online(cpu)) continue;
    took(out, snprintf(end_of(out), room_in(out), 'processor\t: %u\nhart\t\t: %u\n', cpu, setup.harts[cpu]));
    took(out, snprintf(end_of(out), room_in(out), 'isa\t\t: rv32ima\nmmu\t\t: sv32\n\n'));
  }
}

function uptime(out: Text): void {
  const now = jiffies;
  took(out, snprintf(end_of(out), room_in(out), '%u.%02u\n', now / HZ, (now % HZ) * (100 / HZ)));
}

function version(out: Text): void {
  took(out, snprintf(end_of(out), room_in(out), 'Linux version %s (timebase %u Hz)\n', KERNEL_VERSION, TIMEBASE));
}

function cmdline(out: Text): void {
  took(out, snprintf(end_of(out), room_in(out), '%s\n', cast<cstr>(command_line)));
}

function filesystems(out: Text): void {
  for_each_filesystem(one_filesystem, addr(out));
}

function one_filesystem(fs: FileSystemType, arg: usize): void {
  const out = cast<Text>(arg);
  took(out, snprintf(end_of(out), room_in(out), '%s\t%s\n', fs.fs_flags & 1 ? '' : 'nodev', fs.name));
}

function mounts_text(out: Text): void {
  const path = local<Arr<u8, 256>>();
  spin_lock(dcache_lock);
  for (let entry = mounts.next; entry !== mounts; entry = entry.next) {
    const mnt = list_entry<VfsMount>(entry, offsetof<VfsMount>('mnt_list'));
    const where = d_path_locked(mnt.mnt_root, mnt, path, 256);
    took(out, snprintf(end_of(out), room_in(out), '%s %s %s\n', cast<cstr>(mnt.mnt_devname),
      IS_ERR(where) ? '?' : where, mnt.mnt_sb.s_type.name));
  }
  spin_unlock(dcache_lock);
}

function devices(out: Text): void {
  took(out, snprintf(end_of(out), room_in(out), 'Character devices:\n'));
  for_each_chrdev(one_device, addr(out));
}

function one_device(major: u32, name: cstr, arg: usize): void {
  const out = cast<Text>(arg);
  took(out, snprintf(end_of(out), room_in(out), '%3u %s\n', major, name));
}

/** Objects of the VFS in memory, for tests: Linux has /proc/sys/fs. */
function fs_counts(out: Text): void {
  took(out, snprintf(end_of(out), room_in(out), 'inodes %u\ndentries %u\nfiles %u\n', nr_inodes(), nr_dentries(),
    nr_files()));
}
