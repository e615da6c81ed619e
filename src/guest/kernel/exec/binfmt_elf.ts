/** Static ELF programs into an address space: Linux 2.4, fs/binfmt_elf.c; System V gABI, chapter 5. */
import { Elf32Ehdr, elf_is, Elf32Phdr, ET_EXEC, PF_R, PF_W, PF_X, PT_INTERP, PT_LOAD } from '../../lib/elf.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { EINVAL, ENOEXEC, ENOMEM } from '../errno.ts';
import { File } from '../fs/fs.ts';
import { kernel_read } from '../fs/read_write.ts';
import { copy_to_mm } from '../mm/memory.ts';
import { mm_map, mm_setup, MmStruct, STACK_SIZE, STACK_TOP, VM_EXEC, VM_READ, VM_WRITE } from '../mm/mmap.ts';
import { __get_free_page, free_page, GFP_KERNEL } from '../mm/page_alloc.ts';

/** Program headers that a file may have. */
const ELF_PHNUM_MAX = 16;
/** No segment begins below or ends above: the first page is never mapped, the stack has its place. */
const IMAGE_MIN = PAGE_SIZE;
const IMAGE_MAX = STACK_TOP - STACK_SIZE - PAGE_SIZE;

/** What is found out on the way through the segments. */
class Image {
  entry: usize;
  /** Whether a segment with code holds the entry. */
  entry_found: bool;
  /** The first byte after all segments. */
  end: usize;
}

/** Maps and fills the segments, sets up heap and stack; the entry goes to `*entry`. 0, -ENOEXEC, -ENOMEM. @sleeps */
export function load_elf_binary(file: File, mm: MmStruct, entry: Ptr<usize>): i32 {
  const header = local<Elf32Ehdr>();
  const got = kernel_read(file, 0n, addr(header), sizeof<Elf32Ehdr>());
  if (got < 0) return got;
  if (!elf_is(header, got as u32, ET_EXEC)) return -ENOEXEC;
  if (header.e_phentsize !== sizeof<Elf32Phdr>() || header.e_phnum > ELF_PHNUM_MAX) return -ENOEXEC;
  const buffer = __get_free_page(GFP_KERNEL);
  if (buffer === 0) return -ENOMEM;
  const image = local<Image>();
  image.entry = header.e_entry;
  image.entry_found = false;
  image.end = 0;
  let error: i32 = 0;
  for (let index: u32 = 0; index < header.e_phnum && error === 0; index++) {
    error = load_header(file, mm, image, u64of(header.e_phoff) + u64of(index * sizeof<Elf32Phdr>()), buffer);
  }
  free_page(buffer);
  if (error !== 0) return error;
  if (!image.entry_found || (image.entry & 3) !== 0) return -ENOEXEC;
  entry[0] = image.entry;
  return mm_setup(mm, image.end);
}

function load_header(file: File, mm: MmStruct, image: Image, offset: u64, buffer: usize): i32 {
  const segment = local<Elf32Phdr>();
  const got = kernel_read(file, offset as i64, addr(segment), sizeof<Elf32Phdr>());
  if (got !== (sizeof<Elf32Phdr>() as i32)) return -ENOEXEC;
  // A program that needs a dynamic linker cannot run here.
  if (segment.p_type === PT_INTERP) return -ENOEXEC;
  if (segment.p_type !== PT_LOAD || segment.p_memsz === 0) return 0;
  const start = segment.p_vaddr, size = segment.p_memsz;
  if (segment.p_filesz > size || start < IMAGE_MIN || start >= IMAGE_MAX || size > IMAGE_MAX - start) return -ENOEXEC;
  const error = mm_map(mm, start, size, vm_flags_of(segment.p_flags));
  if (error !== 0) return error === -EINVAL ? -ENOEXEC : error;
  if (start + size > image.end) image.end = start + size;
  if ((segment.p_flags & PF_X) !== 0 && image.entry - start < size) image.entry_found = true;
  return fill_segment(file, mm, segment, buffer);
}

function vm_flags_of(flags: u32): u32 {
  return ((flags & PF_R) !== 0 ? VM_READ : 0) | ((flags & PF_W) !== 0 ? VM_WRITE : 0)
    | ((flags & PF_X) !== 0 ? VM_EXEC : 0);
}

/** Copies the segment's bytes from the file; what comes after them is zero as areas begin. */
function fill_segment(file: File, mm: MmStruct, segment: Elf32Phdr, buffer: usize): i32 {
  for (let done: u32 = 0; done < segment.p_filesz;) {
    const left = segment.p_filesz - done;
    const count = left < PAGE_SIZE ? left : PAGE_SIZE;
    const got = kernel_read(file, (u64of(segment.p_offset) + u64of(done)) as i64, buffer, count);
    if (got < 0) return got;
    if ((got as u32) !== count) return -ENOEXEC;
    const error = copy_to_mm(mm, segment.p_vaddr + done, buffer, count);
    if (error !== 0) return error;
    done += count;
  }
  return 0;
}
