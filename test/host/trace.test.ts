import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Machine } from '../../src/host/machine.ts';
import { Trace } from '../../src/host/trace.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { elfFile } from '../support/elf.ts';

const start = 0x8000_0000;
const { bytes } = assembleAt('li t0, 0x10000000\nlbu t1, 5(t0)\nli t1, 65\nsb t1, 0(t0)\n1: j 1b', start);
const image = elfFile({
  entry: start, segments: [{ vaddr: start, bytes: Uint8Array.from(bytes) }],
  text: { address: start, size: bytes.length },
  symbols: [{ name: 'main', value: start, size: bytes.length, type: 'STT_FUNC' }],
});

test('a trace tells when, who, where, and which register', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-trace-'));
  try {
    const trace = new Trace(join(folder, 'trace'));
    const machine: Machine = await Machine.create({
      image, onAccess: (access) => trace.access(access, {
        now: machine.lockstep.now, place: (hart) => machine.symbols.describe(machine.hart(hart).pc),
      }),
    });
    await machine.run({ maxInstructions: 100 });
    await machine.dispose();
    trace.close();
    // Six instructions of the reset vector, two of main, come before the first access.
    const [load, store] = [bytes.length - 16, bytes.length - 8].map((offset) => `main+0x${offset.toString(16)}`);
    expect(readFileSync(join(folder, 'trace'), 'utf8').split('\n')).toEqual([
      `7 hart0 ${load} uart.LSR -> 0x60`, `9 hart0 ${store} uart.THR <- 0x41`, '',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
