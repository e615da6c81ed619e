/** SBI calls one by one: what a0 and a1 are afterwards. SBI 3.0, by chapters. */
import { describe, expect, test, vi } from 'vitest';
import { hasQemu, withoutQemu } from '../../support/qemu.ts';
import { machineFor, tell, tellOnQemu, type Telling } from './supervisor.ts';

// A busy host has no processor for a thread or QEMU for a while.
vi.setConfig({ testTimeout: 30_000 });

const extension = (name: string) => [...name].reduce((id, letter) => id * 256 + letter.charCodeAt(0), 0);
const TIME = extension('TIME'), IPI = extension('sPI'), RFENCE = extension('RFNC'), HSM = extension('HSM');
const SRST = extension('SRST'), DBCN = extension('DBCN'), SSE = extension('SSE');
const BASE = 0x10, PMU = extension('PMU'), WATCHDOG = 0x0a6e6b73;

const success = 0, notSupported = -2, invalidParameter = -3;
const all = -1;

/** Extension, function, arguments; error and value. With two harts. */
const table: readonly (readonly [about: string, call: readonly number[], error: number, value?: number])[] = [
  ['base: version 3.0', [BASE, 0], success, 0x0300_0000],
  ['base: implementation', [BASE, 1], success, 0x6e6b73],
  ['base: implementation version', [BASE, 2], success, 1],
  ...[BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, SSE, WATCHDOG, 0, 1, 2, 3, 4, 5, 6, 7, 8].map((id) =>
    [`base: probe 0x${id.toString(16)}`, [BASE, 3, id], success, 1] as const),
  ['base: probe what is not there', [BASE, 3, PMU], success, 0],
  ['base: no such function', [BASE, 7], notSupported],
  ['no such extension', [PMU, 0], notSupported],
  ['no such legacy extension', [9, 0], notSupported],
  ['TIME: never', [TIME, 0, all, all], success],
  ['TIME: no such function', [TIME, 1], notSupported],
  ['IPI: nobody', [IPI, 0, 0, 0], success],
  ['IPI: no such hart', [IPI, 0, 4, 0], invalidParameter],
  ['IPI: no such hart, from a base', [IPI, 0, 2, 1], invalidParameter],
  ['IPI: bits shifted out', [IPI, 0, 0x8000_0000, 1], invalidParameter],
  ['IPI: a base beyond all harts', [IPI, 0, 1, 64], invalidParameter],
  ['IPI: all', [IPI, 0, 0, all], success],
  ['IPI: no such function', [IPI, 1, 1, 0], notSupported],
  ['RFENCE: fence.i', [RFENCE, 0, 3, 0], success],
  ['RFENCE: sfence.vma', [RFENCE, 1, 3, 0, 0x8000_0000, 0x2000], success],
  ['RFENCE: sfence.vma, to the last byte', [RFENCE, 1, 3, 0, 0xffff_f000, 0x1000], success],
  ['RFENCE: sfence.vma, all harts', [RFENCE, 2, 0, all, 0, all, 1], success],
  ['RFENCE: no such hart', [RFENCE, 0, 4, 0], invalidParameter],
  ['RFENCE: of a hypervisor', [RFENCE, 3, 1, 0], notSupported],
  ['HSM: started', [HSM, 2, 0], success, 0],
  ['HSM: stopped', [HSM, 2, 1], success, 1],
  ['HSM: no such hart', [HSM, 2, 2], invalidParameter],
  ['HSM: no such function', [HSM, 4], notSupported],
  ['SRST: no such type', [SRST, 0, 3, 0], invalidParameter],
  ['SRST: no such reason', [SRST, 0, 0, 2], invalidParameter],
  ['SRST: no such function', [SRST, 1], notSupported],
  ['DBCN: a byte', [DBCN, 2, 0x0a], success],
  ['DBCN: nothing', [DBCN, 0, 0, 0x8000_0000, 0], success, 0],
  ['DBCN: nothing was typed', [DBCN, 1, 4, 0x8100_0000, 0], success, 0],
  ['DBCN: beyond 4 GiB', [DBCN, 0, 1, 0x8000_0000, 1], invalidParameter],
  ['DBCN: no such function', [DBCN, 3], notSupported],
  ['SSE: no such event', [SSE, 2, 0x4001, 0x8000_0000, 0], invalidParameter],
  ['SSE: no such attribute', [SSE, 0, 0x4000, 9, 2, 0x8100_0000, 0], -11],
  ['SSE: no attributes', [SSE, 0, 0x4000, 0, 0, 0x8100_0000, 0], invalidParameter],
  ['SSE: odd place', [SSE, 0, 0x4000, 0, 1, 0x8100_0002, 0], -5],
  ['SSE: an attribute that is only read', [SSE, 1, 0x4000, 0, 1, 0x8100_0000, 0], -11],
  ['SSE: no such function', [SSE, 10, 0x4000], notSupported],
  ['SSE: nothing to complete', [SSE, 6], success],
  ['watchdog: off', [WATCHDOG, 0, 0], success],
  ['watchdog: nothing to pet', [WATCHDOG, 1], success],
  ['watchdog: no such function', [WATCHDOG, 2], notSupported],
];

const words = table.flatMap(([, call]) => Array.from({ length: 7 }, (_, index) => call[index] ?? 0));
const telling: Telling = { story: 'calls', harts: 2, details: [table.length, ...words] };
const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

/** Each call with what came of it. */
function outcomes(console: string): string[] {
  const lines = console.split('\n').filter((line) => /^[0-9a-f]{8} [0-9a-f]{8}$/.test(line));
  return table.map(([about], index) => `${about}: ${lines[index]}`);
}

const expected = table.map(([about, , error, value = 0]) => `${about}: ${hex(error)} ${hex(value)}`);

describe('each call', () => {
  test.each(['lockstep', 'parallel'] as const)('%s', async (engine) => {
    expect(outcomes((await tell(telling, { engine })).console)).toEqual(expected);
  });

  test.skipIf(!hasQemu)(`QEMU ${hasQemu ? '' : withoutQemu}`, () => {
    expect(outcomes(tellOnQemu(telling).console)).toEqual(expected);
  });
});

test('what was typed is read', async () => {
  const reads: Telling = { story: 'calls', harts: 1, details: [3,
    DBCN, 1, 4, 0x8100_0000, 0, 0, 0,
    2, 0, 0, 0, 0, 0, 0,
    2, 0, 0, 0, 0, 0, 0] };
  const machine = await machineFor(reads);
  try {
    machine.type('hello');
    await machine.run({ maxInstructions: 1e6 });
    expect(machine.console).toMatch(/^00000000 00000004\n0000006f [0-9a-f]{8}\nffffffff [0-9a-f]{8}\nend\n$/);
    expect(new TextDecoder().decode(machine.read(0x8100_0000, 4))).toBe('hell');
  } finally {
    await machine.dispose();
  }
});

/** Calls that end the program, and its exit status. */
const endings: readonly (readonly [string, readonly number[], number])[] = [
  ['shutdown', [SRST, 0, 0, 0], 0], ['shutdown after a failure', [SRST, 0, 0, 1], 1], ['legacy shutdown', [8], 0],
];

test.each(endings)('%s', async (_, call, status) => {
  const ending: Telling = { story: 'calls', harts: 1, details: [1, ...call, 0, 0, 0, 0, 0, 0] };
  expect(await tell(ending)).toEqual({ console: '', status });
});
