/** What a person typed or handed in is wrong. The message is one clear sentence that says so; the exit status is 2. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
