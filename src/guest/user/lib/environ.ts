/** The environment: POSIX.1-2001, environ and getenv. */
import { strlen, strncmp } from '../../lib/string.ts';

/** Texts `NAME=value`, null at the end. */
export let environ: Ptr<cstr | null>;

export function set_environ(list: Ptr<cstr | null>): void {
  environ = list;
}

/** The value of a variable, or null. */
export function getenv(name: cstr): cstr | null {
  const length = strlen(name);
  for (let index: u32 = 0; ; index++) {
    const text = environ[index];
    if (text === null) return null;
    if (strncmp(text, name, length) === 0 && text[length] === char('=')) return cast<cstr>(addr(text) + length + 1);
  }
}
