import { addressProm, bcr, csr } from '../../platform/pcnet.ts';
import { struct, word, words } from './struct.ts';

/** The words of the Am79C970A. Rules as in devices.ts; the PCI function's lock is held. */

/** Which timer is which among `timers`. */
export const pcnetTimer = { initialise: 0, transmit: 1, poll: 2, count: 3 } as const;

export const pcnetWords = struct({
  due: words(2, 'device', 'the earliest of all there is to do: a moment; read without the lock'),
  timers: words(2 * pcnetTimer.count, 'device', 'when each timer runs out: moments'),
  rap: word('device', 'RAP'),
  wide: word('device', '1 while the ports are double words'),
  csr: words(csr.count, 'device', 'control and status registers, as kept'),
  bcr: words(bcr.count, 'device', 'bus configuration registers, as kept'),
  prom: words(addressProm.bytes, 'device', 'the address PROM, a byte a word'),
  phy: words(32, 'device', 'registers of the PHY behind BCR34'),
  receiveIndex: word('device', 'the descriptor that the next frame goes to'),
  transmitIndex: word('device', 'the descriptor that the next frame comes from'),
  sending: word('device', '1 while a frame is on its way out'),
  sendingLast: word('device', 'its last descriptor'),
  sendingStatus: word('device', 'second status word to be, ERR if not 0'),
});
