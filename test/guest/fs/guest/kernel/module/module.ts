/** Modules in tests on the host: none is ever unloaded. */
export class Module {
  uses: u32;
}

export function try_inc_mod_count(module: Module | null): bool {
  if (module !== null) module.uses++;
  return true;
}

export function __MOD_DEC_USE_COUNT(module: Module | null): void {
  if (module !== null) module.uses--;
}
