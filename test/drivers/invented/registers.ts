/** An invented ISA card, a thermometer: its data sheet. */
import { ro, rw, wo } from '../../../src/platform/registers.ts';

/** Byte registers, from the card's first port on. */
export const thermometerRegisters = {
  identity: ro(0, 'identity: always 0x54'),
  control: rw(1, 'control'),
  status: ro(2, 'status'),
  acknowledge: wo(3, 'any value takes the interrupt back'),
  low: ro(4, 'temperature in tenths of a degree, low byte'),
  high: ro(5, 'high byte'),
} as const;

export const thermometerPorts = { start: 0x300, bytes: 8 } as const;
export const thermometerIrq = 9;
export const identity = 0x54;
export const control = { start: 1, interrupt: 2 } as const;
export const status = { busy: 1, done: 2 } as const;

/** How long a measurement takes. */
export const measureNs = 5_000_000;
/** What the n-th measurement, counted from 0, finds, in tenths of a degree. */
export const temperature = (count: number): number => 200 + count * 37 % 150;
