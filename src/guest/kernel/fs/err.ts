/**
 * Error numbers in pointers: Linux 2.4, include/linux/fs.h (IS_ERR, PTR_ERR, ERR_PTR). In the last page of addresses
 * lies only the hart's own page.
 */

/** Pointers from here on are negated error numbers. */
const FIRST_ERROR = 0xfffff001;

/** A pointer that carries `error`, a negated error number. @inline */
export function ERR_PTR<T>(error: i32): T {
  return cast<T>(error as usize);
}

/** The negated error number in a pointer for which IS_ERR holds. @inline */
export function PTR_ERR(pointer: unknown): i32 {
  return addr(pointer) as i32;
}

/** Whether a pointer carries an error number. @inline */
export function IS_ERR(pointer: unknown): bool {
  return addr(pointer) >= FIRST_ERROR;
}
