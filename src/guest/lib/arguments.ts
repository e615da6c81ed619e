/** Reads further arguments (`...args: VarArg[]`) one after another, as C's <stdarg.h> does: psABI 1.0, section 2.2. */

export class ArgumentList {
  next: usize;

  /** Begins with the first of the cells that `cells(args)` yields. */
  start(first: Ptr<u32>): void {
    this.next = addr(first);
  }

  /** The next argument of 32 bits. */
  word(): u32 {
    const at = this.next;
    this.next = at + 4;
    return cast<Ptr<u32>>(at)[0];
  }

  /** The next argument of 64 bits. */
  wide(): u64 {
    const at = (this.next + 7) & ~7;
    this.next = at + 8;
    return cast<Ptr<u64>>(at)[0];
  }
}
