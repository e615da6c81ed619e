import { mkdir } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isInstalled } from './process.ts';
import type { Guest } from './guests.ts';

const compiler = 'riscv64-unknown-elf-gcc';
const flags = [
  '-O2', '-Wall', '-Wextra', '-Werror', '-march=rv32ima_zicsr_zifencei', '-mabi=ilp32', '-mcmodel=medany',
  '-nostdlib', '-ffreestanding', '-T', 'virt.ld',
];
const sources = fileURLToPath(new URL('../guest', import.meta.url));
const results = fileURLToPath(new URL('../../build/bench', import.meta.url));

/** Why the guests cannot be built or compared here, or undefined when they can. */
export function missingTools(): string | undefined {
  const missing = [compiler, 'qemu-system-riscv32'].filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return undefined;
  return `${missing.join(' and ')} not found; apt-get install gcc-riscv64-unknown-elf qemu-system-misc`;
}

/** Compiles a guest with a part of its work, 1 for all of it, into build/bench; returns the ELF's path. */
export async function build(guest: Guest, part: number): Promise<string> {
  const scale = Math.ceil(guest.scale * part);
  const elf = `${results}/${guest.name}.${scale}.elf`;
  const symbols = [`SCALE=${scale}`, `HARTS=${guest.harts}`, ...guest.defines].map((symbol) => `-D${symbol}`);
  const runtime = ['start.S', 'runtime.c', ...(guest.defines.includes('PAGED') ? ['paged.c'] : [])];
  await mkdir(results, { recursive: true });
  const parameters = [...flags, ...symbols, ...runtime, guest.source, '-lgcc', '-o', elf];
  await promisify(execFile)(compiler, parameters, { cwd: sources });
  return elf;
}
