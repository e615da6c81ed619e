/** What is wrong with one line of assembly: its number, from 1, and one sentence. */
export interface Problem {
  readonly line: number;
  readonly message: string;
}

/** Assembly that cannot be assembled. The author's mistakes, all that were found; never a bug of ours. */
export class AssemblyError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ line, message }) => `line ${line}: ${message}`).join('\n'));
    this.name = 'AssemblyError';
    this.problems = problems;
  }
}
