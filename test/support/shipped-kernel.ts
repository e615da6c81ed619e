/** The shipped kernel as the host reads it, on any machine of a test's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LayoutTable } from '../../src/compiler/layouts.ts';
import { GuestKernel } from '../../src/host/guest-kernel.ts';
import type { Machine } from '../../src/host/machine.ts';
import { buildFolder } from '../../src/host/shipped.ts';

/** RAM that any machine may have. */
const mostMemory = 2 ** 30;

let known: LayoutTable | undefined;

/** A process builds the kernel once. */
export function shippedLayouts(): LayoutTable {
  known ??= JSON.parse(readFileSync(join(buildFolder, 'kernel.layouts.json'), 'utf8')) as LayoutTable;
  return known;
}

export const shippedKernel = (machine: Machine) => new GuestKernel(machine, shippedLayouts(), mostMemory);
