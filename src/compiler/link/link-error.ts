/** What is wrong with the objects to be linked: one sentence each, for whoever wrote them. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
