import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder in which other people's programs are run on files. Call `remove` when done. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'nooks-test-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, contents: Uint8Array | string): string {
    writeFileSync(this.path(name), contents);
    return this.path(name);
  }

  read(name: string): Uint8Array {
    return readFileSync(this.path(name));
  }

  /** Runs a program in the folder and returns what it printed on stdout; throws when it fails. */
  run(program: string, ...words: readonly string[]): string {
    return execFileSync(program, words, { cwd: this.folder, encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' });
  }

  /** What a program that may fail printed. */
  attempt(program: string, ...words: readonly string[]): { stdout: string; stderr: string } {
    return spawnSync(program, words, { cwd: this.folder, encoding: 'utf8', timeout: 60_000 });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
