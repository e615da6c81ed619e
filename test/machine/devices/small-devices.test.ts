import { expect, test } from 'vitest';
import { interruptLines, memoryMap } from '../../../src/platform/memory-map.ts';
import { rtcRegisters } from '../../../src/platform/rtc.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { makeRig, type Rig } from './rig.ts';

/** What is written to the finisher, in how many bytes, what becomes of it. */
const commands: [number, Size, string[]][] = [
  [0x5555, 4, ['exit 0']], [0x5555, 2, ['exit 0']], [0x0003_3333, 4, ['exit 3']], [0xffff_3333, 4, ['exit 65535']],
  [0x7777, 4, ['reset']], [0, 4, []], [0x1234_5678, 4, []], [0x3333, 2, ['exit 0']],
];

test.each(commands)('finisher: %i in %i bytes', (value, size, expected) => {
  const rig = makeRig();
  expect(rig.bus.write(memoryMap.finisher.start, size, value)).toBe(true);
  expect(rig.events()).toEqual(expected);
  expect(rig.bus.read(memoryMap.finisher.start, 4)).toBe(0);
});

const register = (name: keyof typeof rtcRegisters) => memoryMap.rtc.start + rtcRegisters[name].at;
function rtcOf(rig: Rig) {
  return {
    read: (name: keyof typeof rtcRegisters) => rig.bus.read(register(name), 4)!,
    write: (name: keyof typeof rtcRegisters, value: number) => rig.bus.write(register(name), 4, value),
    get time() { return BigInt(this.read('TIME_LOW')) | BigInt(this.read('TIME_HIGH')) << 32n; },
    get line() { return (rig.plic.pending.get(0) & (1 << interruptLines.rtc)) !== 0; },
  };
}

test('the clock starts at the date given, and its halves are of one moment', () => {
  const rig = makeRig();
  const rtc = rtcOf(rig);
  rig.clock.ns = 123;
  expect(rtc.time).toBe(1_000_000_000_123n);
  rtc.read('TIME_LOW');
  rig.clock.ns = 2 ** 40;
  expect(rtc.read('TIME_HIGH')).toBe(232);
});

test('a date that is set goes on from there', () => {
  const rig = makeRig();
  const rtc = rtcOf(rig);
  rtc.write('TIME_HIGH', 0x1234);
  rtc.write('TIME_LOW', 0xffff_fff0);
  rig.clock.ns = 0x20;
  expect(rtc.time).toBe(0x1235_0000_0010n);
});

test('an alarm interrupts at its time, once, until acknowledged', () => {
  const rig = makeRig();
  const rtc = rtcOf(rig);
  const alarm = rtc.time + 5000n;
  rtc.write('IRQ_ENABLED', 1);
  rtc.write('ALARM_HIGH', Number(alarm >> 32n));
  rtc.write('ALARM_LOW', Number(alarm & 0xffff_ffffn));
  expect([rtc.read('ALARM_STATUS'), rig.rtc.due]).toEqual([1, 5000]);
  rig.pass(4999);
  expect(rtc.line).toBe(false);
  rig.pass(1);
  expect([rtc.line, rtc.read('ALARM_STATUS'), rig.rtc.due]).toEqual([true, 0, Infinity]);
  rtc.write('CLEAR_INTERRUPT', 1);
  rig.plic.priority.set(interruptLines.rtc, 1);
  rig.plic.enable.set(0, 1 << interruptLines.rtc);
  rig.plic.claim.set(0, rig.plic.claim.get(0));
  expect(rtc.line).toBe(false);
});

test('an alarm can be taken back, and one in the past goes off at once', () => {
  const rig = makeRig();
  const rtc = rtcOf(rig);
  rtc.write('ALARM_HIGH', 0x7fff_ffff);
  rtc.write('ALARM_LOW', 0);
  rtc.write('CLEAR_ALARM', 1);
  expect([rtc.read('ALARM_STATUS'), rig.rtc.due]).toEqual([0, Infinity]);
  rtc.write('IRQ_ENABLED', 1);
  rtc.write('ALARM_HIGH', 0);
  rtc.write('ALARM_LOW', 1);
  expect(rtc.line).toBe(true);
});
