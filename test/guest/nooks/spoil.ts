/** Instructions of a loaded module that a test changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../../src/host/machine.ts';
import { buildFolder } from '../../../src/host/shipped.ts';
import { assert } from '../../../src/assert.ts';
import { parseElf } from '../../../src/machine/image/elf.ts';
import { shippedKernel } from '../../support/shipped-kernel.ts';

/** What a function may begin with instead: an illegal instruction, a load through null, a jump to itself; its end. */
export const spoilt = { illegal: 0, null: 0x0000_2003, endless: 0x0000_006f, idle: 0x0000_8067 } as const;
export type Spoilt = keyof typeof spoilt;

/**
 * The first instruction of a function becomes another. `modules` is what lsmod says. Harts fetch what they have cached
 * until a fence.i.
 */
export function spoil(machine: Machine, modules: string, module: string, name: string, how: Spoilt): void {
  const base = Number(new RegExp(`^${module} .*(0x[0-9a-f]+)`, 'm').exec(modules)?.[1]);
  machine.write(shippedKernel(machine).physical(base + offsetOf(module, name))!, wordOf(how));
}

/** The file of a module with the same change. */
export function spoiltFile(module: string, name: string, how: Spoilt): Uint8Array {
  const bytes = readModule(module);
  // A section's bytes are the file's own.
  const { bytes: text } = parseElf(bytes, module).sections.find((section) => section.name === '.text')!;
  text.set(wordOf(how), offsetOf(module, name));
  return bytes;
}

const readModule = (module: string) => new Uint8Array(readFileSync(join(buildFolder, `${module}.o`)));
const wordOf = (how: Spoilt) => new Uint8Array(Uint32Array.of(spoilt[how]).buffer);

function offsetOf(module: string, name: string): number {
  const elf = parseElf(readModule(module), module);
  const symbol = elf.symbols.find((each) => each.name === name);
  // The loader puts .text first (kernel/module/loader.ts).
  assert(symbol !== undefined && elf.sections[symbol.st_shndx]?.name === '.text', `${module} has no function ${name}`);
  return symbol.st_value;
}
