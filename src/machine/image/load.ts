/**
 * Decides where everything goes before the first instruction runs, as QEMU's virt board does:
 *
 *   0x0000_1000  reset vector: every hart starts here, and goes to the start of RAM
 *   0x8000_0000  firmware; or, without firmware, the image itself (bare metal, QEMU's `-bios none`)
 *   0x8040_0000  with firmware: the kernel, at the first 4 MiB boundary behind the firmware
 *   ...          initrd, page-aligned, right below the device tree
 *   end of RAM   device tree, at the highest 2 MiB boundary that leaves it room
 *
 * ELF files go where their program headers say.
 */
import { ImageError } from './image-error.ts';
import { assertLoadable, isElf, parseElf, physicalEntry } from './elf.ts';
import type { Elf, Segment } from './elf.ts';
import { linuxImage } from './linux.ts';
import { assertCode } from './raw.ts';
import { resetVector } from './reset.ts';
import { ET } from '../../platform/elf.ts';
import { memoryMap, ramStart } from '../../platform/memory-map.ts';

/** A file's contents, and how messages call it. */
export interface NamedBytes { readonly name: string; readonly bytes: Uint8Array }

/** What the device tree's /chosen node tells the kernel. Addresses are physical; `end` is the first byte behind. */
export interface Chosen {
  readonly bootargs: string | undefined;
  readonly initrd: { readonly start: number; readonly end: number } | undefined;
}

export interface LoadRequest {
  /** A bare-metal program; or, with `bios`, a kernel. ELF, raw, or a Linux `Image`; not compressed. */
  readonly image: NamedBytes;
  /** Firmware: ELF or raw. */
  readonly bios?: NamedBytes | undefined;
  readonly initrd?: NamedBytes | undefined;
  /** Kernel arguments. */
  readonly append?: string | undefined;
  readonly ramBytes: number;
  /** Writes the board's device tree blob. Its length must not depend on the initrd's address. */
  readonly deviceTree: (chosen: Chosen) => Uint8Array;
}

/** Bytes to put at a physical address; the rest up to `size` must be zero, as RAM is when the machine is made. */
export interface Block {
  /** What it is, for messages and maps. */
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly size: number;
}

export interface LoadPlan {
  /** By address, without overlap, all inside RAM but the reset vector. */
  readonly blocks: readonly Block[];
  /** Where every hart starts. */
  readonly pc: number;
  /** Where the reset vector sends the harts. */
  readonly start: number;
  readonly deviceTree: number;
  /** The images that are ELF files, and how far each was moved from where it was linked, for symbols. */
  readonly elves: readonly { readonly elf: Elf; readonly bias: number }[];
}

const MiB = 1 << 20;
const pageBytes = 4096;
/** A kernel starts where a 4 MiB page of Sv32 does, so that it can map itself with megapages. */
const kernelAlignment = 4 * MiB;
const deviceTreeAlignment = 2 * MiB;
/** QEMU keeps the device tree below 3 GiB, where a 32-bit kernel's linear map still reaches it. */
const deviceTreeLimit = 3072 * MiB;

/** @throws ImageError when something does not fit, with one sentence that says what */
export function planLoad(request: LoadRequest): LoadPlan {
  const { ramBytes, image, bios } = request;
  const first = bios ? placeFirmware(bios) : placeBareMetal(image);
  const kernel = bios && placeKernel(image, alignUp(endOf(first.blocks), kernelAlignment));
  const images = kernel ? [first, kernel] : [first];
  const blocks = images.flatMap((placed) => placed.blocks);
  blocks.forEach((block) => checkInside(block, ramBytes));

  const top = placeTop(request);
  const all = [...blocks, ...top.blocks].sort((a, b) => a.address - b.address);
  all.forEach((block, index) => checkApart(all[index - 1], block));
  const vector = resetVector({ start: first.entry, next: (kernel ?? first).entry, deviceTree: top.deviceTree });
  return {
    blocks: [blockOf('reset vector', memoryMap.reset.start, vector), ...all],
    pc: memoryMap.reset.start,
    start: first.entry,
    deviceTree: top.deviceTree,
    elves: images.flatMap(({ elf, bias }) => (elf ? [{ elf, bias }] : [])),
  };
}

/** An image in its place. */
interface Placed {
  readonly blocks: readonly Block[];
  readonly entry: number;
  readonly elf?: Elf;
  readonly bias: number;
}

