/**
 * Where other people's software lies on this machine. None of it is in this repository: README.md here says what each
 * suite is and which files are expected.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'vitest';

const root = process.env['NOOKS_GUESTS'] ?? join(homedir(), '.cache', 'nooks', 'guests');

/** The path of a file or folder of guests, there or not. */
export function guestPath(...parts: string[]): string {
  return join(root, ...parts);
}

/** The names in a folder of guests that match, sorted; none when the folder is absent. */
export function guestNames(folder: string, pattern: RegExp): string[] {
  const path = guestPath(folder);
  return existsSync(path) ? readdirSync(path).filter((name) => pattern.test(name)).sort() : [];
}

/** The words of a signature file, one hexadecimal word a line; undefined when there is no such file. */
export function signatureFile(...parts: string[]): number[] | undefined {
  const path = guestPath(...parts);
  if (!existsSync(path)) return undefined;
  return readFileSync(path, 'utf8').split(/\s+/).filter((word) => word !== '').map((word) => Number.parseInt(word, 16));
}

/**
 * Declares the tests of a suite, or one skipped test that says why there are none: conformance is long and runs only by
 * `npm run conformance`, and only where the guests are.
 * @param needs paths below the guests' folder that must exist
 */
export function suite(name: string, needs: readonly string[], declare: () => void): void {
  const absent = needs.find((path) => !existsSync(guestPath(path)));
  const chosen = process.env['NOOKS_SUITES']?.split(',').map((word) => word.trim());
  const reason = process.env['NOOKS_CONFORMANCE'] === undefined ? 'run by npm run conformance'
    : chosen !== undefined && !chosen.includes(name) ? 'not among NOOKS_SUITES'
    : absent === undefined ? undefined : `${guestPath(absent)} is absent, see test/conformance/README.md`;
  if (reason === undefined) describe(name, declare);
  else test.skip(`${name}: ${reason}`, () => undefined);
}
