/** Boot arguments are the test's. */
import { strcmp } from '../../lib/string.ts';

declare function boot_argument(name: cstr): cstr | null;

export function boot_arg(name: cstr): cstr | null {
  return boot_argument(name);
}

export function boot_arg_is(name: cstr, value: cstr): bool {
  const given = boot_argument(name);
  return given !== null && strcmp(given, value) === 0;
}
