/** The names that modules may use: the kernel's table, made by the linker and sorted by name, and the modules'. */
import { strcmp } from '../../lib/string.ts';
import { Module, ModuleSymbol, next_module } from './module.ts';

declare let __ksymtab_start: Arr<u32, 2>;
declare let __ksymtab_end: Arr<u32, 2>;

class ExportedSymbol {
  value: usize;
  name: cstr;
}

/** The address of a symbol the kernel exports; 0 when there is none of that name. */
export function kernel_symbol(name: cstr): usize {
  const table = cast<Ptr<Embed<ExportedSymbol>>>(addr(__ksymtab_start));
  let low: u32 = 0, high = (addr(__ksymtab_end) - addr(__ksymtab_start)) / sizeof<ExportedSymbol>();
  while (low < high) {
    const middle = (low + high) / 2;
    const order = strcmp(name, table[middle].name);
    if (order === 0) return table[middle].value;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return 0;
}

/** A symbol of one module; null when it has none of that name. */
export function module_symbol(module: Module, name: cstr, exported: bool): ModuleSymbol | null {
  for (let index: u32 = 0; index < module.symbol_count; index++) {
    const symbol = module.symbols[index];
    if ((symbol.exported || !exported) && strcmp(symbol.name, name) === 0) return symbol;
  }
  return null;
}

/** The module that exports a name; null when none does. Under module_sem. */
export function exporting_module(name: cstr): Module | null {
  let module = next_module(null);
  while (module !== null && module_symbol(module, name, true) === null) module = next_module(module);
  return module;
}