function placeFirmware(bios: NamedBytes): Placed {
  if (linuxImage(bios.bytes)) throw new ImageError(`${bios.name} is a Linux kernel, not firmware`);
  return isElf(bios.bytes) ? placeElf(bios, ramStart) : placeRaw(bios, ramStart);
}

function placeBareMetal(image: NamedBytes): Placed {
  const linux = linuxImage(image.bytes);
  if (linux && linux.text_offset !== 0) {
    throw new ImageError(`${image.name} is a Linux kernel, which needs firmware to run on: name it with --bios`);
  }
  return isElf(image.bytes) ? placeElf(image, ramStart) : placeRaw(image, ramStart);
}

function placeKernel(image: NamedBytes, address: number): Placed {
  return isElf(image.bytes) ? placeElf(image, address) : placeRaw(image, address);
}

function placeRaw({ name, bytes }: NamedBytes, address: number): Placed {
  assertCode(bytes, name);
  const size = Math.max(bytes.length, linuxImage(bytes)?.image_size ?? 0);
  return { blocks: [blockOf(name, address, bytes, size)], entry: address, bias: 0 };
}

/** An executable goes where it was linked; a position-independent one linked lower, as OpenSBI is, to `address`. */
function placeElf(file: NamedBytes, address: number): Placed {
  const elf = parseElf(file.bytes, file.name);
  assertLoadable(elf);
  const lowest = Math.min(...elf.segments.map(({ p_paddr }) => p_paddr));
  const bias = elf.e_type === ET.ET_DYN && lowest < address ? address - lowest : 0;
  const blocks = elf.segments.map((segment) => placeSegment(segment, file.name, bias));
  return { blocks, entry: physicalEntry(elf) + bias, elf, bias };
}

/** The file's own headers are left out where they would lie below RAM, as `ld -Ttext=0x80000000` places them. */
function placeSegment({ p_paddr, bytes, size, unclaimed }: Segment, name: string, bias: number): Block {
  const address = p_paddr + bias;
  const skipped = address < ramStart ? unclaimed : 0;
  return blockOf(name, address + skipped, bytes.subarray(skipped), size - skipped);
}

/** Device tree and initrd, which depend on each other: the tree says where the initrd is, and lies above it. */
function placeTop({ ramBytes, initrd, append, deviceTree }: LoadRequest): { blocks: Block[]; deviceTree: number } {
  const chosen = (start: number): Chosen =>
    ({ bootargs: append, initrd: initrd && { start, end: start + initrd.bytes.length } });
  const treeBytes = deviceTree(chosen(ramStart)).length;
  const limit = Math.min(ramStart + ramBytes, deviceTreeLimit);
  const treeAddress = alignDown(limit - treeBytes, deviceTreeAlignment);
  const initrdAddress = alignDown(treeAddress - (initrd?.bytes.length ?? 0), pageBytes);
  const blocks = [blockOf('device tree', treeAddress, deviceTree(chosen(initrdAddress)))];
  if (initrd) blocks.push(blockOf(initrd.name, initrdAddress, initrd.bytes));
  blocks.forEach((block) => checkInside(block, ramBytes));
  return { blocks, deviceTree: treeAddress };
}

function checkInside({ name, address, size }: Block, ramBytes: number): void {
  const ramEnd = ramStart + ramBytes;
  if (size > ramBytes) {
    throw new ImageError(`${name} is too large for RAM: ${size} bytes do not fit ${ramBytes / MiB} MiB`);
  }
  if (address < ramStart || address + size > ramEnd) {
    const [from, to, start, end] = [address, address + size, ramStart, ramEnd].map(hex);
    throw new ImageError(`${name} lies outside RAM: it needs ${from} to ${to}, and RAM is ${start} to ${end}`);
  }
}

function checkApart(below: Block | undefined, above: Block): void {
  if (!below || below.address + below.size <= above.address) return;
  const what = below.name === above.name ? `two segments of ${below.name}` : `${below.name} and ${above.name}`;
  throw new ImageError(`${what} overlap at ${hex(above.address)}`);
}

const blockOf = (name: string, address: number, bytes: Uint8Array, size = bytes.length): Block =>
  ({ name, address, bytes, size });
const endOf = (blocks: readonly Block[]) => Math.max(...blocks.map(({ address, size }) => address + size));
const alignUp = (value: number, to: number) => Math.ceil(value / to) * to;
const alignDown = (value: number, to: number) => Math.floor(value / to) * to;
const hex = (address: number) => `0x${address.toString(16).padStart(8, '0')}`;
