import {
  e1000Eeprom, e1000GeneralRegisters, e1000InterruptRegisters, e1000ReceiveRegisters, e1000StatisticsRegisters,
  e1000TransmitRegisters, e1000WakeRegisters,
} from '../../platform/e1000.ts';
import { keptFields } from '../devices/kept-registers.ts';
import { frameQueueWords } from '../peers/frame-queue.ts';
import { struct, word, words } from './struct.ts';

/** The words of the 82540EM. Rules as in devices.ts; the PCI function's lock is held. */

/** Which timer is which among `timers`. */
export const e1000Timer = {
  receiveDelay: 0, receiveAbsolute: 1, transmitDelay: 2, transmitAbsolute: 3, throttle: 4, negotiation: 5, transmit: 6,
  count: 7,
} as const;

/** Section 13.4.15: the packet buffer has 64 KiB; PBA says how much of it is the receiver's. */
const packetBufferBytes = 64 * 1024;

export const e1000Words = struct({
  due: words(2, 'device', 'the earliest of all there is to do: a moment; read without the lock'),
  timers: words(2 * e1000Timer.count, 'device', 'when each timer runs out: moments'),
  throttledUntil: words(2, 'device', 'before this moment no interrupt is raised again'),
  ioAddress: word('device', 'IOADDR'),
  linkUp: word('device', '1 while STATUS says so'),
  lineRaised: word('device', '1 while the interrupt unit asks for the line'),
  /** The EEPROM. */
  eeprom: words(e1000Eeprom.words, 'device', 'its contents'),
  eepromInput: word('device', 'bits shifted in since it was selected, with a 1 before the first'),
  eepromOutput: word('device', 'bits to be shifted out, the next one in bit 16'),
  eepromShifted: word('device', 'how many of them have been'),
  eepromState: word('device', 'what it is doing'),
  eepromWritable: word('device', '1 after the command that enables writing'),
  eecd: word('device', 'the bits of EECD that software writes'),
  /** The PHY. */
  phy: words(32, 'device', 'its registers'),
  negotiated: word('device', '1 once it has agreed with the far end'),
  /** The transmitter. */
  sending: word('device', '1 while a packet is on its way out'),
  sendingTo: word('device', 'the descriptor after it'),
  contexts: words(8, 'device', 'the last context descriptors, for checksums and for segmentation'),
  /** The receiver's packets that wait for descriptors. */
  fifo: words(frameQueueWords(packetBufferBytes), 'device', 'the packet buffer'),
});

export const e1000GeneralWords = struct(keptFields(e1000GeneralRegisters));
export const e1000InterruptWords = struct(keptFields(e1000InterruptRegisters));
export const e1000ReceiveWords = struct(keptFields(e1000ReceiveRegisters));
export const e1000TransmitWords = struct(keptFields(e1000TransmitRegisters));
export const e1000WakeWords = struct(keptFields(e1000WakeRegisters));
export const e1000StatisticsWords = struct(keptFields(e1000StatisticsRegisters));
