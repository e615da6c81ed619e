/** Our own bugs end the program: a failed assertion is never caught. */
export function assert(condition: unknown, words: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${words}`);
}

/** The default of an exhaustive switch. */
export function absurd(value: never): never {
  throw new Error(`assertion failed: impossible value ${JSON.stringify(value)}`);
}
