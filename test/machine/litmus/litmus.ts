/** How large a test is made: `rounds` is rounded up where a test works in batches. */
export interface Size {
  readonly rounds: number;
  readonly harts: number;
}

/** What a finished test has left in memory. */
export interface Findings {
  /** How often each outcome was seen, by a name that a reader of the memory-model literature knows. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** One sentence for each thing that must not be: a forbidden outcome, a lost count. Empty when all is well. */
  readonly violations: readonly string[];
}

/** Reads a word of the machine's RAM by physical address. */
export type ReadWord = (address: number) => number;

/**
 * A question to a multiprocessor: a bare-metal program in which harts meet many times, and the judgement of what
 * they saw. A program ends through the test finisher; one that hangs has lost an interrupt or a store.
 */
export interface Litmus {
  readonly name: string;
  /** The numbers of harts that it makes sense with. */
  readonly harts: readonly number[];
  /** Assembly text, to be placed at the start of RAM. */
  source(size: Size): string;
  judge(read: ReadWord, size: Size): Findings;
}
