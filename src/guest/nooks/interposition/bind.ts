/**
 * What an isolated extension's imports are bound to: Nooks (SOSP 2003), section 3.2. Functions to the entries of their
 * wrappers, or, if they write nothing of the kernel's, to themselves; data to the kernel's, which it can only read.
 */
import { strcmp } from '../../lib/string.ts';
import { kernel_text_address } from '../../kernel/debug/kallsyms.ts';
import { kernel_symbol } from '../../kernel/module/ksymtab.ts';
import { DIRECT, nooks_direct } from '../generated/direct.table.ts';
import { KERNEL_WRAPPERS, nooks_kernel_wrappers } from '../generated/kernel.table.ts';

/** A function of the interface, and what an extension, or for one of its own the kernel, gets in its place. */
export class Wrapper {
  name: cstr;
  /**
   * A letter for each: integer, wide (64 bits), address as an integer, text, object, buffer, function; a large one if
   * it may be null.
   */
  parameters: cstr;
  words: u32;
  entry: usize;
}

/** The address an isolated extension gets for a name; 0 when it may not have it. */
export function nooks_symbol(name: cstr): usize {
  const entry = find(nooks_kernel_wrappers, KERNEL_WRAPPERS, name) + find(nooks_direct, DIRECT, name);
  if (entry !== 0) return entry;
  const symbol = kernel_symbol(name);
  return kernel_text_address(symbol) ? 0 : symbol;
}

/** 0 if the table has no such name. A name is in one table. */
function find(table: Ptr<Embed<Wrapper>>, count: u32, name: cstr): usize {
  for (let index: u32 = 0; index < count; index++) if (strcmp(table[index].name, name) === 0) return table[index].entry;
  return 0;
}
