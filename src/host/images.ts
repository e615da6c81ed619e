import type { ImageDescription, UserImage } from '../compiler/image.ts';
import { extensions, moduleImage } from './extensions.ts';

/** User programs and the folders of the guest in which they are found. Each is one file or folder of src/guest/user. */
export const userPrograms: Readonly<Record<string, string>> = {
  init: 'sbin', poweroff: 'sbin', reboot: 'sbin', halt: 'sbin', insmod: 'sbin', rmmod: 'sbin', lsmod: 'sbin',
  ethtool: 'sbin', 'mii-tool': 'sbin', nooksagent: 'sbin',
  sh: 'bin', cat: 'bin', dmesg: 'bin', echo: 'bin', false: 'bin', free: 'bin', kill: 'bin', ls: 'bin', mkdir: 'bin',
  mv: 'bin', ps: 'bin', rm: 'bin', rmdir: 'bin', sleep: 'bin', true: 'bin', uname: 'bin', uptime: 'bin', wc: 'bin',
  ifconfig: 'bin', ping: 'bin', play: 'bin', route: 'bin', streamd: 'bin', udpstream: 'bin',
  badptr: 'test', dsp: 'test', fault: 'test', modules: 'test', recover: 'test', signals: 'test',
  stress: 'test',
};

/** Kernel modules that are no extensions with a manifest, each a file or folder of src/guest/modules. */
const kernelModules: Readonly<Record<string, string>> = {
  greeting: 'greeting.ts', resources: 'resources.ts', lkdtm: 'lkdtm.ts', rogue: 'rogue/', unruly: 'unruly.ts',
  nothing: 'nothing.ts', caller: 'caller.ts',
};

/** The images that `nooks build` makes. */
export const shippedImages: readonly ImageDescription[] = [
  {
    kind: 'kernel', name: 'hello', base: 0x8000_0000, entry: '_start', kallsyms: false,
    files: ['src/guest/hello/'], imports: [], exports: [],
  },
  {
    kind: 'kernel', name: 'firmware', base: 0x8000_0000, entry: '_start', kallsyms: false,
    files: ['src/guest/firmware/', 'src/guest/payload/'], imports: [], exports: [],
  },
  {
    kind: 'kernel', name: 'kernel', base: 0x8000_0000, entry: '_start', kallsyms: true,
    files: ['src/guest/firmware/', 'src/guest/kernel/', 'src/guest/lib/', 'src/guest/nooks/'],
    imports: [], exports: 'all',
  },
  ...Object.entries(userPrograms).map(([name, folder]) => userProgram(name, folder)),
  ...Object.entries(kernelModules).map(([name, path]) => moduleImage(name, [`src/guest/modules/${path}`])),
  ...extensions.map(({ name, files }) => moduleImage(name, files)),
];

/**
 * Programs begin above the first pages, which no process has: kernel/arch/layout.ts. Constants come from the kernel.
 */
function userProgram(name: string, folder: string): UserImage {
  const own = [`src/guest/user/${folder}/${name}.ts`, ...name === 'sh' ? ['src/guest/user/sh/'] : []];
  const files = [...own, 'src/guest/user/crt/', 'src/guest/user/lib/', 'src/guest/lib/'];
  return {
    kind: 'user', name, base: 0x0001_0000, entry: '_start', files, imports: ['src/guest/kernel/'], exports: ['main'],
  };
}
