/**
 * Where arguments go. RISC-V ELF psABI 1.0, section 2.1 (integer calling convention): eight argument registers, then
 * the stack; 64-bit values take two words, which may be a7 and the first word on the stack. As variadic arguments they
 * take an aligned pair of registers, and 8-byte alignment on the stack always.
 */

/** One 32-bit word of an argument. */
export type Word =
  | { readonly kind: 'register'; readonly number: number }
  /** Bytes from the stack pointer at the call. */
  | { readonly kind: 'stack'; readonly offset: number };

const registers = 8;

/** Words for each argument; `wide` says which are 64-bit, those from `variadicFrom` on are variadic. */
export function assignArguments(
  wide: readonly boolean[], variadicFrom: number | undefined,
): { words: Word[][]; stackSize: number; nextRegister: number } {
  let next = 0;
  let stack = 0;
  const word = (): Word => {
    if (next < registers) return { kind: 'register', number: next++ };
    stack += 4;
    return { kind: 'stack', offset: stack - 4 };
  };
  const words = wide.map((isWide, index) => {
    if (!isWide) return [word()];
    if (variadicFrom !== undefined && index >= variadicFrom) next = Math.min(registers, next + (next & 1));
    if (next >= registers) stack = (stack + 7) & ~7;
    return [word(), word()];
  });
  return { words, stackSize: stack, nextRegister: next };
}
