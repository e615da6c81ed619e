/**
 * Names for addresses of code: the linker's table of all kernel functions, and the modules'. Linux 2.4,
 * kernel/kallsyms.
 */
import { module_symbol_at } from '../module/module.ts';

declare let __kallsyms_start: Arr<u32, 2>;
declare let __kallsyms_end: Arr<u32, 2>;
declare let __text_start: Arr<u8, 1>;
declare let __text_end: Arr<u8, 1>;

/** A row of the linker's table, sorted by value. */
class KernelSymbol {
  value: usize;
  name: cstr;
}

/** What an address belongs to. */
export class SymbolPlace {
  name: cstr;
  /** Bytes from the start of the function. */
  offset: u32;
  /** Bytes of the function, as far as the next begins. */
  size: u32;
  /** The module's name, or null for the kernel itself. */
  module: cstr | null;
}

/** Whether the address is in the kernel's own code. */
export function kernel_text_address(address: usize): bool {
  return address >= addr(__text_start) && address < addr(__text_end);
}

/** Finds the function that holds an address of kernel or module code; false when there is none. */
export function lookup_symbol(address: usize, place: SymbolPlace): bool {
  if (!kernel_text_address(address)) return module_symbol_at(address, place);
  const table = cast<Ptr<Embed<KernelSymbol>>>(addr(__kallsyms_start));
  const count = (addr(__kallsyms_end) - addr(__kallsyms_start)) / sizeof<KernelSymbol>();
  let low: u32 = 0, high = count;
  while (low < high) {
    const middle = (low + high) / 2;
    if (table[middle].value <= address) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return false;
  const found = table[low - 1];
  const end = low < count ? table[low].value : addr(__text_end);
  place.name = found.name;
  place.offset = address - found.value;
  place.size = end - found.value;
  place.module = null;
  return true;
}
