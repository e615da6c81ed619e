/**
 * The firmware, by what a supervisor sees of it: stories on both engines and, with the same console output, on QEMU.
 * What they do is in guest/. Numbers are hexadecimal there; errors are small negative ones.
 */
import { describe, expect, test, vi } from 'vitest';
import { hasQemu, withoutQemu } from '../../support/qemu.ts';
import { tell, tellOnQemu, type Telling } from './supervisor.ts';

// A busy host has no processor for a thread or QEMU for a while.
vi.setConfig({ testTimeout: 30_000 });

const inTheLoop = (event: string, hart: number, status: string) => [
  `event ${event}`, `in the loop, hart 0000000${hart}`, 'interrupts 00000000', `status ${status}`,
  `preferred 0000000${hart}`, 'sepc 00001230', 'flags 00000001', 'a6 00000010', 'a7 00000011',
];

const watchdog = [
  'odd fffffffd', 'early fffffff6', 'register 00000000', 'twice fffffff6', 'enable 00000000', 'priority fffffff6',
  'unmask 00000000', 'unmask fffffff9',
  ...inTheLoop('00004000', 0, '00000003'), 'changed 00000000',
  ...inTheLoop('00004000', 0, '00000003'), 'changed 00000000',
  'events 00000002',
  'petted 00000000', ...inTheLoop('00004000', 0, '00000003'), 'changed 00000000', 'then 00000001',
  'complete 00000000', 'disable 00000000', 'unregister 00000000', 'mask 00000000', 'mask fffffff8',
];

const nmi = [
  'watchdog fffffffd', 'nobody fffffffd', 'register 00000000',
  ...inTheLoop('ffff0000', 1, '0000000b'), 'changed 00000000', 'hart 1 goes on', 'inject 00000000',
  'register 00000000', 'register 00000000', 'priority 00000000', 'config 00000000',
  'not enabled 0000000d', 'masked 0000000e',
  'event ffff0000', 'elsewhere, hart 00000000', 'interrupts 00000000', 'status 0000000b', 'preferred 00000000',
  'event 00004000', 'in a handler, hart 00000000', 'interrupts 00000000', 'status 00000003', 'preferred 00000000',
  'oneshot 00000009', 'events 00000002',
];

const hsmRound = ['start 00000000', 'start 00000000', 'start 00000000',
  'again fffffffa', 'again fffffffa', 'again fffffffa'];
const hsm = [
  ...hsmRound, ...hsmRound, ...hsmRound, 'bare: 00000000', ' 00000000', ' 00000000', ' 00000000',
  'self fffffffa', 'none fffffffd', 'odd fffffffb', 'ours fffffffb', 'state fffffffd', 'own state 00000000',
  'suspend 00000000', 'pending 00000020', 'hibernate fffffffe',
];

const interrupts = [
  'scause 80000005', 'in time', 'pending 00000020', 'pending 00000000', 'scause 80000005',
  'scause 80000001', 'pending 00000000', 'hart 1 was interrupted 3 times',
];

const protection = [
  'refused 00000022', 'cause 00000000', 'write fffffffd', 'from before fffffffd', 'around fffffffd', 'read fffffffd',
  'attributes fffffffb', 'nowhere fffffffd', 'written at once', 'text 00000000', 'bytes 00000010', 'done',
];

/** Ticks of a watchdog's period. In the host's time, a busy host may keep a hart from petting for a while. */
const periods = { virtualTime: 20_000, hostTime: 2_000_000 };
/** Periods that hardly leave time for anything else. */
const shortPeriods = { virtualTime: 13, hostTime: 300 };
const inHostTime = (telling: Telling): Telling => {
  const period = [periods, shortPeriods].find(({ virtualTime }) => virtualTime === telling.details?.[0]);
  return period ? { ...telling, details: [period.hostTime] } : telling;
};

const table: [Telling, readonly string[]][] = [
  [{ story: 'interrupts', harts: 2 }, interrupts],
  [{ story: 'hsm', harts: 4 }, hsm],
  [{ story: 'fences', harts: 1 }, ['stale 00000000']],
  [{ story: 'fences', harts: 4 }, ['stale 00000000']],
  [{ story: 'protection', harts: 1 }, protection],
  [{ story: 'watchdog', harts: 1, details: [periods.virtualTime] }, watchdog],
  [{ story: 'nmi', harts: 2, details: [periods.virtualTime] }, nmi],
  [{ story: 'race', harts: 3 }, ['every fence was done']],
  [{ story: 'storm', harts: 1, details: [shortPeriods.virtualTime] },
    ['register 00000000', 'wrong 00000000', 'many turns']],
];

describe.each(table)('%j', (telling, lines) => {
  const expected = { console: [...lines, 'end', ''].join('\n'), status: 0 };

  test('lockstep', async () => {
    expect(await tell(telling)).toEqual(expected);
  });

  test('parallel', async () => {
    expect(await tell(inHostTime(telling), { engine: 'parallel' })).toEqual(expected);
  });

  test('lockstep, in turns of 30 instructions', async () => {
    expect(await tell(telling, { quantum: 30, seed: 7 })).toEqual(expected);
  });

  test.skipIf(!hasQemu)(`QEMU ${hasQemu ? '' : withoutQemu}`, () => {
    expect(tellOnQemu(inHostTime(telling))).toEqual(expected);
  });
});

test('harts that are left out of fences find old translations and code', async () => {
  const { console } = await tell({ story: 'fences', harts: 4, details: [1] });
  expect(console).toMatch(/^stale (?!00000000)[0-9a-f]{8}\nend\n$/);
});
