/** Small ELF files: what a loader needs of one, without padding, sections and symbols. System V gABI, chapter 5. */

// Offsets in Elf32_Ehdr.
const ehdr = { phoff: 28, shoff: 32, phnum: 44, shnum: 48, shstrndx: 50, bytes: 52 };
/** Offsets in Elf32_Phdr. */
const phdr = { type: 0, offset: 4, filesz: 16, memsz: 20, align: 28, bytes: 32 };
const PT_LOAD = 1;
/** Segments begin at a multiple of this in the file; in memory they begin at pages, so the two agree as they must. */
const alignment = 4;

/** The file with only its loadable segments, one right after another. */
export function packElf(file: Uint8Array): Uint8Array {
  const elf = new Uint8Array(file);
  const from = viewOf(elf);
  const start = from.getUint32(ehdr.phoff, true);
  const headers = Array.from({ length: from.getUint16(ehdr.phnum, true) },
    (_, index) => elf.slice(start + phdr.bytes * index, start + phdr.bytes * (index + 1)))
    .filter((header) => {
      const view = viewOf(header);
      return view.getUint32(phdr.type, true) === PT_LOAD && view.getUint32(phdr.memsz, true) > 0;
    });
  const top = elf.slice(0, ehdr.bytes);
  const view = viewOf(top);
  view.setUint32(ehdr.phoff, ehdr.bytes, true);
  view.setUint16(ehdr.phnum, headers.length, true);
  for (const field of [ehdr.shnum, ehdr.shstrndx]) view.setUint16(field, 0, true);
  view.setUint32(ehdr.shoff, 0, true);
  const segments: Uint8Array[] = [];
  let offset = ehdr.bytes + phdr.bytes * headers.length;
  for (const header of headers) {
    const segment = viewOf(header);
    const begin = segment.getUint32(phdr.offset, true), size = segment.getUint32(phdr.filesz, true);
    const padded = new Uint8Array(Math.ceil(size / alignment) * alignment);
    padded.set(elf.subarray(begin, begin + size));
    segments.push(padded);
    segment.setUint32(phdr.offset, offset, true);
    segment.setUint32(phdr.align, alignment, true);
    offset += padded.length;
  }
  return Buffer.concat([top, ...headers, ...segments]);
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
