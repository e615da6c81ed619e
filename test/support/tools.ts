import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether all programs are on the PATH: tests against other people's tools are skipped where one is missing. */
export function hasTools(programs: readonly string[]): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return programs.every((program) => folders.some((folder) => isExecutable(join(folder, program))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
