/** The e1000 driver: stories, loads, QEMU's chip, its names. Its workloads on all engines are in workloads.test.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../src/host/shipped.ts';
import { e1000Registers } from '../../src/platform/e1000.ts';
import { e1000Driver } from './e1000.ts';
import { networkSuite } from './net-suite.ts';

networkSuite(e1000Driver);

test('registers are where the data sheet has them', () => {
  const text = readFileSync(join(projectFolder, 'drivers/e1000/regs.ts'), 'utf8');
  const named = [...text.matchAll(/^export const E1000_(\w+) = (0x[0-9a-f]{5});$/gm)]
    .map(([, name, at]) => [name, Number(at)]);
  expect(named.length).toBeGreaterThan(90);
  const known: Readonly<Record<string, { at: number }>> = e1000Registers;
  expect(named).toEqual(named.map(([name]) => [name, known[name as string]?.at]));
});
