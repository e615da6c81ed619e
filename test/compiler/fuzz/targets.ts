/** What can run a batch's image: QEMU where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Target {
  readonly name: string;
  /** Runs the image until it powers off; its console, a line per function and `done`, or what stopped it. */
  run(elf: Uint8Array): Promise<string>;
}

export function hasQemu(): boolean {
  return spawnSync('qemu-system-riscv32', ['--version']).status === 0;
}

/** A minute is far more than any batch takes: what runs longer does not end. */
const timeoutMs = 60_000;

export const qemu: Target = {
  name: 'qemu',
  run: async (elf) => {
    const folder = mkdtempSync(join(tmpdir(), 'nooks-fuzz-'));
    try {
      const file = join(folder, 'batch.elf');
      writeFileSync(file, elf);
      const options = ['-M', 'virt', '-bios', 'none', '-nographic', '-m', '32M', '-kernel', file];
      const { stdout, error } = spawnSync('qemu-system-riscv32', options, { timeout: timeoutMs, encoding: 'utf8' });
      return error ? `${stdout}\nno end: ${error.message}` : stdout;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
