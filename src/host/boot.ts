/** From the files a person names to the plan of what lies where in memory when the first instruction runs. */
import { basename } from 'node:path';
import { planLoad } from '../machine/image/load.ts';
import type { LoadPlan, NamedBytes } from '../machine/image/load.ts';
import { deviceTree } from '../platform/device-tree.ts';
import type { BoardDescription } from '../platform/device-tree.ts';
import { limits } from '../platform/memory-map.ts';
import { readImage, readInput } from './files.ts';
import { formatSize } from './size.ts';
import { UserError } from './user-error.ts';

/** A file by its path, or its contents. */
export type Source = string | Uint8Array;

export interface BootOptions {
  /** A bare-metal program; with `bios`, a kernel. ELF, raw or Linux `Image`; files may be packed with gzip. */
  readonly image: Source;
  /** Firmware, ELF or raw. */
  readonly bios?: Source | undefined;
  readonly initrd?: Source | undefined;
  /** Kernel arguments. */
  readonly append?: string | undefined;
  readonly harts: number;
  /** Bytes of RAM. */
  readonly memory: number;
  /** What else the device tree is to describe. */
  readonly board?: Pick<BoardDescription, 'virtioSlots' | 'randomSeed'>;
}

/**
 * @throws UserError when a file cannot be read or the board cannot be built so
 * @throws ImageError when a file is no image or does not fit
 */
export function planBoot({ image, bios, initrd, append, harts, memory, board }: BootOptions): LoadPlan {
  checkBoard({ harts, memory });
  return planLoad({
    image: open(image, 'image', readImage),
    bios: bios === undefined ? undefined : open(bios, 'firmware', readImage),
    initrd: initrd === undefined ? undefined : open(initrd, 'initrd', readInput),
    append,
    ramBytes: memory,
    deviceTree: (chosen) => deviceTree({ harts, ramBytes: memory, ...board, ...chosen }),
  });
}

/** @throws UserError when no such board can be built */
export function checkBoard({ harts, memory }: { harts: number; memory: number }): void {
  const { least, most } = limits.harts;
  if (!Number.isInteger(harts) || harts < least || harts > most) {
    throw new UserError(`harts must be a whole number from ${least} to ${most}, not ${harts}`);
  }
  const { ramBytes } = limits;
  if (!(memory >= ramBytes.least && memory <= ramBytes.most)) {
    const [from, to, given] = [ramBytes.least, ramBytes.most, memory].map(formatSize);
    throw new UserError(`memory must be from ${from} to ${to}, not ${given}`);
  }
  if (memory % 4096 !== 0) throw new UserError(`memory must be a multiple of 4 KiB, not ${memory} bytes`);
}

function open(source: Source, role: string, read: (path: string, role: string) => Uint8Array): NamedBytes {
  return typeof source === 'string' ? { name: basename(source), bytes: read(source, role) }
    : { name: `the ${role}`, bytes: source };
}
