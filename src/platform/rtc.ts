import { ro, rw, wo } from './registers.ts';

/**
 * Goldfish virtual hardware, section "Goldfish real-time clock": nanoseconds since 1970. Reading the low half of the
 * time latches the high half; writing the low half of the alarm arms it with the high half written before.
 */
export const rtcRegisters = {
  TIME_LOW: rw(0x00, 'time, low half'),
  TIME_HIGH: rw(0x04, 'time, high half'),
  ALARM_LOW: rw(0x08, 'alarm, low half'),
  ALARM_HIGH: rw(0x0c, 'alarm, high half'),
  IRQ_ENABLED: rw(0x10, 'interrupt enable'),
  CLEAR_ALARM: wo(0x14, 'disarm the alarm'),
  ALARM_STATUS: ro(0x18, '1 while the alarm is armed'),
  CLEAR_INTERRUPT: wo(0x1c, 'acknowledge the interrupt'),
} as const;
