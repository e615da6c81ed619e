/** What the exit status says when the guest has not chosen it. Help texts are made from this table. */
export const statuses = {
  undecided: { status: 1, about: 'trials went wrong by a fault of nooks itself, and have no verdict' },
  mistake: { status: 2, about: 'a mistake in the command, its files or its values' },
  unhandled: { status: 3, about: 'a hart trapped where no trap handler could be fetched' },
  limit: { status: 4, about: 'the limit of --max-instructions was reached' },
  idle: { status: 5, about: 'every hart waits for an interrupt that cannot come' },
  internal: { status: 70, about: 'a fault of nooks itself, with its stack trace' },
} as const;

/** The table as lines of a help text. */
export function statusHelp(...names: readonly (keyof typeof statuses)[]): string {
  return names.map((name) => `  ${`${statuses[name].status}`.padEnd(5)}${statuses[name].about}`).join('\n');
}
