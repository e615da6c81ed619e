/** The header of a RISC-V Linux `Image`: Documentation/riscv/boot-image-header.rst of Linux 6.1. */

/** Byte offsets; the 64-bit fields are little-endian, and their high words are zero on a 32-bit machine. */
const imageHeader = { text_offset: 8, image_size: 16, magic2: 56, bytes: 64 } as const;
/** "RSC\x05", little-endian. */
const magic2 = 0x0543_5352;

export interface LinuxImage {
  /** Where the image wants to lie, from the start of RAM; 0 for a kernel that runs in machine mode. */
  readonly text_offset: number;
  /** Bytes in memory, bss included. */
  readonly image_size: number;
}

/** The header, or undefined when the file is no Linux `Image`. */
export function linuxImage(file: Uint8Array): LinuxImage | undefined {
  if (file.length < imageHeader.bytes) return undefined;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(imageHeader.magic2, true) !== magic2) return undefined;
  return {
    text_offset: view.getUint32(imageHeader.text_offset, true),
    image_size: view.getUint32(imageHeader.image_size, true),
  };
}
